import type { Hash, Result, Sha256 } from '@lading/kernel';
import { encodeUtf8, ok, reject } from '@lading/kernel';
import { CborFields } from './cborFields.js';
import { COLUMN, readRecord, widthOf, type RecordOf } from './cborRecord.js';
import { sha256Noble } from './crypto/sha256Noble.js';
import { hashTagged } from './hash.js';

/** Links of one event at most: 10,000 items that it names, and as many children, contents and containers it changes. */
export const EVENT_LINKS = 32_768;

/** How an event names or changes one item. */
const LINK = { role: COLUMN.text(64), itemKey: COLUMN.text(2048) } as const;
export type ItemLink = RecordOf<typeof LINK>;

/**
 * What an event says about the ways between items; proofs always show it, even where event bytes are withheld. Action and
 * step are '' where the event has none.
 */
export interface EventLinks {
  readonly type: string;
  readonly action: string;
  readonly bizStep: string;
  readonly links: readonly ItemLink[];
}

export interface EventLeafParts {
  readonly height: number;
  /** Block time. */
  readonly timestampMs: number;
  readonly txId: Hash;
  /** Index of the event within its transaction. */
  readonly eventIndex: number;
  readonly eventBytesHash: Hash;
  readonly linksHash: Hash;
}

/** By role, then key. */
export function compareLinks(a: ItemLink, b: ItemLink): number {
  return compareText(a.role, b.role) || compareText(a.itemKey, b.itemKey);
}

/** As UTF-8 bytes compare: UTF-16 code units order supplementary characters before U+E000 … U+FFFF. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = rank(a.charCodeAt(i)) - rank(b.charCodeAt(i));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Surrogates come after all other units. */
const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x2800 : unit);

/** CBOR [type, action, bizStep, [[role, itemKey]…]]; refuses links that are not strictly ascending: one event has one encoding. */
export function decodeLinks(bytes: Uint8Array): Result<EventLinks, 'LINKS_MALFORMED'> {
  const fields = CborFields.decode(bytes, 4, 'links');
  const head = { type: fields.text('type', 64), action: fields.text('action', 16), bizStep: fields.text('bizStep', 1024) };
  const links = fields.list('links', EVENT_LINKS, (list) => readRecord(list.nested('link', widthOf(LINK)), LINK));
  for (const [index, link] of links.entries()) {
    const before = links[index - 1];
    if (before !== undefined && compareLinks(before, link) >= 0) fields.refuse('links', 'are not strictly ascending');
  }
  return fields.fault === null ? ok({ ...head, links }) : reject('LINKS_MALFORMED', fields.fault);
}

/** H("lading/links/1", encoded links). */
export function linksHash(encodedLinks: Uint8Array, sha256: Sha256 = sha256Noble): Hash {
  return hashTagged('lading/links/1', [encodedLinks], sha256);
}

/** H("lading/event/1", height, timestampMs, txId, eventIndex, eventBytesHash, linksHash). */
export function eventLeaf(parts: EventLeafParts, sha256: Sha256 = sha256Noble): Hash {
  const { height, timestampMs, txId, eventIndex, eventBytesHash, linksHash: links } = parts;
  return hashTagged('lading/event/1', [height, timestampMs, txId, eventIndex, eventBytesHash, links], sha256);
}

/** head_k = H("lading/item/1", head_{k−1}, eventLeaf_k). */
export function extendHead(head: Hash, leaf: Hash, sha256: Sha256 = sha256Noble): Hash {
  return hashTagged('lading/item/1', [head, leaf], sha256);
}

/** Leaf of an anomaly chain: H("lading/anomaly/1", kind, event leaf); the kind is a code. */
export function anomalyLeaf(kind: string, leaf: Hash, sha256: Sha256 = sha256Noble): Hash {
  return hashTagged('lading/anomaly/1', [encodeUtf8(kind) ?? new Uint8Array(0), leaf], sha256);
}
