import type { StateView } from '@lading/ledger';
import { itemStateKey } from '../identifiers/canonicalItem.js';
import { decodeItem, type ItemState } from '../state/itemState.js';
import { CAPTURE_LIMITS } from './captureLimits.js';

/** Collects keys and pays for the values behind them; stops when the transaction's budget is used up. */
export class KeyWalk {
  readonly keys = new Set<string>();
  readonly #counted = new Set<string>();
  #bytes = 0;

  constructor(private readonly view: StateView) {}

  get affordable(): boolean {
    return this.keys.size <= CAPTURE_LIMITS.stateKeys && this.#bytes <= CAPTURE_LIMITS.stateBytes;
  }

  /** A stored value; null when there is none, or none in this round, or no budget for it. */
  plain(key: string): Uint8Array | null {
    this.keys.add(key);
    if (!this.affordable) return null;
    const value = this.view.get(key);
    if (value === null || this.#counted.has(key)) return value;
    this.#counted.add(key);
    this.#bytes += value.length;
    return this.affordable ? value : null;
  }

  value(uri: string): Uint8Array | null {
    return this.plain(itemStateKey(uri));
  }

  item(uri: string): ItemState | null {
    const value = this.value(uri);
    return value === null ? null : decodeItem(value);
  }
}
