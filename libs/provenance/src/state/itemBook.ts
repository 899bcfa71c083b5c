import { asHash, assert, type Hash, type Sha256 } from '@lading/kernel';
import { anomalyLeaf, EMPTY_HEAD, encodeCbor, extendHead, type StateView, type StateWriter } from '@lading/ledger';
import { itemStateKey, type ItemKind } from '../identifiers/canonicalItem.js';
import { decodeItem, encodeItem, newItem, type ItemState } from './itemState.js';
import { array, integer, stored, text } from './storedFields.js';

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
  readonly #anomalies = new Map<string, Anomalies>();

  constructor(state: StateWriter, sha256: Sha256) {
    this.#state = state;
    this.#sha256 = sha256;
  }

  get(uri: string): ItemState | null {
    return this.#draft.get(uri) ?? this.settled(uri);
  }

  /** The item, or a fresh one of that kind. */
  at(uri: string, kind: ItemKind): ItemState {
    return this.get(uri) ?? newItem(kind);
  }

  /** The item before the present event. */
  settled(uri: string): ItemState | null {
    const kept = this.#kept.get(uri);
    if (kept !== undefined) return kept;
    let stored = this.#read.get(uri);
    if (stored === undefined) {
      stored = readItem(this.#state, uri);
      this.#read.set(uri, stored);
    }
    return stored;
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

  /** One more anomaly of an item, on a chain apart from its own; its kind is part of the leaf. */
  extendAnomaly(uri: string, kind: string, leaf: Hash): void {
    const before = this.#anomalies.get(uri) ?? readAnomaly(this.#state, uri);
    const head = extendHead(before.head, anomalyLeaf(kind, leaf, this.#sha256), this.#sha256);
    const kinds = new Map(before.kinds).set(kind, (before.kinds.get(kind) ?? 0) + 1);
    this.#anomalies.set(uri, { count: before.count + 1, head, kinds });
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
    for (const [uri, anomalies] of this.#anomalies) this.#state.put(anomalyKey(uri), encodeAnomalies(anomalies));
  }
}

/** What is strange about an item: how often, the chain that proves it, and the kinds with their counts. */
export interface Anomalies {
  readonly count: number;
  readonly head: Hash;
  readonly kinds: ReadonlyMap<string, number>;
}

/** CBOR [count, head, [[kind, count]…]], kinds ascending. */
function encodeAnomalies({ count, head, kinds }: Anomalies): Uint8Array {
  const ascending = [...kinds].sort(([a], [b]) => (a < b ? -1 : 1));
  return encodeCbor([count, head, ascending]);
}

export function decodeAnomalies(value: Uint8Array): Anomalies {
  const [count, head, kinds] = stored(value, 3);
  assert(head instanceof Uint8Array, 'anomaly value');
  const entries = array(kinds).map((entry) => {
    const [kind, times] = array(entry, 2);
    return [text(kind), integer(times)] as const;
  });
  return { count: integer(count), head: asHash(head), kinds: new Map(entries) };
}

export function readAnomaly(view: StateView, uri: string): Anomalies {
  const value = view.get(anomalyKey(uri));
  return value === null ? { count: 0, head: EMPTY_HEAD, kinds: new Map() } : decodeAnomalies(value);
}
