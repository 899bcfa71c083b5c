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
import { placeText, StoryGap, type LeafPlace, type LeafRows } from './storySource.js';

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
  readonly #transactions = new Map<string, Promise<OpenTransaction>>();
  readonly #leaves = new Map<string, Leaf>();

  /** `height`: elements above it are left out. */
  constructor(
    private readonly rows: LeafRows,
    private readonly height: number
  ) {}

  /** The elements of a chain in order. */
  async chain(key: string): Promise<readonly ChainElement[]> {
    const name = key.slice(key.indexOf('/', 'provenance/'.length) + 1);
    const named = key.startsWith(ITEM_KEY) ? await this.rows.eventsNaming(key.slice(ITEM_KEY.length)) : [];
    const further = await this.rows.extensions([key]);
    const all = [...named.map((place) => ({ ...place, kind: '' })), ...further].filter(({ height }) => height <= this.height);
    const isAnomaly = further.some(({ kind }) => kind !== '');
    const ordered = isAnomaly ? all : once(all).sort(inOrder);
    const leaves = await this.#read(ordered);
    const elements = ordered.map(({ kind }, index) => ({ kind, leaf: leaves[index] as Leaf }));
    // The query tables also know events that name a place or party where it has no chain.
    return isAnomaly ? elements : elements.filter(({ leaf }) => leaf.links.links.some(({ itemKey }) => itemKey === name));
  }

  async #read(places: readonly LeafPlace[]): Promise<readonly Leaf[]> {
    const missing = places.filter((place) => !this.#leaves.has(placeText(place)));
    const links = missing.length === 0 ? new Map<string, Uint8Array>() : await this.rows.links(missing);
    for (const place of missing) {
      const opened = await this.#open(place.height, place.index);
      this.#leaves.set(placeText(place), leafOf(place, opened, links.get(placeText(place)) ?? null));
    }
    return places.map((place) => this.#leaves.get(placeText(place)) as Leaf);
  }

  #open(height: number, index: number): Promise<OpenTransaction> {
    const key = `${height}/${index}`;
    const known = this.#transactions.get(key) ?? this.#openNew(height, index);
    this.#transactions.set(key, known);
    return known;
  }

  async #openNew(height: number, index: number): Promise<OpenTransaction> {
    const row = await this.rows.transaction(height, index);
    const decoded = row === null ? null : decodeTransaction(row.encoded, sha256Node);
    if (row === null || decoded?.ok !== true) throw new StoryGap(`transaction ${height}/${index} is not held`);
    const transaction = decoded.value;
    const { timestampMs } = row;
    if (transaction.header.op !== CAPTURE_OPERATION) return { transaction, timestampMs, events: null };
    const parsed = parseCapture(transaction.payload, sha256Node);
    return { transaction, timestampMs, events: parsed.ok ? parsed.value.document.events : [] };
  }
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
