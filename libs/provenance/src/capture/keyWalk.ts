import type { StateView } from '@lading/ledger';
import { itemStateKey } from '../identifiers/canonicalItem.js';
import { decodeItem, type ItemState } from '../state/itemState.js';
import { CAPTURE_LIMITS } from './captureLimits.js';
import { leadAlike } from './leadAlike.js';

/** What a walk's way takes from a value: nothing, all of it, or as much of an item as {@link leadAlike} compares. */
type Steering = 'none' | 'all' | 'item';

/** Collects keys and pays for the values behind them; stops when the transaction's budget is used up. */
export class KeyWalk {
  readonly keys = new Set<string>();
  /** Keys whose values were asked for, each once, what was found, and what of that was looked at. */
  readonly #asked: string[] = [];
  readonly #found: (Uint8Array | null)[] = [];
  readonly #steering: Steering[] = [];
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

  /**
   * Whether the walk would come to the same end: its way follows from the values alone, and nobody writes to a value. An item
   * that has only become older leads nowhere else, and neither does what is only paid for.
   */
  wouldBeSame(view: StateView): boolean {
    let bytes = 0;
    let isChanged = false;
    for (let i = 0; i < this.#asked.length; i++) {
      const value = view.get(this.#asked[i] as string);
      const found = this.#found[i] as Uint8Array | null;
      bytes += value === null ? 0 : value.length;
      if (value === found) continue;
      const steering = this.#steering[i];
      if (steering === 'all' || (steering === 'item' && !leadAlike(found, value))) return false;
      isChanged = true;
    }
    if (!isChanged) return true;
    if (!this.affordable || bytes > CAPTURE_LIMITS.stateBytes) return false;
    this.#bytes = bytes;
    for (let i = 0; i < this.#asked.length; i++) this.#found[i] = view.get(this.#asked[i] as string);
    return true;
  }

  /** A stored value; null when there is none, or none in this round, or no budget for it. */
  plain(key: string): Uint8Array | null {
    return this.#ask(key, 'all');
  }

  /** Names a key whose value others look at. */
  name(key: string): null {
    this.#ask(key, 'none');
    return null;
  }

  #ask(key: string, steering: Steering): Uint8Array | null {
    const before = this.keys.size;
    this.keys.add(key);
    if (!this.affordable) return null;
    const value = this.view.get(key);
    // A key is asked for in one way only: what its value steers follows from what it names.
    if (this.keys.size === before) return value;
    this.#asked.push(key);
    this.#found.push(value);
    this.#steering.push(steering);
    this.#bytes += value === null ? 0 : value.length;
    return this.affordable ? value : null;
  }

  value(uri: string): Uint8Array | null {
    return this.#ask(itemStateKey(uri), 'item');
  }

  item(uri: string): ItemState | null {
    return this.itemAt(itemStateKey(uri));
  }

  /** The same, by its key. */
  itemAt(key: string): ItemState | null {
    const value = this.#ask(key, 'item');
    return value === null ? null : decodeItem(value);
  }
}
