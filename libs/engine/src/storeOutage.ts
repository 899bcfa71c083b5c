import { ENGINE_LIMITS } from './limits.js';
import type { Clock } from './ports.js';

/**
 * Whether a store's error says that its database cannot be reached or is restarting (ports.ts, LedgerStore): whether
 * a write happened is unknown then, and asking again is right.
 */
export const isUnavailable = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'STORE_UNAVAILABLE';

/**
 * A peer's question could not be answered: what to raise, or null when it asks again, or another node. Damage is for a
 * person to look at.
 */
export function readFailure(error: unknown): { readonly code: string; readonly detail: string } | null {
  if (isUnavailable(error)) return null;
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'INTERNAL';
  return { code, detail: error instanceof Error ? error.message : String(error) };
}

/**
 * Asks the database again for as long as it is away. What is written through here is idempotent (on height), so a
 * write that happened although its answer got lost is not done twice. Every other error is passed on at once.
 */
export class StoreOutage {
  /** Calls that are being tried again, with what the last try said. */
  readonly #failing = new Map<symbol, string>();
  readonly #wake = new Set<() => void>();
  #stopped = false;

  /** `onAway` is told what the database said when it stops answering, once an outage. */
  constructor(
    private readonly clock: Clock,
    private readonly onAway: (detail: string) => void
  ) {}

  /** What the database's last refusal said, while one is being waited out; else null. */
  get reason(): string | null {
    return this.#failing.values().next().value ?? null;
  }

  /** Rejects with STORE_UNAVAILABLE only after `stop`. */
  async untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
    const call = Symbol('call');
    try {
      for (let pauseMs: number = ENGINE_LIMITS.storeRetryMinMs; ; pauseMs *= 2) {
        try {
          return await ask();
        } catch (error) {
          if (!isUnavailable(error) || this.#stopped) throw error;
          const detail = error instanceof Error ? error.message : String(error);
          if (this.#failing.size === 0) this.onAway(detail);
          this.#failing.set(call, detail);
        }
        await this.#pause(Math.min(pauseMs, ENGINE_LIMITS.storeRetryMaxMs));
      }
    } finally {
      this.#failing.delete(call);
    }
  }

  stop(): void {
    this.#stopped = true;
    for (const wake of [...this.#wake]) wake();
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.clock.at(this.clock.nowMs() + ms, () => end());
      const end = (): void => {
        cancel();
        this.#wake.delete(end);
        resolve();
      };
      if (this.#stopped) end();
      else this.#wake.add(end);
    });
  }
}
