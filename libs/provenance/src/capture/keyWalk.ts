import type { StateView } from '@lading/ledger';
import { itemStateKey } from '../identifiers/canonicalItem.js';
import { decodeItem, type ItemState } from '../state/itemState.js';
import { CAPTURE_LIMITS } from './captureLimits.js';

/** Collects keys and pays for the values behind them; stops when the transaction's budget is used up. */
export class KeyWalk {
  readonly keys = new Set<string>();
  /** Keys whose values were asked for, each once, and what was found. */
  readonly #asked: string[] = [];
  readonly #found: (Uint8Array | null)[] = [];
  #list: readonly string[] | null = null;
  #bytes = 0;

  constructor(private readonly view: StateView) {}

  get affordable(): boolean {
    return this.keys.size <= CAPTURE_LIMITS.stateKeys && this.#bytes <= CAPTURE_LIMITS.stateBytes;
  }

  get list(): readonly string[] {
    this.#list ??= [...this.keys];
    return this.#list;
  }

  /** Whether the walk would come to the same end: its way follows from the values alone, and nobody writes to a value. */
  wouldBeSame(view: StateView): boolean {
    for (let i = 0; i < this.#asked.length; i++) {
      if (view.get(this.#asked[i] as string) !== this.#found[i]) return false;
    }
    return true;
  }

  /** A stored value; null when there is none, or none in this round, or no budget for it. */
  plain(key: string): Uint8Array | null {
    const before = this.keys.size;
    this.keys.add(key);
    if (!this.affordable) return null;
    const value = this.view.get(key);
    if (this.keys.size === before) return value;
    this.#asked.push(key);
    this.#found.push(value);
    this.#bytes += value === null ? 0 : value.length;
    return this.affordable ? value : null;
  }

  value(uri: string): Uint8Array | null {
    return this.plain(itemStateKey(uri));
  }

  item(uri: string): ItemState | null {
    return this.itemAt(itemStateKey(uri));
  }

  /** The same, by its key. */
  itemAt(key: string): ItemState | null {
    const value = this.plain(key);
    return value === null ? null : decodeItem(value);
  }
}
