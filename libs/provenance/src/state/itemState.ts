import { assert, concatBytes, type Hash } from '@lading/kernel';
import { EMPTY_HEAD, encodeCbor, type CborValue } from '@lading/ledger';
import type { ItemKind } from '../identifiers/canonicalItem.js';
import { array, integer, stored, text, texts } from './storedFields.js';

/**
 * Life of an instance; a class is UNKNOWN until its first credit, then ACTIVE. CONSUMED, INACTIVE, DESTROYED are
 * final.
 */
export type ItemStatus =
  | 'UNKNOWN'
  | 'ACTIVE'
  | 'IN_PARENT'
  | 'IN_TRANSFER'
  | 'CONSUMED'
  | 'SOLD'
  | 'DISPENSED'
  | 'INACTIVE'
  | 'DESTROYED';

export const isFinal = (status: ItemStatus): boolean =>
  status === 'CONSUMED' || status === 'INACTIVE' || status === 'DESTROYED';

/** Height, transaction index and event index of the event that did something. */
export type EventPlace = readonly [height: number, index: number, eventIndex: number];

export interface Transfer {
  readonly from: string;
  /** '' is a party outside the network: nobody here can receive it. */
  readonly to: string;
  /** Organization that becomes owner on receipt; '' when no owning party was named. */
  readonly owner: string;
  readonly opened: EventPlace;
  /** Id of the dispute that holds it up, or ''. */
  readonly dispute: string;
}

/** What an item was before the last event that changed it: enough to take that event back (rule R23). */
export interface Before {
  readonly place: EventPlace;
  readonly status: ItemStatus;
  readonly custodian: string;
  readonly owner: string;
  readonly location: string;
  readonly transfer: Transfer | null;
  readonly disposition: string;
  readonly persistent: readonly string[];
  readonly since: number;
  readonly soldBy: string;
}

/**
 * An amount of a class at one place. `place` is `org:<org>` (free), `in:<container uri>` (packed), `to:<from>/<to>`
 * (shipped, not received) or `dispute:<from>/<to>` (shipped, disputed). Amounts are millionths and
 * never negative; units are never converted.
 */
export interface Balance {
  readonly place: string;
  readonly uom: string;
  readonly amount: bigint;
}

/** An amount of a class inside a container. */
export interface Content {
  readonly uri: string;
  readonly uom: string;
  readonly amount: bigint;
}

/**
 * What the ledger knows of an item. Invariants:
 * 1. `count` events have extended the chain; `head` is its head (spec/ledger.md "Item chain").
 * 2. status IN_PARENT ⇔ parent ≠ ''; status IN_TRANSFER ⇔ transfer ≠ null. Custodian and place of an item in a parent
 *    are those of its outermost container; its own fields are as they were when it was packed.
 * 3. `children` ascending; at most `height` levels are below it (exact while things are only packed).
 * 4. `balances` ascending by (place, uom), no zero amounts. An amount `in:<c>` equals what `c` lists in `contents`.
 */
export interface ItemState {
  readonly count: number;
  readonly head: Hash;
  readonly kind: ItemKind;
  readonly status: ItemStatus;
  readonly custodian: string;
  readonly owner: string;
  readonly location: string;
  readonly parent: string;
  readonly height: number;
  readonly children: readonly string[];
  readonly contents: readonly Content[];
  readonly transfer: Transfer | null;
  readonly disposition: string;
  readonly persistent: readonly string[];
  readonly balances: readonly Balance[];
  /** Canonical URI of the lot once named beside the serial, or ''. */
  readonly lot: string;
  /** eventTime of the last event that changed an instance, milliseconds; 0: none (rule R10). */
  readonly since: number;
  /** The last readPoint that its holder named, and when; '' and 0: none. */
  readonly seenAt: string;
  readonly seenMs: number;
  /** Ids of recalls that concern it, and of recalls of what is inside it, both ascending (rule R21). */
  readonly recalls: readonly string[];
  readonly holds: readonly string[];
  /** The item or place that an AssociationEvent fixed it to, and what is fixed to it, ascending (rule R14). */
  readonly attachedTo: string;
  readonly attached: readonly string[];
  /** Of a container: who ceded what is in it to `owner`; only contents that were this organization's follow. */
  readonly ownerBy: string;
  /** Who sold or dispensed it last. */
  readonly soldBy: string;
  readonly before: Before | null;
  /** The last single step of a shipment that its holder took, and who that was; null: none (rule R6). */
  readonly outbound: Outbound | null;
  /** What is left of a thing that transformations have used in part; null: all of it (rule R15). */
  readonly remaining: Remaining | null;
}

/** A copy that belongs to whoever has made it, and may still be written to. */
export type OwnItem = { -readonly [Field in keyof ItemState]: ItemState[Field] };

