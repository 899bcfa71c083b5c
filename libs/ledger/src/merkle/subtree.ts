import type { Sha256 } from '@lading/kernel';
import { equalBytes } from '@lading/kernel';
import { sha256Noble } from '../crypto/sha256Noble.js';
import { emptyRoot, nodeHash } from './tree.js';

/**
 * A subtree is a run of leaves [start, end) whose own RFC 9162 tree occurs in every tree that has them: `start` is a
 * multiple of the smallest power of two that is not below the run's length (draft-ietf-plants-merkle-tree-certs).
 * With start = 0 it is an older tree, so the consistency of two trees is the special case.
 */
export function isSubtree(start: number, end: number): boolean {
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || start >= end) return false;
  let span = 1;
  while (span < end - start) span *= 2;
  return start % span === 0;
}

export interface SubtreeConsistencyClaim {
  readonly start: number;
  readonly end: number;
  /** Leaves of the whole tree. */
  readonly size: number;
  /** Root of the subtree. */
  readonly hash: Uint8Array;
  /** Root of the whole tree. */
  readonly root: Uint8Array;
  readonly path: readonly Uint8Array[];
}

const half = (value: number): number => Math.floor(value / 2);

/**
 * Whether the tree of `size` leaves under `root` holds the subtree [start, end) under `hash`. The empty run is part of
 * every tree: true when `hash` is the root of no leaves, whatever `root` is, as the public suite has it.
 */
export function verifySubtreeConsistency(claim: SubtreeConsistencyClaim, sha256: Sha256 = sha256Noble): boolean {
  const { start, end, size, path } = claim;
  if (!Number.isSafeInteger(size) || !(end <= size)) return false;
  if (start === end && start >= 0) return path.length === 0 && equalBytes(claim.hash, emptyRoot(sha256));
  if (!isSubtree(start, end) || path.some((hash) => hash.length !== 32)) return false;
  // Without a path the hashes are only compared: then their length does not matter.
  if (path.length > 0 && claim.hash.length !== 32) return false;
  // First and last node of the subtree and last node of the tree, on the current level.
  let first = start;
  let last = end - 1;
  let treeLast = size - 1;
  const reachesEnd = last === treeLast;
  while (first !== last && (reachesEnd || last % 2 === 1)) {
    first = half(first);
    last = half(last);
    treeLast = half(treeLast);
  }
  const seed = first === last ? claim.hash : path[0];
  if (seed === undefined) return false;
  let subtree = seed;
  let tree = seed;
  for (const beside of first === last ? path : path.slice(1)) {
    if (treeLast === 0) return false;
    if (last % 2 === 1 || last === treeLast) {
      if (first < last) subtree = nodeHash(beside, subtree, sha256);
      tree = nodeHash(beside, tree, sha256);
      while (last % 2 === 0 && last !== 0) {
        first = half(first);
        last = half(last);
        treeLast = half(treeLast);
      }
    } else {
      tree = nodeHash(tree, beside, sha256);
    }
    first = half(first);
    last = half(last);
    treeLast = half(treeLast);
  }
  return treeLast === 0 && equalBytes(subtree, claim.hash) && equalBytes(tree, claim.root);
}
