import type { Hash, Sha256 } from '@lading/kernel';
import { asHash } from '@lading/kernel';
import { sha256Noble } from '../crypto/sha256Noble.js';
import { emptyRoot, leafHash, nodeHash } from './tree.js';

/**
 * One level up. Pairing from the left and moving a lone last node up unchanged gives the same tree as the RFC's split
 * at the largest power of two, without recursion (spec/encoding.md §5).
 */
export function parentLevel(level: readonly Uint8Array[], sha256: Sha256): Uint8Array[] {
  const parents: Uint8Array[] = [];
  for (let i = 0; i + 1 < level.length; i += 2) {
    parents.push(nodeHash(level[i] as Uint8Array, level[i + 1] as Uint8Array, sha256));
  }
  if (level.length % 2 === 1) parents.push(level[level.length - 1] as Uint8Array);
  return parents;
}

/** Root over leaf hashes that are already computed. */
export function merkleRootOfHashes(leafHashes: readonly Uint8Array[], sha256: Sha256 = sha256Noble): Hash {
  if (leafHashes.length === 0) return emptyRoot(sha256);
  let level = leafHashes;
  while (level.length > 1) level = parentLevel(level, sha256);
  return asHash(level[0] as Uint8Array);
}

/** Root over leaf data. */
export function merkleRoot(leaves: readonly Uint8Array[], sha256: Sha256 = sha256Noble): Hash {
  return merkleRootOfHashes(leaves.map((data) => leafHash(data, sha256)), sha256);
}