/** Steps that `shipping` and `consigning` sum up (CBV 2.0 §7.1.2). */
export type OutboundStep = 'staging_outbound' | 'loading' | 'departing';

export interface Outbound {
  readonly step: OutboundStep;
  readonly by: string;
}

export interface Remaining {
  readonly uom: string;
  /** Millionths, above zero. */
  readonly amount: bigint;
}

const FORMAT = 2;

/** One empty list: an item that gets none has not changed. */
const NONE: readonly never[] = [];

export const newItem = (kind: ItemKind): ItemState => ({
  count: 0,
  head: EMPTY_HEAD,
  kind,
  status: 'UNKNOWN',
  custodian: '',
  owner: '',
  location: '',
  parent: '',
  height: 0,
  children: NONE,
  contents: NONE,
  transfer: null,
  disposition: '',
  persistent: NONE,
  balances: NONE,
  lot: '',
  since: 0,
  seenAt: '',
  seenMs: 0,
  recalls: NONE,
  holds: NONE,
  attachedTo: '',
  attached: NONE,
  ownerBy: '',
  soldBy: '',
  before: null,
  outbound: null,
  remaining: null
});

/** Deterministic CBOR, fields in the order of {@link ItemState} after the format number (spec/provenance.md). */
export function encodeItem(item: ItemState): Uint8Array {
  const { children, contents, balances } = item;
  const isLong = children.length + contents.length + balances.length > LONG_LISTS;
  const value = isLong ? encodeInPieces(item) : encodeCbor(allFields(item));
  if (isLong) LONG_DECODED.set(value, item);
  else keep(value, item);
  return value;
}

/** In one list: every event writes its items. */
function allFields(item: ItemState): CborValue[] {
  const fields: CborValue[] = [
    FORMAT,
    item.count,
    item.head,
    item.kind,
    item.status,
    item.custodian,
    item.owner,
    item.location,
    item.parent,
    item.height,
    item.children,
    item.contents.length === 0 ? NONE : item.contents.map(contentFields),
    transferFields(item.transfer),
    item.disposition,
    item.persistent,
    item.balances.length === 0 ? NONE : item.balances.map(balanceFields),
    item.lot,
    item.since,
    item.seenAt,
    item.seenMs,
    item.recalls,
    item.holds,
    item.attachedTo,
    item.attached,
    item.ownerBy,
    item.soldBy,
    item.before === null ? null : beforeFields(item.before)
  ];
  // A 28th element only where there is something to say: values from before it was added stay as they are.
  if (item.outbound !== null || item.remaining !== null) fields.push(laterFields(item));
  return fields;
}

const laterFields = ({ outbound, remaining }: ItemState): CborValue => [
  outbound === null ? null : [outbound.step, outbound.by],
  remaining === null ? null : [remaining.uom, remaining.amount.toString()]
];

const transferFields = (transfer: Transfer | null): CborValue =>
  transfer === null ? null : [transfer.from, transfer.to, transfer.owner, transfer.opened, transfer.dispute];

const beforeFields = (before: Before): CborValue => [
  before.place,
  before.status,
  before.custodian,
  before.owner,
  before.location,
  transferFields(before.transfer),
  before.disposition,
  before.persistent,
  before.since,
  before.soldBy
];

const contentFields = ({ uri, uom, amount }: Content): CborValue => [uri, uom, amount.toString()];
const balanceFields = ({ place, uom, amount }: Balance): CborValue => [place, uom, amount.toString()];

/** Entries from which on the encoding of a list is kept: an event on a full container must not write it all again. */
const LONG_LISTS = 64;
const ENCODED = new WeakMap<readonly unknown[], Uint8Array>();

function encodedList<T>(list: readonly T[], fields: (entry: T) => CborValue): Uint8Array {
  const known = ENCODED.get(list);
  if (known !== undefined) return known;
  const encoded = encodeCbor(list.map(fields));
  if (list.length > LONG_LISTS) ENCODED.set(list, encoded);
  return encoded;
}

const FIELDS = 27;
/** Head of a CBOR array of 24 … 255 elements (RFC 8949 §3): major type 4, then the count. */
const arrayHead = (size: number): Uint8Array => Uint8Array.of((4 << 5) | 24, size);

/** Places of the lists that may be long among the elements. */
const [CHILDREN, CONTENTS, BALANCES] = [10, 11, 15];

/** The same bytes: an array is its head and then its elements, one after the other. */
function encodeInPieces(item: ItemState): Uint8Array {
  const fields = allFields({ ...item, children: NONE, contents: NONE, balances: NONE });
  const pieces = fields.map((field, i) => {
    if (i === CHILDREN) return encodedList(item.children, (uri) => uri);
    if (i === CONTENTS) return encodedList(item.contents, contentFields);
    return i === BALANCES ? encodedList(item.balances, balanceFields) : encodeCbor(field);
  });
  return concatBytes(arrayHead(fields.length), ...pieces);
}

