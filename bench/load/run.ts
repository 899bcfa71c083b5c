import { setTimeout as delay } from 'node:timers/promises';
import type { LoadJob, LoadMessage, LoadResult } from './job.js';
import { Pacer } from './pacer.js';
import type { Presigned } from './presign.js';
import { Recorder } from './recorder.js';
import { Router } from './router.js';

const TICK_MS = 2;
/** What has no answer this long after the window is lost. */
const LAST_ANSWERS_MS = 45_000;

type Tell = (message: LoadMessage) => void;

/** All that can be due in a run. */
export const preparedCount = ({ rate, prepared, warmUpSeconds, seconds }: LoadJob): number =>
  rate === null ? prepared : Math.ceil(rate * (warmUpSeconds + seconds)) + 1;

/** `transactions` are signed; `second` names the node that may order what the one at a position cannot. */
export async function runLoad(
  job: LoadJob,
  transactions: readonly Presigned[],
  second: (home: number) => number,
  tell: Tell
): Promise<LoadResult> {
  const startMs = performance.now() + 100;
  const fromMs = startMs + job.warmUpSeconds * 1000;
  const untilMs = fromMs + job.seconds * 1000;
  const recorder = new Recorder(startMs, fromMs, untilMs);
  const router = new Router(job, second, recorder);
  const pacer = new Pacer(startMs, job.rate, job.inFlight);
  let next = 0;
  await delay(Math.max(0, startMs - performance.now()));
  const pump = async (endMs: number): Promise<void> => {
    for (let nowMs = performance.now(); nowMs < endMs; nowMs = performance.now()) {
      for (const intendedMs of pacer.due(nowMs, router.underWay)) {
        const transaction = transactions[next++];
        if (transaction === undefined) throw new Error(`${transactions.length} transactions were prepared, and more are due`);
        router.send({ transaction, intendedMs });
      }
      router.flush();
      await delay(TICK_MS);
    }
  };
  await pump(fromMs);
  tell({ at: 'begin' });
  const cpuBefore = process.cpuUsage();
  await pump(untilMs);
  const cpu = process.cpuUsage(cpuBefore);
  const backlog = router.underWay;
  tell({ at: 'end' });
  while (router.underWay > 0 && performance.now() < untilMs + LAST_ANSWERS_MS) {
    router.flush();
    await delay(TICK_MS);
  }
  router.close();
  const mean = (of: (transaction: Presigned) => number): number =>
    transactions.reduce((sum, transaction) => sum + of(transaction), 0) / transactions.length;
  return {
    ...{ intended: recorder.intended, answered: recorder.answered, perSecond: recorder.answered / job.seconds },
    ...{ latencyMs: recorder.latencies(), backlog, lost: router.underWay, refused: recorder.refused, repeated: router.repeated },
    ...{ payloadBytes: mean(({ payload }) => payload.length), lineBytes: mean(({ line }) => line.length) },
    ...{ epochMs: performance.timeOrigin + startMs, buckets: recorder.buckets, cpuMs: (cpu.user + cpu.system) / 1000 }
  };
}
