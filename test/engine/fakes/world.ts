import type { Clock } from '@lading/engine';

interface Timer {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

/**
 * Virtual time for a whole cluster in one process. Time moves only when nothing else is left to do; events of one
 * instant run in the order they were scheduled. Randomness comes from the seed.
 */
export class World {
  #timers: Timer[] = [];
  #soon: (() => void)[] = [];
  #order = 0;
  #random: number;

  constructor(
    public nowMs: number,
    seed: number
  ) {
    this.#random = seed >>> 0 || 1;
  }

  /** Uniform in [0, below). xorshift32. */
  random(below: number): number {
    let x = this.#random;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#random = x >>> 0;
    return this.#random % below;
  }

  at(atMs: number, run: () => void): () => void {
    const timer = { atMs: Math.max(atMs, this.nowMs), order: this.#order++, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  soon(run: () => void): void {
    this.#soon.push(run);
  }

  /** Resolves after so many virtual milliseconds. */
  delay(ms: number): Promise<void> {
    return new Promise((resolve) => void this.at(this.nowMs + ms, resolve));
  }

  /** The clock of one process: silent after its death. */
  clock(alive: () => boolean): Clock {
    const guarded = (run: () => void) => () => {
      if (alive()) run();
    };
    return {
      nowMs: () => this.nowMs,
      at: (atMs, run) => this.at(atMs, guarded(run)),
      soon: (run) => this.soon(guarded(run))
    };
  }

  /** Runs until the condition holds; false when virtual time has advanced by `withinMs` without it. */
  async until(condition: () => boolean, withinMs: number): Promise<boolean> {
    const endMs = this.nowMs + withinMs;
    for (;;) {
      await this.#settle();
      if (condition()) return true;
      const next = this.#takeNext(endMs);
      if (next === null) {
        this.nowMs = endMs;
        return condition();
      }
      this.nowMs = Math.max(this.nowMs, next.atMs);
      next.run();
    }
  }

  async pass(ms: number): Promise<void> {
    await this.until(() => false, ms);
  }

  /** Waits for a promise while the world goes on. */
  async wait<T>(promise: Promise<T>, withinMs = 60_000): Promise<T> {
    let done: { readonly value: T } | { readonly error: unknown } | null = null;
    promise.then(
      (value) => (done = { value }),
      (error: unknown) => (done = { error })
    );
    if (!(await this.until(() => done !== null, withinMs))) throw new Error(`nothing after ${withinMs} virtual ms`);
    return promise;
  }

  /** Every promise that can go on has gone on, and every `soon` has run. */
  async #settle(): Promise<void> {
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#soon.length === 0) return;
      for (const run of this.#soon.splice(0)) run();
    }
  }

  #takeNext(endMs: number): Timer | null {
    let next: Timer | null = null;
    for (const timer of this.#timers) {
      if (next === null || timer.atMs < next.atMs || (timer.atMs === next.atMs && timer.order < next.order)) next = timer;
    }
    if (next === null || next.atMs > endMs) return null;
    this.#timers = this.#timers.filter((timer) => timer !== next);
    return next;
  }
}
