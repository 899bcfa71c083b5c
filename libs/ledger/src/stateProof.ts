import type { Hash, Sha256 } from '@lading/kernel';
import { compareBytes, equalBytes } from '@lading/kernel';
import { sha256Noble } from './crypto/sha256Noble.js';
import { verifyInclusion } from './merkle/inclusion.js';
import { emptyRoot } from './merkle/tree.js';
import type { StateProof } from './proof/shapes.js';
import { bucketHashOf, bucketOf, entryLeaf, rootOfTreePath } from './stateHashes.js';

/** Where a proof is judged: the tree's root and depth come from a certified state root and the genesis. */
export interface StateAnchor {
  readonly treeRoot: Hash;
  readonly depth: number;
}

/** Bucket under the root, and every shown entry in the bucket and with the bucket's prefix. */
function consistent(key: Hash, proof: StateProof, anchor: StateAnchor, sha256: Sha256): boolean {
  const { count, innerRoot, entries, treePath } = proof;
  if (!Number.isInteger(count) || count < 0 || count > 0xffffffff || treePath.length !== anchor.depth) return false;
  if (innerRoot.length !== 32 || treePath.some((sibling) => sibling.length !== 32)) return false;
  // The hash of an empty bucket does not commit to the root: it must be that of no entries, or one proof had many forms.
  if (count === 0 && !equalBytes(innerRoot, emptyRoot(sha256))) return false;
  const bucket = bucketOf(key, anchor.depth);
  const hash = bucketHashOf(count, innerRoot, sha256);
  if (!equalBytes(rootOfTreePath(bucket, hash, treePath, sha256), anchor.treeRoot)) return false;
  return entries.every(
    (entry) =>
      bucketOf(entry.keyHash, anchor.depth) === bucket &&
      verifyInclusion(
        { leafHash: entryLeaf(entry, sha256), index: entry.index, size: count, path: entry.path, root: innerRoot },
        sha256
      )
  );
}

/** Whether the state under the anchor holds `value` (by hash) at `key` (by hash). */
export function verifyPresence(
  key: Hash,
  value: Hash,
  proof: StateProof,
  anchor: StateAnchor,
  sha256: Sha256 = sha256Noble
): boolean {
  const [entry] = proof.entries;
  if (entry === undefined || proof.entries.length !== 1) return false;
  if (!equalBytes(entry.keyHash, key) || !equalBytes(entry.valueHash, value)) return false;
  return consistent(key, proof, anchor, sha256);
}

/** Whether the state under the anchor holds nothing at `key` (by hash). */
export function verifyAbsence(
  key: Hash,
  proof: StateProof,
  anchor: StateAnchor,
  sha256: Sha256 = sha256Noble
): boolean {
  return surrounds(key, proof) && consistent(key, proof, anchor, sha256);
}

/** The shown entries are adjacent, or the first or last one, and the key lies strictly between or beyond them. */
function surrounds(key: Hash, { count, entries }: StateProof): boolean {
  const [first, second] = entries;
  if (first === undefined) return count === 0;
  const firstIsBelow = compareBytes(first.keyHash, key) < 0;
  if (second === undefined) {
    const edge = firstIsBelow ? count - 1 : 0;
    return first.index === edge && !equalBytes(first.keyHash, key);
  }
  const adjacent = entries.length === 2 && second.index === first.index + 1;
  return adjacent && firstIsBelow && compareBytes(second.keyHash, key) > 0;
}
