import type { StateView, StateWriter } from '@lading/ledger';

/**
 * State values beside items (master data, recalls, transformation records) as one transaction sees and changes them.
 * Like items, the changes of an event are a draft until `keep` or `drop`.
 */
export class SideValues {
  readonly #kept = new Map<string, Uint8Array>();
  readonly #draft = new Map<string, Uint8Array>();

  constructor(private readonly state: StateView) {}

  get(key: string): Uint8Array | null {
    return this.#draft.get(key) ?? this.#kept.get(key) ?? this.state.get(key);
  }

  put(key: string, value: Uint8Array): void {
    this.#draft.set(key, value);
  }

  drop(): void {
    this.#draft.clear();
  }

  keep(): void {
    for (const [key, value] of this.#draft) this.#kept.set(key, value);
    this.#draft.clear();
  }

  write(state: StateWriter): void {
    for (const [key, value] of this.#kept) state.put(key, value);
  }
}
