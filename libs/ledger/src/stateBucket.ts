import type { Hash, Sha256 } from '@lading/kernel';
import { asHash, assert, compareBytes, concatBytes, u32be } from '@lading/kernel';
import { sha256Noble } from './crypto/sha256Noble.js';
import { leafHash, merkleRootOfHashes } from './merkle/tree.js';

/** One state entry as the tree sees it. */
export interface StateEntry {
  readonly keyHash: Hash;
  readonly valueHash: Hash;
}

/** Leaf of the bucket's inner tree: data = keyHash ‖ valueHash. */
export function entryLeaf(entry: StateEntry, sha256: Sha256 = sha256Noble): Hash {
  return leafHash(concatBytes(entry.keyHash, entry.valueHash), sha256);
}

/** SHA-256(0x00 ‖ u32be(k) ‖ inner root): the count is hashed, so it cannot be claimed. Empty: SHA-256(0x00). */
export function bucketHashOf(count: number, innerRoot: Uint8Array, sha256: Sha256 = sha256Noble): Hash {
  if (count === 0) return asHash(sha256(Uint8Array.of(0)));
  return asHash(sha256(concatBytes(Uint8Array.of(0), u32be(count), innerRoot)));
}

/** Asserts that the entries are in the order in which they are hashed. */
export function assertAscending(entries: readonly StateEntry[]): void {
  for (let i = 1; i < entries.length; i++) {
    const before = entries[i - 1]?.keyHash;
    const here = entries[i]?.keyHash;
    assert(before !== undefined && here !== undefined && compareBytes(before, here) < 0, 'bucketHash: order');
  }
}

/** Hash of a bucket over its entries, strictly ascending by key hash. */
export function bucketHash(entries: readonly StateEntry[], sha256: Sha256 = sha256Noble): Hash {
  assertAscending(entries);
  const leaves = entries.map((entry) => entryLeaf(entry, sha256));
  return bucketHashOf(entries.length, merkleRootOfHashes(leaves, sha256), sha256);
}