/**
 * Values in memory that are asked for in every round of keys, and by every event; they are never written to. Short ones are
 * found at a place that follows from the head, which is a hash: a map of some ten thousand weak keys is work for every
 * collection of garbage.
 */
const PLACES = 1 << 14;
const DECODED_VALUES = new Array<Uint8Array | null>(PLACES).fill(null);
const DECODED_ITEMS = new Array<ItemState | null>(PLACES).fill(null);
const LONG_DECODED = new WeakMap<Uint8Array, ItemState>();

/** Bytes of the head in every value: before it are at most ten, of the list, the format and the count. */
const placeOf = (value: Uint8Array): number => ((value[11] as number) | ((value[12] as number) << 8)) & (PLACES - 1);

function keep(value: Uint8Array, item: ItemState): void {
  const place = placeOf(value);
  DECODED_VALUES[place] = value;
  DECODED_ITEMS[place] = item;
}

/** State values are our own: one that does not decode is a bug or damage, so this asserts. */
export function decodeItem(bytes: Uint8Array): ItemState {
  const place = placeOf(bytes);
  const known = DECODED_VALUES[place] === bytes ? DECODED_ITEMS[place] : LONG_DECODED.get(bytes);
  if (known !== undefined && known !== null) return known;
  const item = readItemValue(bytes);
  if (item.children.length + item.contents.length + item.balances.length > LONG_LISTS) LONG_DECODED.set(bytes, item);
  else keep(bytes, item);
  return item;
}

function readItemValue(bytes: Uint8Array): ItemState {
  const fields = stored(bytes);
  assert(fields.length === FIELDS || fields.length === FIELDS + 1, 'decodeItem: state value of another size');
  assert(fields[0] === FORMAT, 'decodeItem: unknown format');
  const head = fields[2];
  assert(head instanceof Uint8Array && head.length === 32, 'decodeItem: head');
  const later = decodeLater(fields[27]);
  return {
    count: integer(fields[1]),
    head: head as Hash,
    kind: text(fields[3]) as ItemKind,
    status: text(fields[4]) as ItemStatus,
    custodian: text(fields[5]),
    owner: text(fields[6]),
    location: text(fields[7]),
    parent: text(fields[8]),
    height: integer(fields[9]),
    children: texts(fields[10]),
    contents: array(fields[11]).map((value) => {
      const [uri, uom, amount] = array(value, 3);
      return { uri: text(uri), uom: text(uom), amount: BigInt(text(amount)) };
    }),
    transfer: decodeTransfer(fields[12]),
    disposition: text(fields[13]),
    persistent: texts(fields[14]),
    balances: array(fields[15]).map((value) => {
      const [place, uom, amount] = array(value, 3);
      return { place: text(place), uom: text(uom), amount: BigInt(text(amount)) };
    }),
    lot: text(fields[16]),
    since: integer(fields[17]),
    seenAt: text(fields[18]),
    seenMs: integer(fields[19]),
    recalls: texts(fields[20]),
    holds: texts(fields[21]),
    attachedTo: text(fields[22]),
    attached: texts(fields[23]),
    ownerBy: text(fields[24]),
    soldBy: text(fields[25]),
    before: fields[26] === null ? null : decodeBefore(fields[26]),
    outbound: later.outbound,
    remaining: later.remaining
  };
}

function decodeLater(value: CborValue | undefined): Pick<ItemState, 'outbound' | 'remaining'> {
  if (value === undefined) return { outbound: null, remaining: null };
  const [outbound, remaining] = array(value, 2);
  const [step, by] = outbound === null ? [] : array(outbound, 2);
  const [uom, amount] = remaining === null ? [] : array(remaining, 2);
  return {
    outbound: outbound === null ? null : { step: text(step) as OutboundStep, by: text(by) },
    remaining: remaining === null ? null : { uom: text(uom), amount: BigInt(text(amount)) }
  };
}

function decodeTransfer(value: CborValue | undefined): Transfer | null {
  if (value === null) return null;
  const [from, to, owner, opened, dispute] = array(value, 5);
  return { from: text(from), to: text(to), owner: text(owner), opened: decodePlace(opened), dispute: text(dispute) };
}

function decodePlace(value: CborValue | undefined): EventPlace {
  const [height, index, eventIndex] = array(value, 3);
  return [integer(height), integer(index), integer(eventIndex)];
}

function decodeBefore(value: CborValue | undefined): Before {
  const fields = array(value, 10);
  return {
    place: decodePlace(fields[0]),
    status: text(fields[1]) as ItemStatus,
    custodian: text(fields[2]),
    owner: text(fields[3]),
    location: text(fields[4]),
    transfer: decodeTransfer(fields[5]),
    disposition: text(fields[6]),
    persistent: texts(fields[7]),
    since: integer(fields[8]),
    soldBy: text(fields[9])
  };
}
