import { asHash, assert, type Hash, type Sha256 } from '@lading/kernel';
import { decodeCbor, EMPTY_HEAD, encodeCbor, extendHead, type StateView, type StateWriter } from '@lading/ledger';
import { itemStateKey, type ItemKind } from '../identifiers/canonicalItem.js';
import { decodeItem, encodeItem, newItem, type ItemState } from './itemState.js';

export const anomalyKey = (uri: string): string => `provenance/anomaly/${uri}`;

/** Reads an item from state; null when no event has named it. */
export function readItem(view: StateView, uri: string): ItemState | null {
  const value = view.get(itemStateKey(uri));
  return value === null ? null : decodeItem(value);
}

/**
 * The items of one transaction. Changes of an event are a draft until `keep` or `drop`; nothing reaches the state
 * before `write`, so a refused transaction leaves no trace.
 */
export class ItemBook {
  readonly #state: StateWriter;
  readonly #sha256: Sha256;
  readonly #kept = new Map<string, ItemState>();
  readonly #draft = new Map<string, ItemState>();
  readonly #read = new Map<string, ItemState | null>();
  readonly #anomalies = new Map<string, { count: number; head: Hash }>();

  constructor(state: StateWriter, sha256: Sha256) {
    this.#state = state;
    this.#sha256 = sha256;
  }

  get(uri: string): ItemState | null {
    const changed = this.#draft.get(uri) ?? this.#kept.get(uri);
    if (changed !== undefined) return changed;
    let stored = this.#read.get(uri);
    if (stored === undefined) {
      stored = readItem(this.#state, uri);
      this.#read.set(uri, stored);
    }
    return stored;
  }

  /** The item, or a fresh one of that kind. */
  at(uri: string, kind: ItemKind): ItemState {
    return this.get(uri) ?? newItem(kind);
  }

  put(uri: string, item: ItemState): void {
    this.#draft.set(uri, item);
  }

  /** Items that the present event has changed. */
  changed(): Iterable<string> {
    return this.#draft.keys();
  }

  drop(): void {
    this.#draft.clear();
  }

  /** Makes the event's changes final for this transaction. */
  keep(): void {
    for (const [uri, item] of this.#draft) this.#kept.set(uri, item);
    this.#draft.clear();
  }

  /** One more event on the chain of an item. */
  extend(uri: string, kind: ItemKind, leaf: Hash): void {
    const item = this.at(uri, kind);
    this.put(uri, { ...item, count: item.count + 1, head: extendHead(item.head, leaf, this.#sha256) });
  }

  /** One more refused attempt on an item: [count, head], apart from its own chain. */
  extendAnomaly(uri: string, leaf: Hash): void {
    const before = this.#anomalies.get(uri) ?? readAnomaly(this.#state, uri);
    this.#anomalies.set(uri, { count: before.count + 1, head: extendHead(before.head, leaf, this.#sha256) });
  }

  /** False, and nothing more is written, when the values are more than `limitBytes` together. */
  writeItems(limitBytes: number): boolean {
    let bytes = 0;
    for (const [uri, item] of this.#kept) {
      const value = encodeItem(item);
      bytes += value.length;
      if (bytes > limitBytes) return false;
      this.#state.put(itemStateKey(uri), value);
    }
    return true;
  }

  writeAnomalies(): void {
    for (const [uri, { count, head }] of this.#anomalies) this.#state.put(anomalyKey(uri), encodeCbor([count, head]));
  }
}

export function readAnomaly(view: StateView, uri: string): { readonly count: number; readonly head: Hash } {
  const value = view.get(anomalyKey(uri));
  if (value === null) return { count: 0, head: EMPTY_HEAD };
  const decoded = decodeCbor(value);
  assert(decoded.ok && Array.isArray(decoded.value), 'anomaly value');
  const [count, head] = decoded.value as readonly unknown[];
  assert(typeof count === 'number' && head instanceof Uint8Array, 'anomaly value');
  return { count, head: asHash(head) };
}
