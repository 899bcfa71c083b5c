import { assert } from '@lading/kernel';

/**
 * Metrics in Prometheus's text format 0.0.4. Kept in this process: a scrape renders what is there. Names carry their
 * unit, seconds only.
 */
export type Labels = Readonly<Record<string, string>>;

export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** Lines without HELP and TYPE. */
  render(): readonly string[];
}

/** Series of one metric: label values come from our code, so more is a bug that would eat memory. */
const MAX_SERIES = 1000;

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

const escapeValue = (text: string): string => text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
const escapeHelp = (text: string): string => text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n');

/** `{a="1",b="2"}` in the order given, or nothing. */
export function renderLabels(labels: Labels, extra: Labels = {}): string {
  const pairs = Object.entries({ ...labels, ...extra }).map(([name, value]) => `${name}="${escapeValue(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

export function renderNumber(value: number): string {
  if (value === Infinity) return '+Inf';
  return value === -Infinity ? '-Inf' : String(value);
}

/** Values by label values; one entry for a metric without labels. */
export class Series<T> {
  readonly #entries = new Map<string, { readonly labels: Labels; readonly value: T }>();

  constructor(private readonly metric: string, private readonly create: () => T) {}

  of(labels: Labels): T {
    const key = renderLabels(labels);
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      assert(this.#entries.size < MAX_SERIES, `metric ${this.metric} has too many series`);
      for (const name of Object.keys(labels)) assert(LABEL.test(name), `metric ${this.metric}: label ${name}`);
      entry = { labels, value: this.create() };
      this.#entries.set(key, entry);
    }
    return entry.value;
  }

  entries(): readonly { readonly labels: Labels; readonly value: T }[] {
    return [...this.#entries.values()];
  }

  clear(): void {
    this.#entries.clear();
  }
}

export class MetricsRegistry {
  static readonly CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';
  readonly #metrics = new Map<string, Metric>();
  readonly #collectors: (() => void)[] = [];

  register<M extends Metric>(metric: M): M {
    assert(NAME.test(metric.name), `metric name ${metric.name}`);
    assert(!this.#metrics.has(metric.name), `metric ${metric.name} is registered twice`);
    this.#metrics.set(metric.name, metric);
    return metric;
  }

  /** Called before every rendering, to set gauges from what is true then. */
  onCollect(collect: () => void): void {
    this.#collectors.push(collect);
  }

  names(): readonly string[] {
    return [...this.#metrics.keys()];
  }

  render(): string {
    for (const collect of this.#collectors) collect();
    const lines: string[] = [];
    for (const metric of this.#metrics.values()) {
      lines.push(`# HELP ${metric.name} ${escapeHelp(metric.help)}`, `# TYPE ${metric.name} ${metric.type}`);
      lines.push(...metric.render());
    }
    return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
  }
}
