import { BUCKET_MS } from '../load/job.js';

export interface Outage {
  /** Answers a second before the kill, and over `seconds` after it. */
  readonly ratePerSecondBefore: number;
  readonly ratePerSecondAfter: number;
  /** From the kill to the first answer after the longest silence that began within SILENCE_MS of it. */
  readonly firstAnswerMs: number;
}

/** What was decided before the kill is still answered after it; the silence begins then. */
const SILENCE_MS = 3000;

/**
 * What a kill at `killedMs` did to the answers, counted in buckets of BUCKET_MS from `epochMs` on. `beforeSeconds` end with
 * the kill. An answer that never comes again counts as one at the end of the buckets.
 */
export function outageOf(
  buckets: readonly number[],
  epochMs: number,
  killedMs: number,
  beforeSeconds: number,
  seconds: number
): Outage {
  const at = Math.floor((killedMs - epochMs) / BUCKET_MS);
  const count = (from: number, length: number): number =>
    buckets.slice(Math.max(0, from), from + length).reduce((sum, each) => sum + each, 0);
  const perSecond = 1000 / BUCKET_MS;
  let longest = 0;
  let end = at;
  for (let from = at; from < at + SILENCE_MS / BUCKET_MS; from++) {
    if ((buckets[from] ?? 0) > 0) continue;
    let to = from;
    while (to < buckets.length && buckets[to] === 0) to++;
    if (to - from > longest) {
      longest = to - from;
      end = to;
    }
    from = to;
  }
  return {
    ratePerSecondBefore: count(at - beforeSeconds * perSecond, beforeSeconds * perSecond) / beforeSeconds,
    ratePerSecondAfter: count(at, seconds * perSecond) / seconds,
    firstAnswerMs: epochMs + end * BUCKET_MS - killedMs
  };
}
