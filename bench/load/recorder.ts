import { percentileOfSorted } from '../measure.js';
import { BUCKET_MS, type Latencies } from './job.js';

/** What came of the transactions of a run. Times are milliseconds of performance.now(). */
export class Recorder {
  readonly buckets: number[] = [];
  readonly #latencies: number[] = [];
  readonly #refused = new Map<string, number>();
  intended = 0;
  answered = 0;

  /** The window is [fromMs, untilMs); `startMs` is where the buckets begin. */
  constructor(
    private readonly startMs: number,
    private readonly fromMs: number,
    private readonly untilMs: number
  ) {}

  #isIn(ms: number): boolean {
    return ms >= this.fromMs && ms < this.untilMs;
  }

  send(intendedMs: number): void {
    if (this.#isIn(intendedMs)) this.intended++;
  }

  answer(intendedMs: number, nowMs: number): void {
    const bucket = Math.max(0, Math.floor((nowMs - this.startMs) / BUCKET_MS));
    while (this.buckets.length <= bucket) this.buckets.push(0);
    this.buckets[bucket] = (this.buckets[bucket] ?? 0) + 1;
    if (this.#isIn(nowMs)) this.answered++;
    // A transaction belongs to the window in which it was to be sent, however late its answer came.
    if (this.#isIn(intendedMs)) this.#latencies.push(nowMs - intendedMs);
  }

  refuse(code: string): void {
    this.#refused.set(code, (this.#refused.get(code) ?? 0) + 1);
  }

  get refused(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#refused);
  }

  latencies(): Latencies {
    return latenciesOf(this.#latencies);
  }
}

/** Every value is kept, so percentiles are exact. */
export function latenciesOf(values: readonly number[]): Latencies {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number): number => percentileOfSorted(sorted, share);
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: sorted.at(-1) ?? NaN };
}
