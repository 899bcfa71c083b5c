import { figure } from '../test/e2e/figures.js';

/** The smallest value that at least the share (0 to 1) of the sorted values does not exceed; NaN of none. */
export const percentileOfSorted = (sorted: Float64Array, share: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN;

/** The smallest value that at least the share (0 to 1) of the values does not exceed; NaN of none. */
export const percentile = (values: readonly number[], share: number): number => percentileOfSorted(Float64Array.from(values).sort(), share);

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export const spreadOf = (values: readonly number[]): Spread => ({
  median: percentile(values, 0.5),
  min: Math.min(...values),
  max: Math.max(...values)
});

const rounded = (value: number): string => String(value < 100 ? Math.round(value * 10) / 10 : Math.round(value));

/** The figure with the median of its runs, and beside it how far they lie apart. */
export function spreadFigure(what: string, runs: readonly number[], unit: string, target: { atMost?: number; atLeast?: number }): void {
  const { median, min, max } = spreadOf(runs);
  figure(`${what}: median of ${runs.length} (min ${rounded(min)}, max ${rounded(max)})`, median, unit, target);
}

/** Milliseconds that each call took, one after another. */
export async function timed(count: number, work: (n: number) => Promise<void>): Promise<number[]> {
  const took: number[] = [];
  for (let n = 0; n < count; n++) {
    const started = performance.now();
    await work(n);
    took.push(performance.now() - started);
  }
  return took;
}
