import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { percentile } from '../../bench/measure.js';
import { checkRecorded, sameState } from './agreement.js';
import { ByzantinePeer } from './byzantinePeer.js';
import { figure } from './figures.js';
import { eventually, statusOf } from './http.js';
import { Load } from './load.js';
import { isShown, type RunningNetwork, startNetwork } from './network.js';

const FLOOD_MS = isShown ? 60_000 : 5000;
const CALM_MS = isShown ? 20_000 : 4000;
const SAMPLE_MS = 500;
const VICTIM = 3;

/** Resident memory of a process, MiB. */
function residentMiB(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1] ?? Number.NaN) / 1024;
}

describe('four real processes, one of whose places is taken by a peer that floods', () => {
  let running: RunningNetwork;
  beforeAll(async () => {
    running = await startNetwork('open');
  }, 120_000);
  afterAll(() => running.stop(), 60_000);

  it(`${FLOOD_MS / 1000} s of future views, heights, lanes and garbage: memory stays, latency stays, blocks go on`, async () => {
    const honest = running.network.nodes.filter((_, index) => index !== VICTIM);
    const clerks = running.clerks.filter((_, index) => index !== VICTIM);
    const urls = clerks.map(({ node }) => node.url);
    const own = running.clerks[VICTIM];
    if (own === undefined) throw new Error('four clerks expected');
    await running.network.nodes[VICTIM]?.stop();
    const peer = await ByzantinePeer.open(running.network, VICTIM, own);
    const load = new Load(clerks);
    try {
      await eventually('its connections', 30_000, () => Promise.resolve(peer.connected === 3));
      // The processes have seen load before they are measured: what they keep for it is not the flood's.
      await delay(CALM_MS);
      const calmSince = performance.now();
      await delay(CALM_MS);
      const calm = percentile(load.latencies(calmSince), 0.5);
      const before = honest.map(({ pid }) => residentMiB(pid as number));
      const floodSince = performance.now();
      const heights = await Promise.all(urls.map(async (url) => (await statusOf(url)).height));
      peer.flood();
      let grown = 0;
      while (performance.now() - floodSince < FLOOD_MS) {
        await delay(SAMPLE_MS);
        grown = Math.max(grown, ...honest.map(({ pid }, i) => residentMiB(pid as number) - (before[i] as number)));
      }
      const flooded = percentile(load.latencies(floodSince), 0.5);
      const sent = peer.sent;
      await peer.stop();
      await delay(CALM_MS);
      const left = honest.map(({ pid }, i) => residentMiB(pid as number) - (before[i] as number));
      const after = await Promise.all(urls.map(async (url) => (await statusOf(url)).height));
      expect(after.every((height, i) => height > (heights[i] as number))).toBe(true);
      expect(sent).toBeGreaterThan(1000);
      figure('frames of the flood that left', sent, 'frames', { atLeast: 1000 });
      figure('growth of an honest process by the flood, worst of three', Math.max(...left), 'MiB', { atMost: 50 });
      figure('growth while it lasts, garbage included, worst sample', grown, 'MiB', { atMost: 200 });
      figure('median commit latency without the flood', calm, 'ms', { atLeast: 0 });
      figure('median commit latency under the flood, against without', flooded / calm, 'times', { atMost: 2 });
    } finally {
      await peer.stop();
      await load.stop();
    }
    await sameState(urls);
    await checkRecorded(load, clerks[0] as never, urls);
  }, 120_000 + FLOOD_MS + 2 * CALM_MS);
});
