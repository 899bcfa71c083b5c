import { asHash, assert, type Hash, type Sha256 } from '@lading/kernel';
import { anomalyLeaf, EMPTY_HEAD, encodeCbor, extendHead, type StateView, type StateWriter } from '@lading/ledger';
import { itemStateKey, type ItemKind } from '../identifiers/canonicalItem.js';
import { copyItem } from './copyItem.js';
import { decodeItem, encodeItem, newItem, type ItemState, type OwnItem } from './itemState.js';
import { array, integer, stored, text } from './storedFields.js';

export const anomalyKey = (uri: string): string => `provenance/anomaly/${uri}`;

/** Reads an item from state; null when no event has named it. */
export function readItem(view: StateView, uri: string): ItemState | null {
  const value = view.get(itemStateKey(uri));
  return value === null ? null : decodeItem(value);
}

/** An item of the book. */
export class BookEntry {
  /** Before the present event; undefined: not read yet. */
  settled: ItemState | null | undefined = undefined;
  /** As the present event has left it so far; null: unchanged. */
  draft: ItemState | null = null;
  /** Of the event that has extended the chain last. */
  leaf: Hash | null = null;
  isKept = false;

  constructor(
    readonly uri: string,
    readonly key: string
  ) {}
}

/**
 * The items of one transaction. Changes of an event are a draft until `keep` or `drop`; nothing reaches the state
 * before `write`, so a refused transaction leaves no trace. Rules never write to an item, they put another one in its
 * place; what the book itself notes of each item after them goes into that one, which is not copied again.
 */
export class ItemBook {
  readonly #state: StateWriter;
  readonly #sha256: Sha256;
  readonly #keyOf: (uri: string) => string;
  readonly #entries = new Map<string, BookEntry>();
  /** Entries with a draft, in the order of their first change. */
  readonly #changed: BookEntry[] = [];
  readonly #kept: BookEntry[] = [];
  readonly #anomalies = new Map<string, Anomalies>();

  /** `keyOf`: state keys that are known already need not be made again. */
  constructor(state: StateWriter, sha256: Sha256, keyOf: (uri: string) => string = itemStateKey) {
    this.#state = state;
    this.#sha256 = sha256;
    this.#keyOf = keyOf;
  }

  #entry(uri: string): BookEntry {
    let entry = this.#entries.get(uri);
    if (entry === undefined) {
      entry = new BookEntry(uri, this.#keyOf(uri));
      this.#entries.set(uri, entry);
    }
    return entry;
  }

  get(uri: string): ItemState | null {
    const entry = this.#entry(uri);
    return entry.draft ?? this.#settled(entry);
  }

  /** The item, or a fresh one of that kind. */
  at(uri: string, kind: ItemKind): ItemState {
    return this.get(uri) ?? newItem(kind);
  }

  /** The item before the present event. */
  settled(uri: string): ItemState | null {
    return this.#settled(this.#entry(uri));
  }

  #settled(entry: BookEntry): ItemState | null {
    if (entry.settled === undefined) {
      const value = this.#state.get(entry.key);
      entry.settled = value === null ? null : decodeItem(value);
    }
    return entry.settled;
  }

  put(uri: string, item: ItemState): void {
    const entry = this.#entry(uri);
    if (entry.draft === null) this.#changed.push(entry);
    entry.draft = item;
  }

  /** Items that the present event has changed; each has a draft. */
  changed(): readonly BookEntry[] {
    return this.#changed;
  }

  /** The draft of an item as one to write to; no rule may hold on to it. */
  own(entry: BookEntry, kind: ItemKind): OwnItem {
    const settled = this.#settled(entry);
    const { draft } = entry;
    if (draft === null) this.#changed.push(entry);
    else if (draft !== settled) return draft;
    const copy: OwnItem = settled === null ? newItem(kind) : copyItem(settled);
    entry.draft = copy;
    return copy;
  }

  drop(): void {
    for (const entry of this.#changed) entry.draft = null;
    this.#changed.length = 0;
  }

  /** Makes the event's changes final for this transaction. */
  keep(): void {
    for (const entry of this.#changed) {
      entry.settled = entry.draft;
      entry.draft = null;
      if (!entry.isKept) this.#kept.push(entry);
      entry.isKept = true;
    }
    this.#changed.length = 0;
  }

  /** One more event on the chain of an item; once, however often the event names it. */
  extend(uri: string, kind: ItemKind, leaf: Hash): void {
    const entry = this.#entry(uri);
    if (entry.leaf === leaf) return;
    entry.leaf = leaf;
    const item = this.own(entry, kind);
    item.count += 1;
    item.head = extendHead(item.head, leaf, this.#sha256);
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
    for (const { key, settled } of this.#kept) {
      if (settled === null || settled === undefined) continue;
      const value = encodeItem(settled);
      bytes += value.length;
      if (bytes > limitBytes) return false;
      this.#state.put(key, value);
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
