import { asciiBytes, concatBytes, equalBytes } from '@lading/kernel';

/**
 * Whether this node may use its validator key (consensus.md §2.8). UNPROVEN: its safety log is new, so it does not
 * know whether the key has signed before. LOST: the key has signed before and what it signed is forgotten; that is
 * for good.
 */
export type SignRight = 'UNPROVEN' | 'PROVEN' | 'LOST';

const TAG = asciiBytes('lading/sign-right/1\0');
const RIGHTS: readonly SignRight[] = ['UNPROVEN', 'PROVEN', 'LOST'];

/** A record of the safety log, beside those of the core. The last one in the file counts. */
export function encodeSignRight(right: SignRight): Uint8Array {
  return concatBytes(TAG, Uint8Array.of(RIGHTS.indexOf(right)));
}

/** Null for a record of another kind. */
export function decodeSignRight(record: Uint8Array): SignRight | null {
  if (record.length !== TAG.length + 1 || !equalBytes(record.subarray(0, TAG.length), TAG)) return null;
  return RIGHTS[record[TAG.length] ?? RIGHTS.length] ?? null;
}
