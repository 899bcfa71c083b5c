import { ENGINE_LIMITS } from '../limits.js';

export interface LatencySummary {
  readonly median: number;
  readonly p99: number;
  /** Of every sample ever. */
  readonly count: number;
}

/** The last commit latencies, milliseconds; a ring, so an old burst does not colour today's median. */
export class LatencyWindow {
  readonly #samples: number[] = [];
  #next = 0;
  #count = 0;
  #summary: LatencySummary | null = null;

  add(latencyMs: number): void {
    this.#samples[this.#next] = latencyMs;
    this.#next = (this.#next + 1) % ENGINE_LIMITS.latencySamples;
    this.#count += 1;
    this.#summary = null;
  }

  /** Null before the first sample. */
  summary(): LatencySummary | null {
    if (this.#samples.length === 0) return null;
    return (this.#summary ??= this.#summarize());
  }

  #summarize(): LatencySummary {
    const sorted = this.#samples.toSorted((a, b) => a - b);
    const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    return { median: at(0.5), p99: at(0.99), count: this.#count };
  }
}
