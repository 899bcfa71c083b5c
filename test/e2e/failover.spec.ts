import { setTimeout as delay } from 'node:timers/promises';
import { percentile } from '../../bench/measure.js';
import { checkRecorded, sameState } from './agreement.js';
import { figure } from './figures.js';
import { eventually, statusOf } from './http.js';
import { Load } from './load.js';
import { isShown, leaderIndex, type RunningNetwork, startNetwork } from './network.js';

const KILLS = isShown ? 50 : 3;
/** Between the catching up of one victim and the end of the next. */
const SETTLE_MS = 500;

describe('four real processes lose their leader, again and again, under load', () => {
  let running: RunningNetwork;
  beforeAll(async () => {
    running = await startNetwork('open');
  }, 120_000);
  afterAll(() => running.stop(), 60_000);

  const urls = (): string[] => running.network.layout.nodes.map(({ url }) => url);

  async function killLeader(load: Load): Promise<number> {
    const index = await leaderIndex(running.network);
    const victim = running.network.nodes[index];
    if (victim === undefined) throw new Error(`no node ${index}`);
    await victim.stop(true);
    const killedAt = performance.now();
    await eventually('the next acknowledged event', 60_000, () => Promise.resolve(load.firstAfter(killedAt) !== null));
    victim.start();
    await victim.untilLive(60_000);
    await eventually('the victim to take part again', 60_000, async () => {
      const [own, other] = await Promise.all([statusOf(urls()[index] as string), statusOf(urls()[(index + 1) % 4] as string)]);
      return own.mode === 'NORMAL' && own.height >= other.height - 8;
    });
    await delay(SETTLE_MS);
    return load.firstAfter(killedAt) as number;
  }

  it(`kill -9 of the leader ${KILLS} times: the next commit comes soon, nothing acknowledged is lost or doubled`, async () => {
    const load = new Load(running.clerks);
    await eventually('load', 10_000, () => Promise.resolve(load.acknowledged.length >= 20));
    const took: number[] = [];
    for (let i = 0; i < KILLS; i++) {
      took.push(await killLeader(load));
      if (isShown) process.stderr.write(`kill ${i + 1} of ${KILLS}: next commit after ${Math.round(took[i] as number)} ms\n`);
    }
    await load.stop();
    await sameState(urls());
    const wrong = await checkRecorded(load, running.clerks[0] as never, urls());
    figure('kills of the leader', took.length, 'kills', { exactly: KILLS });
    figure('next commit after kill -9 of the leader, median', percentile(took, 0.5), 'ms', { atMost: 1500 });
    figure('next commit after kill -9 of the leader, p99', percentile(took, 0.99), 'ms', { atMost: 5000 });
    figure('acknowledged events under the kills', load.acknowledged.length, 'events', { atLeast: KILLS });
    figure('acknowledged events lost or doubled', wrong, 'events', { exactly: 0 });
  }, 60_000 + KILLS * 30_000);
});
