import type { ReadValues } from '../execution/workingState.js';
import type { Clock } from '../ports.js';

interface Question {
  readonly keys: readonly string[];
  readonly resolve: (values: ReadonlyMap<string, Uint8Array | null>) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Reads state for submissions: questions of one tick share one query, and what the executor has in memory needs none.
 * Answers show the last durable block and are never written back to the executor's cache: they may already be old.
 */
export class StateLookup {
  #waiting: Question[] = [];

  constructor(
    private readonly read: ReadValues,
    private readonly cached: (key: string) => Uint8Array | null | undefined,
    private readonly clock: Clock
  ) {}

  values(keys: readonly string[]): Promise<ReadonlyMap<string, Uint8Array | null>> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ keys, resolve, reject });
      if (this.#waiting.length === 1) this.clock.soon(() => void this.#answer());
    });
  }

  async #answer(): Promise<void> {
    const questions = this.#waiting;
    this.#waiting = [];
    const values = new Map<string, Uint8Array | null>();
    const missing = new Set<string>();
    for (const key of questions.flatMap((question) => question.keys)) {
      const cached = this.cached(key);
      if (cached === undefined) missing.add(key);
      else values.set(key, cached);
    }
    try {
      const found = missing.size === 0 ? new Map<string, Uint8Array>() : await this.read([...missing]);
      for (const key of missing) values.set(key, found.get(key) ?? null);
      for (const question of questions) question.resolve(values);
    } catch (error) {
      for (const question of questions) question.reject(error);
    }
  }
}
