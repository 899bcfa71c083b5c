import type { Hash, Sha256 } from '@lading/kernel';
import { asHash, assert } from '@lading/kernel';
import { sha256Noble } from '../crypto/sha256Noble.js';
import { verifySubtreeConsistency } from './subtree.js';
import { parentLevel } from './tree.js';

/**
 * RFC 9162 §2.1.4.1: the hashes that show that the tree over the first `oldSize` leaves is the start of the tree over
 * all of them. `oldSize` = the size gives the empty path; 0 has no proof (every tree extends the empty one).
 */
export function consistencyPath(
  leafHashes: readonly Uint8Array[],
  oldSize: number,
  sha256: Sha256 = sha256Noble
): Hash[] {
  const whole = Number.isInteger(oldSize) && oldSize > 0 && oldSize <= leafHashes.length;
  assert(whole, 'consistencyPath: old size out of range');
  const path: Hash[] = [];
  if (oldSize === leafHashes.length) return path;
  let level = leafHashes;
  // `at` is the node that ends the old tree on this level.
  let at = oldSize - 1;
  // While `at` is a right child, the old tree's last full subtree goes on growing.
  while (at % 2 === 1) {
    level = parentLevel(level, sha256);
    at = (at - 1) / 2;
  }
  // Unless the old tree is that one subtree, whose root the verifier holds already, the path starts with it.
  if (at > 0) path.push(asHash(level[at] as Uint8Array));
  while (level.length > 1) {
    const beside = level[at % 2 === 0 ? at + 1 : at - 1];
    if (beside !== undefined) path.push(asHash(beside));
    level = parentLevel(level, sha256);
    at = Math.floor(at / 2);
  }
  return path;
}

export interface ConsistencyClaim {
  readonly oldSize: number;
  readonly newSize: number;
  readonly oldRoot: Uint8Array;
  readonly newRoot: Uint8Array;
  readonly path: readonly Uint8Array[];
}

/** RFC 9162 §2.1.4.2. False when `oldSize` is 0: that claim says nothing. */
export function verifyConsistency(claim: ConsistencyClaim, sha256: Sha256 = sha256Noble): boolean {
  const { oldSize, newSize, oldRoot, newRoot, path } = claim;
  const claimed = { start: 0, end: oldSize, size: newSize, hash: oldRoot, root: newRoot, path };
  return oldSize > 0 && verifySubtreeConsistency(claimed, sha256);
}
