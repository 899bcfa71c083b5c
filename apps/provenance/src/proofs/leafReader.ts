import { sha256Node } from '@lading/identity';
import type { Hash } from '@lading/kernel';
import {
  anomalyLeaf,
  decodeLinks,
  decodeTransaction,
  encodeLinks,
  eventLeaf,
  extendHead,
  EMPTY_HEAD,
  hashEventBytes,
  linksHash,
  type EventLinks,
  type ProvenEvent,
  type Transaction
} from '@lading/ledger';
import { CAPTURE_OPERATION, eventLinks, parseCapture, type EpcisEvent } from '@lading/provenance';
import {
  placeText, StoryGap, transactionText, type ChainExtension, type LeafPlace, type LeafRows, type OrderedTransaction, type TransactionPlace
} from './storySource.js';

/** An event as it is on chains. */
export interface Leaf {
  readonly place: LeafPlace;
  readonly transaction: Transaction;
  readonly event: ProvenEvent;
  readonly links: EventLinks;
  readonly hash: Hash;
}

/** One element of a chain; `kind` is '' but on chains of anomalies. */
export interface ChainElement {
  readonly leaf: Leaf;
  readonly kind: string;
}

interface OpenTransaction {
  readonly transaction: Transaction;
  readonly timestampMs: number;
  /** Of a capture; null for an operation, whose event is its payload. */
  readonly events: readonly EpcisEvent[] | null;
}

const ITEM_KEY = 'provenance/item/';

/** Reads the elements of chains from the node's tables. Each transaction is read and parsed once. */
export class LeafReader {
  readonly #transactions = new Map<string, OpenTransaction>();
  readonly #leaves = new Map<string, Leaf>();

  /** `height`: elements above it are left out. */
  constructor(
    private readonly rows: LeafRows,
    private readonly height: number
  ) {}

  /** The elements of each chain in order. */
  async chains(keys: readonly string[]): Promise<ReadonlyMap<string, readonly ChainElement[]>> {
    const items = keys.filter((key) => key.startsWith(ITEM_KEY)).map((key) => key.slice(ITEM_KEY.length));
    const named = await this.rows.eventsNaming(items);
    const further = new Map<string, ChainExtension[]>(keys.map((key) => [key, []]));
    for (const extension of await this.rows.extensions(keys)) further.get(extension.key)?.push(extension);
    const ordered = keys.map((key) => {
      const own = key.startsWith(ITEM_KEY) ? (named.get(key.slice(ITEM_KEY.length)) ?? []) : [];
      return { key, ...this.#order(own, further.get(key) ?? []) };
    });
    await this.#read(ordered.flatMap(({ places }) => places));
    return new Map(ordered.map(({ key, places, isAnomaly }) => [key, this.#elements(key, places, isAnomaly)]));
  }

  #order(named: readonly LeafPlace[], further: readonly ChainExtension[]) {
    const all = [...named.map((place) => ({ ...place, kind: '' })), ...further].filter(({ height }) => height <= this.height);
    const isAnomaly = further.some(({ kind }) => kind !== '');
    return { places: isAnomaly ? all : once(all).sort(inOrder), isAnomaly };
  }

  #elements(key: string, places: readonly (LeafPlace & { readonly kind: string })[], isAnomaly: boolean): readonly ChainElement[] {
    const name = key.slice(key.indexOf('/', 'provenance/'.length) + 1);
    const elements = places.map((place) => ({ kind: place.kind, leaf: this.#leaves.get(placeText(place)) as Leaf }));
    // The query tables also know events that name a place or party where it has no chain.
    return isAnomaly ? elements : elements.filter(({ leaf }) => leaf.links.links.some(({ itemKey }) => itemKey === name));
  }

  async #read(places: readonly LeafPlace[]): Promise<void> {
    const missing = once(places.filter((place) => !this.#leaves.has(placeText(place))));
    if (missing.length === 0) return;
    const [links] = await Promise.all([this.rows.links(missing), this.#open(missing)]);
    for (const place of missing) {
      const opened = this.#transactions.get(transactionText(place)) as OpenTransaction;
      this.#leaves.set(placeText(place), leafOf(place, opened, links.get(placeText(place)) ?? null));
    }
  }

  async #open(places: readonly TransactionPlace[]): Promise<void> {
    const unknown = places.filter((place) => !this.#transactions.has(transactionText(place)));
    const wanted = [...new Map(unknown.map((place) => [transactionText(place), place])).values()];
    const rows = wanted.length === 0 ? new Map<string, OrderedTransaction>() : await this.rows.transactionsAt(wanted);
    for (const place of wanted) this.#transactions.set(transactionText(place), opened(place, rows.get(transactionText(place))));
  }
}

function opened(place: TransactionPlace, row: OrderedTransaction | undefined): OpenTransaction {
  const decoded = row === undefined ? null : decodeTransaction(row.encoded, sha256Node);
  if (row === undefined || decoded?.ok !== true) throw new StoryGap(`transaction ${transactionText(place)} is not held`);
  const transaction = decoded.value;
  const { timestampMs } = row;
  if (transaction.header.op !== CAPTURE_OPERATION) return { transaction, timestampMs, events: null };
  const parsed = parseCapture(transaction.payload, sha256Node);
  return { transaction, timestampMs, events: parsed.ok ? parsed.value.document.events : [] };
}

const inOrder = (a: LeafPlace, b: LeafPlace): number =>
  a.height - b.height || a.index - b.index || a.eventIndex - b.eventIndex;

/** An event that names an item in two roles, or names it and extends it besides, is on its chain once. */
function once<T extends LeafPlace>(places: readonly T[]): T[] {
  return [...new Map(places.map((place) => [placeText(place), place])).values()];
}

function leafOf(place: LeafPlace, { transaction, timestampMs, events }: OpenTransaction, noted: Uint8Array | null): Leaf {
  const event = events?.[place.eventIndex];
  const { payload, txId } = transaction;
  const bytes = events === null ? payload : (event?.bytes ?? new Uint8Array(0));
  const named = event === undefined ? null : encodeLinks({ ...event, links: eventLinks(event, transaction.organization) });
  const links = noted ?? named ?? new Uint8Array(0);
  const decoded = decodeLinks(links);
  if (!decoded.ok) throw new StoryGap(`event ${placeText(place)} has no links: ${decoded.detail}`);
  const start = bytes.byteOffset - payload.byteOffset;
  const proven: ProvenEvent = {
    height: place.height,
    timestampMs,
    txId,
    eventIndex: place.eventIndex,
    eventBytesHash: hashEventBytes(bytes, sha256Node),
    links,
    start,
    end: start + bytes.length
  };
  const hash = eventLeaf({ ...proven, linksHash: linksHash(links, sha256Node) }, sha256Node);
  return { place, transaction, event: proven, links: decoded.value, hash };
}

export const elementHash = ({ leaf, kind }: ChainElement): Hash =>
  kind === '' ? leaf.hash : anomalyLeaf(kind, leaf.hash, sha256Node);

/** Head of a chain with these elements. */
export const headAfter = (elements: readonly ChainElement[]): Hash =>
  elements.reduce((head, element) => extendHead(head, elementHash(element), sha256Node), EMPTY_HEAD);
