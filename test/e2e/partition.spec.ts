import { setTimeout as delay } from 'node:timers/promises';
import { checkRecorded, sameState } from './agreement.js';
import { figure } from './figures.js';
import { eventually, statusOf } from './http.js';
import { Load } from './load.js';
import { isShown, leaderIndex, type RunningNetwork, startNetwork } from './network.js';

const PARTITION_MS = isShown ? 60_000 : 4000;
const FROZEN_MS = isShown ? 30_000 : 3000;
/** What was under way when the cut was made is decided by then. */
const SETTLE_MS = 1000;

describe('four real processes whose network fails', () => {
  let running: RunningNetwork;
  let load: Load;
  beforeAll(async () => {
    running = await startNetwork('open', { proxied: true });
  }, 120_000);
  afterAll(() => running.stop(), 60_000);
  beforeEach(async () => {
    load = new Load(running.clerks);
    await eventually('load', 20_000, () => Promise.resolve(load.acknowledged.length >= 10));
  }, 30_000);

  const ids = (): string[] => running.network.layout.nodes.map(({ id }) => id);
  const urls = (): string[] => running.network.layout.nodes.map(({ url }) => url);
  const heights = async (): Promise<number[]> => (await Promise.all(urls().map(statusOf))).map(({ height }) => height);
  const proxy = () => {
    if (running.proxy === null) throw new Error('no proxy');
    return running.proxy;
  };
  const beyond = (height: number, what: string, timeoutMs: number): Promise<number> =>
    eventually(what, timeoutMs, async () => Math.max(...(await heights())) > height);

  async function nothingLost(): Promise<void> {
    await load.stop();
    await sameState(urls(), 60_000);
    await checkRecorded(load, running.clerks[0] as never, urls());
  }

  it(`2–2 for ${PARTITION_MS / 1000} s: no block, then all go on`, async () => {
    const [a, b, c, d] = ids() as [string, string, string, string];
    proxy().partition([a, b], [c, d]);
    await delay(SETTLE_MS);
    const before = await heights();
    await delay(PARTITION_MS);
    const after = await heights();
    expect(after).toEqual(before);
    proxy().heal();
    const took = await beyond(Math.max(...after), 'a block after healing', 30_000);
    await nothingLost();
    figure(`blocks in ${PARTITION_MS / 1000} s of a 2–2 partition`, Math.max(...after) - Math.max(...before), 'blocks', { exactly: 0 });
    figure('first block after the partition healed', took, 'ms', { atMost: 10_000 });
  }, 120_000 + PARTITION_MS);

  it('the leader cut one way, heard by nobody and hearing all: another takes over', async () => {
    const index = await leaderIndex(running.network);
    const leader = ids()[index] as string;
    for (const other of ids()) if (other !== leader) proxy().cut(leader, other);
    const cutAt = performance.now();
    await delay(SETTLE_MS);
    const others = running.clerks.filter((_, other) => other !== index).map(({ node }) => node.url);
    const { height } = await statusOf(others[0] as string);
    await eventually('a block without the leader', 30_000, async () => (await statusOf(others[0] as string)).height > height);
    const took = performance.now() - cutAt;
    proxy().heal();
    await nothingLost();
    figure('next block after a one-way cut of the leader', took, 'ms', { atMost: 10_000 });
  }, 120_000);

  it.each(['the leader', 'a follower'])(`SIGSTOP of %s for ${FROZEN_MS / 1000} s: the others go on, it catches up`, async (who) => {
    const leader = await leaderIndex(running.network);
    const index = who === 'the leader' ? leader : (leader + 1) % 4;
    const pid = running.network.nodes[index]?.pid;
    if (pid === undefined || pid === null) throw new Error('no process');
    process.kill(pid, 'SIGSTOP');
    const frozenAt = performance.now();
    try {
      const other = urls()[(index + 2) % 4] as string;
      const { height } = await statusOf(other);
      await eventually('a block of the others', 30_000, async () => (await statusOf(other)).height > height + 1);
      const took = performance.now() - frozenAt;
      await delay(Math.max(0, FROZEN_MS - took));
      figure(`next blocks after SIGSTOP of ${who}`, took, 'ms', { atMost: 10_000 });
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await nothingLost();
  }, 120_000 + FROZEN_MS);
});
