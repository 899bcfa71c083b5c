import type { StateView, StateWriter } from '@lading/ledger';

/**
 * State values beside items (master data, recalls, transformation records) as one transaction sees and changes them.
 * Like items, the changes of an event are a draft until `keep` or `drop`.
 */
export class SideValues {
  readonly #kept = new Map<string, Uint8Array>();
  readonly #draft = new Map<string, Uint8Array>();
  /** What was asked for: rules ask for the same master data with every event. */
  readonly #read = new Map<string, Uint8Array | null>();

  constructor(private readonly state: StateView) {}

  get(key: string): Uint8Array | null {
    const draft = this.#draft.size > 0 ? this.#draft.get(key) : undefined;
    if (draft !== undefined) return draft;
    let value = this.#read.get(key);
    if (value === undefined) {
      value = this.#kept.get(key) ?? this.state.get(key);
      this.#read.set(key, value);
    }
    return value;
  }

  put(key: string, value: Uint8Array): void {
    this.#draft.set(key, value);
  }

  drop(): void {
    this.#draft.clear();
  }

  keep(): void {
    for (const [key, value] of this.#draft) {
      this.#kept.set(key, value);
      this.#read.set(key, value);
    }
    this.#draft.clear();
  }

  write(state: StateWriter): void {
    for (const [key, value] of this.#kept) state.put(key, value);
  }
}
