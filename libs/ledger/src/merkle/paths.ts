import type { Hash, Sha256 } from '@lading/kernel';
import { asHash, assert } from '@lading/kernel';
import { sha256Noble } from '../crypto/sha256Noble.js';
import { parentLevel } from './root.js';

/** RFC 9162 §2.1.3.1: the hashes beside the way from leaf `index` to the root, lowest first. */
export function inclusionPath(
  leafHashes: readonly Uint8Array[],
  index: number,
  sha256: Sha256 = sha256Noble
): Hash[] {
  assert(Number.isInteger(index) && index >= 0 && index < leafHashes.length, 'inclusionPath: no such leaf');
  const path: Hash[] = [];
  let level = leafHashes;
  let at = index;
  while (level.length > 1) {
    const sibling = level[at % 2 === 0 ? at + 1 : at - 1];
    if (sibling !== undefined) path.push(asHash(sibling));
    level = parentLevel(level, sha256);
    at = Math.floor(at / 2);
  }
  return path;
}

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
