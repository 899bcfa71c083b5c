import type { Clock } from '../ports.js';

/** Named timers of the core: setting a name again replaces it, null cancels it. */
export class Timers {
  readonly #cancels = new Map<string, () => void>();

  constructor(
    private readonly clock: Clock,
    private readonly fire: () => void
  ) {}

  set(name: string, atMs: number | null): void {
    this.#cancels.get(name)?.();
    this.#cancels.delete(name);
    if (atMs === null) return;
    const cancel = this.clock.at(atMs, () => {
      this.#cancels.delete(name);
      this.fire();
    });
    this.#cancels.set(name, cancel);
  }

  stop(): void {
    for (const cancel of this.#cancels.values()) cancel();
    this.#cancels.clear();
  }
}
