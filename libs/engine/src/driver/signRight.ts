import { asciiBytes, concatBytes, equalBytes } from '@lading/kernel';

/**
 * Whether this node may use its validator key (consensus.md §2.8). UNPROVEN: its safety log is new, so it does not
 * know whether the key has signed before. LOST: the key has signed before and what it signed is forgotten; that is
 * for good.
 */
export type SignRight = 'UNPROVEN' | 'PROVEN' | 'LOST';

const TAG = asciiBytes('lading/sign-right/2\0');
const RIGHTS: readonly SignRight[] = ['UNPROVEN', 'PROVEN', 'LOST'];
const RECORD_BYTES = TAG.length + 1 + 32;

/** The right of one key: an organization that lost a key goes on with another one, in the same log. */
export interface KeyRight {
  readonly right: SignRight;
  /** Public. */
  readonly key: Uint8Array;
}

/** A record of the safety log, beside those of the core. The last one of a key in the file counts. */
export function encodeSignRight({ right, key }: KeyRight): Uint8Array {
  return concatBytes(TAG, Uint8Array.of(RIGHTS.indexOf(right)), key);
}

/** Null for a record of another kind. */
export function decodeSignRight(record: Uint8Array): KeyRight | null {
  if (record.length !== RECORD_BYTES || !equalBytes(record.subarray(0, TAG.length), TAG)) return null;
  const right = RIGHTS[record[TAG.length] ?? RIGHTS.length];
  return right === undefined ? null : { right, key: record.slice(TAG.length + 1) };
}
