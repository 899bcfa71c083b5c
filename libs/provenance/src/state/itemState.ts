import { assert, concatBytes, type Hash } from '@lading/kernel';
import { decodeCbor, EMPTY_HEAD, encodeCbor, type CborValue } from '@lading/ledger';
import type { ItemKind } from '../identifiers/canonicalItem.js';

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
}

/**
 * An amount of a class at one place. `place` is `org:<org>` (free), `in:<container uri>` (packed) or `to:<from>/<to>`
 * (shipped, not received). Amounts are millionths and never negative; units are never converted.
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
}

const FORMAT = 1;

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
  children: [],
  contents: [],
  transfer: null,
  disposition: '',
  persistent: [],
  balances: [],
  lot: ''
});

/** Deterministic CBOR, fields in the order of {@link ItemState} after the format number 1 (spec/provenance.md). */
export function encodeItem(item: ItemState): Uint8Array {
  const { children, contents, balances } = item;
  const isLong = children.length + contents.length + balances.length > LONG_LISTS;
  const value = isLong ? encodeInPieces(item) : encodeCbor([...fieldsBefore(item), ...lists(item)]);
  DECODED.set(value, item);
  return value;
}

const fieldsBefore = (item: ItemState): readonly CborValue[] => [
  FORMAT,
  item.count,
  item.head,
  item.kind,
  item.status,
  item.custodian,
  item.owner,
  item.location,
  item.parent,
  item.height
];

const lists = (item: ItemState): readonly CborValue[] => [
  item.children,
  item.contents.map(contentFields),
  ...fieldsBetween(item),
  item.balances.map(balanceFields),
  item.lot
];

const fieldsBetween = ({ transfer, disposition, persistent }: ItemState): readonly CborValue[] => [
  transfer === null ? null : [transfer.from, transfer.to, transfer.owner, [...transfer.opened]],
  disposition,
  persistent
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

/** Head of a CBOR array of 17 (RFC 8949 §3): major type 4. */
const ARRAY_OF_17 = Uint8Array.of((4 << 5) | 17);

/** The same bytes: an array is its head and then its elements, one after the other. */
function encodeInPieces(item: ItemState): Uint8Array {
  return concatBytes(
    ARRAY_OF_17,
    ...fieldsBefore(item).map(encodeCbor),
    encodedList(item.children, (uri) => uri),
    encodedList(item.contents, contentFields),
    ...fieldsBetween(item).map(encodeCbor),
    encodedList(item.balances, balanceFields),
    encodeCbor(item.lot)
  );
}

/** Values in memory that are asked for in every round of keys, and by every event; they are never written to. */
const DECODED = new WeakMap<Uint8Array, ItemState>();

/** State values are our own: one that does not decode is a bug or damage, so this asserts. */
export function decodeItem(bytes: Uint8Array): ItemState {
  const known = DECODED.get(bytes);
  if (known !== undefined) return known;
  const item = readItemValue(bytes);
  DECODED.set(bytes, item);
  return item;
}

function readItemValue(bytes: Uint8Array): ItemState {
  const decoded = decodeCbor(bytes);
  assert(decoded.ok, 'decodeItem: not CBOR');
  const fields = array(decoded.value, 17);
  assert(fields[0] === FORMAT, 'decodeItem: unknown format');
  const head = fields[2];
  assert(head instanceof Uint8Array && head.length === 32, 'decodeItem: head');
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
    children: array(fields[10]).map(text),
    contents: array(fields[11]).map((value) => {
      const [uri, uom, amount] = array(value, 3);
      return { uri: text(uri), uom: text(uom), amount: BigInt(text(amount)) };
    }),
    transfer: fields[12] === null ? null : decodeTransfer(fields[12]),
    disposition: text(fields[13]),
    persistent: array(fields[14]).map(text),
    balances: array(fields[15]).map((value) => {
      const [place, uom, amount] = array(value, 3);
      return { place: text(place), uom: text(uom), amount: BigInt(text(amount)) };
    }),
    lot: text(fields[16])
  };
}

function decodeTransfer(value: CborValue | undefined): Transfer {
  const [from, to, owner, opened] = array(value, 4);
  const [height, index, eventIndex] = array(opened, 3);
  return {
    from: text(from),
    to: text(to),
    owner: text(owner),
    opened: [integer(height), integer(index), integer(eventIndex)]
  };
}

function array(value: CborValue | undefined, size?: number): readonly CborValue[] {
  assert(Array.isArray(value) && (size === undefined || value.length === size), 'decodeItem: array');
  return value as readonly CborValue[];
}

function text(value: CborValue | undefined): string {
  assert(typeof value === 'string', 'decodeItem: text');
  return value;
}

function integer(value: CborValue | undefined): number {
  assert(typeof value === 'number', 'decodeItem: integer');
  return value;
}
