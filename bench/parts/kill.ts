import { setTimeout as delay } from 'node:timers/promises';
import type { BenchContext } from '../context.js';
import { outageOf, type Outage } from '../figures/outage.js';
import type { BenchNetwork } from '../site.js';
import { assertAnswered, load, networkTarget } from '../throughput.js';
import { eventually, statusOf } from '../../test/e2e/http.js';
import { leaderIndex } from '../../test/e2e/network.js';
import { onNetwork } from './network.js';

/** Share of what the network can do: a service has room for its clients' repetitions. */
const LOAD = 0.6;
const LAST_SECONDS = 2;
const now = (): number => performance.timeOrigin + performance.now();

/** Figure d: kill -9 of the leader under load; it stays dead while the rate is measured. */
export async function killPart(context: BenchContext): Promise<void> {
  const { book, sizes, log } = context;
  await onNetwork(context, async (running) => {
    const target = networkTarget(running);
    const peak = await load(target, { mode: 'ndjson', inFlight: sizes.inFlight, seconds: sizes.probeSeconds });
    assertAnswered(peak);
    const outages: Outage[] = [];
    for (let run = 0; run < sizes.runs; run++) {
      const outage = await killed(running, LOAD * peak.perSecond, Math.min(10, sizes.killSeconds), sizes.killSeconds);
      outages.push(outage);
      const { firstAnswerMs, ratePerSecondBefore, ratePerSecondAfter } = outage;
      log(`kill: ${firstAnswerMs.toFixed(0)} ms, ${ratePerSecondBefore.toFixed(0)}/s before, ${ratePerSecondAfter.toFixed(0)}/s after`);
    }
    const name = `kill -9 of the leader at ${100 * LOAD} % load`;
    book.add('kill.first', `${name}: next commit`, 'ms', outages.map(({ firstAnswerMs }) => firstAnswerMs), { atMost: 1500 });
    const shares = outages.map(({ ratePerSecondAfter, ratePerSecondBefore }) => ratePerSecondAfter / ratePerSecondBefore);
    book.add('kill.rate', `${name}: rate over the next ${sizes.killSeconds} s`, '×', shares, { atLeast: 0.8 });
  });
}

async function killed(running: BenchNetwork, rate: number, beforeSeconds: number, seconds: number): Promise<Outage> {
  const { network } = running;
  let killedMs = 0;
  let victim: (typeof network.nodes)[number] | undefined;
  const kill = async (): Promise<void> => {
    await delay(beforeSeconds * 1000);
    victim = network.nodes[await leaderIndex(network)];
    killedMs = now();
    await victim?.stop(true);
  };
  let killing: Promise<void> = Promise.resolve();
  const asked = { mode: 'ndjson', rate, seconds: beforeSeconds + seconds + LAST_SECONDS } as const;
  const begin = (): void => {
    killing = kill();
  };
  const loaded = await load(networkTarget(running), asked, { begin });
  await killing;
  assertAnswered(loaded);
  victim?.start();
  await victim?.untilLive(60_000);
  await eventually('the victim to take part again', 120_000, async () => {
    const [first, ...others] = await Promise.all(network.layout.nodes.map(({ url }) => statusOf(url)));
    return first !== undefined && [first, ...others].every(({ mode, height }) => mode === 'NORMAL' && Math.abs(height - first.height) <= 8);
  });
  return outageOf(loaded.buckets, loaded.epochMs, killedMs, beforeSeconds, seconds);
}
