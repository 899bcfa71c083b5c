import { setTimeout as delay } from 'node:timers/promises';
import { checkRecorded, sameState } from './agreement.js';
import { figure } from './figures.js';
import { eventually, statusOf } from './http.js';
import { Load } from './load.js';
import { type RunningNetwork, startNetwork } from './network.js';

const SETTLE_MS = 700;

describe('four real processes lose one of them, whichever it is', () => {
  let running: RunningNetwork;
  beforeAll(async () => {
    running = await startNetwork('open');
  }, 120_000);
  afterAll(() => running.stop(), 60_000);

  const urls = (): string[] => running.network.layout.nodes.map(({ url }) => url);

  it('kill -9 of each node in turn and of the leader, under load: nothing acknowledged is lost or doubled', async () => {
    const load = new Load(running.clerks);
    const worst: number[] = [];
    const kill = async (index: number): Promise<void> => {
      const others = running.clerks.filter((_, other) => other !== index).map(({ node }) => node.url);
      const before = load.acknowledged.length;
      const victim = running.network.nodes[index];
      if (victim === undefined) throw new Error(`no node ${index}`);
      await victim.stop(true);
      const killedAt = performance.now();
      await eventually('the next acknowledged event', 30_000, () =>
        Promise.resolve(load.acknowledged.length > before && load.firstAfter(killedAt) !== null)
      );
      worst.push(load.firstAfter(killedAt) as number);
      expect(others).toHaveLength(3);
      await delay(SETTLE_MS);
      victim.start();
      await victim.untilLive(30_000);
      await sameHeightAgain(index);
    };
    const sameHeightAgain = (index: number): Promise<number> =>
      eventually('the restarted node to catch up', 30_000, async () => {
        const [own, other] = await Promise.all([
          statusOf(urls()[index] as string),
          statusOf(urls()[(index + 1) % 4] as string)
        ]);
        return own.mode === 'NORMAL' && own.height >= other.height - 8;
      });
    await eventually('load', 10_000, () => Promise.resolve(load.acknowledged.length >= 20));
    for (const index of [0, 1, 2, 3]) await kill(index);
    const { leader } = await statusOf(urls()[0] as string);
    const leaderIndex = running.network.layout.nodes.findIndex(({ id, name }) => id === leader || name === leader);
    expect(leaderIndex).toBeGreaterThanOrEqual(0);
    await kill(leaderIndex);
    await load.stop();
    await sameState(urls());
    await checkRecorded(load, running.clerks[0] as never, urls());
    figure('next acknowledged event after kill -9 of any node, worst of 5', Math.max(...worst), 'ms', { atMost: 3000 });
    figure('acknowledged events under the kills', load.acknowledged.length, 'events', { atLeast: 100 });
    figure('acknowledged events lost or doubled', 0, 'events', { exactly: 0 });
  }, 240_000);

  it('two nodes stopped: no block, and the status says why; restarted: the chain goes on', async () => {
    const [first, second] = [running.network.nodes[2], running.network.nodes[3]];
    if (first === undefined || second === undefined) throw new Error('four nodes expected');
    await first.stop();
    await second.stop();
    const url = urls()[0] as string;
    await eventually('a reason in the status', 15_000, async () =>
      /2 of 4 reachable, 3 needed/.test((await statusOf(url)).reason ?? '')
    );
    const { height } = await statusOf(url);
    const load = new Load(running.clerks.slice(0, 2));
    await delay(2500);
    expect((await statusOf(url)).height).toBe(height);
    expect(load.acknowledged).toEqual([]);
    first.start();
    await first.untilLive(30_000);
    const tookMs = await eventually(
      'a block after the third node is back',
      30_000,
      async () => (await statusOf(url)).height > height
    );
    second.start();
    await second.untilLive(30_000);
    await load.stop();
    await sameState(urls());
    await checkRecorded(load, running.clerks[0] as never, urls());
    figure('blocks while two of four are stopped', 0, 'blocks', { exactly: 0 });
    figure('first block after the third node is back', tookMs, 'ms', { atMost: 20_000 });
  }, 120_000);
});
