import type { Hash, Sha256 } from '@lading/kernel';
import { assert, compareBytes } from '@lading/kernel';
import { sha256Noble } from './crypto/sha256Noble.js';
import { merkleRootOfHashes } from './merkle/root.js';
import { bucketHashOf, entryLeaf, type StateEntry } from './stateHashes.js';

/** Asserts that the entries are in the order in which they are hashed. */
function assertAscending(entries: readonly StateEntry[]): void {
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
