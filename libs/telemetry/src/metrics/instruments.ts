import { assert } from '@lading/kernel';
import { renderLabels, renderNumber, Series } from './registry.js';
import type { Labels, Metric } from './registry.js';

function renderValues(name: string, series: Series<{ value: number }>): readonly string[] {
  return series.entries().map(({ labels, value }) => `${name}${renderLabels(labels)} ${renderNumber(value.value)}`);
}

/** Only rises; a restart begins at zero. */
export class Counter implements Metric {
  readonly type = 'counter';
  readonly #series: Series<{ value: number }>;

  constructor(readonly name: string, readonly help: string) {
    this.#series = new Series(name, () => ({ value: 0 }));
  }

  add(amount = 1, labels: Labels = {}): void {
    assert(amount >= 0, `counter ${this.name} cannot fall`);
    this.#series.of(labels).value += amount;
  }

  render(): readonly string[] {
    return renderValues(this.name, this.#series);
  }
}

/** A value of now. */
export class Gauge implements Metric {
  readonly type = 'gauge';
  readonly #series: Series<{ value: number }>;

  constructor(readonly name: string, readonly help: string) {
    this.#series = new Series(name, () => ({ value: 0 }));
  }

  set(value: number, labels: Labels = {}): void {
    this.#series.of(labels).value = value;
  }

  /** Forgets all values: for gauges whose labels come and go. */
  reset(): void {
    this.#series.clear();
  }

  render(): readonly string[] {
    return renderValues(this.name, this.#series);
  }
}

interface Distribution {
  /** Observations in each bucket, not cumulated; the last is +Inf. */
  readonly counts: number[];
  sum: number;
}

/** Seconds from a millisecond to ten. */
export const SECONDS_BUCKETS: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10
];

/** How observations are distributed over fixed buckets; `le` is inclusive. */
export class Histogram implements Metric {
  readonly type = 'histogram';
  readonly #series: Series<Distribution>;

  constructor(
    readonly name: string,
    readonly help: string,
    private readonly bounds: readonly number[] = SECONDS_BUCKETS
  ) {
    const ascending = bounds.every((bound, i) => i === 0 || bound > (bounds[i - 1] as number));
    assert(bounds.length > 0 && ascending, `buckets of ${name}`);
    this.#series = new Series(name, () => ({ counts: new Array<number>(bounds.length + 1).fill(0), sum: 0 }));
  }

  observe(value: number, labels: Labels = {}): void {
    if (Number.isNaN(value)) return;
    const distribution = this.#series.of(labels);
    let bucket = 0;
    while (bucket < this.bounds.length && value > (this.bounds[bucket] as number)) bucket++;
    distribution.counts[bucket] = (distribution.counts[bucket] as number) + 1;
    distribution.sum += value;
  }

  render(): readonly string[] {
    return this.#series.entries().flatMap(({ labels, value }) => {
      const lines: string[] = [];
      let total = 0;
      for (const [i, count] of value.counts.entries()) {
        total += count;
        const le = renderNumber(this.bounds[i] ?? Infinity);
        lines.push(`${this.name}_bucket${renderLabels(labels, { le })} ${total}`);
      }
      lines.push(`${this.name}_sum${renderLabels(labels)} ${renderNumber(value.sum)}`);
      lines.push(`${this.name}_count${renderLabels(labels)} ${total}`);
      return lines;
    });
  }
}
