import type { Hash, Sha256 } from '@lading/kernel';
import { assert, compareBytes, equalBytes } from '@lading/kernel';
import { sha256Noble } from './crypto/sha256Noble.js';
import { inclusionPath, verifyInclusion } from './merkle/inclusion.js';
import { emptyRoot, merkleRootOfHashes } from './merkle/tree.js';
import { bucketHashOf, entryLeaf, type StateEntry } from './stateBucket.js';
import { bucketOf, rootOfTreePath } from './stateTree.js';

/** An entry with its place in the bucket's inner tree. The bucket hash commits to the count, hence to the index. */
export interface ShownEntry extends StateEntry {
  readonly index: number;
  readonly path: readonly Hash[];
}

/**
 * What a proof shows of one bucket. `entries`: the entry itself (presence), or the neighbours between which the key
 * would be (absence): two adjacent ones, the edge one, or none in an empty bucket.
 */
export interface StateProof {
  /** Entries of the bucket, k. */
  readonly count: number;
  /** Root of the inner tree. */
  readonly innerRoot: Hash;
  readonly entries: readonly ShownEntry[];
  /** Siblings from the bucket to treeRoot, lowest first. */
  readonly treePath: readonly Hash[];
}

/** Proof for a key over its bucket's entries (ascending) and the tree's path: presence when it is among them. */
export function buildStateProof(
  key: Hash,
  bucket: readonly StateEntry[],
  treePath: readonly Hash[],
  sha256: Sha256 = sha256Noble
): StateProof {
  const leaves = bucket.map((entry) => entryLeaf(entry, sha256));
  const show = (index: number): ShownEntry => {
    const entry = bucket[index];
    assert(entry !== undefined, 'buildStateProof: no such entry');
    return { keyHash: entry.keyHash, valueHash: entry.valueHash, index, path: inclusionPath(leaves, index, sha256) };
  };
  const after = bucket.findIndex((entry) => compareBytes(entry.keyHash, key) >= 0);
  const place = after < 0 ? bucket.length : after;
  const found = bucket[place];
  const indexes =
    found !== undefined && equalBytes(found.keyHash, key)
      ? [place]
      : [place - 1, place].filter((index) => index >= 0 && index < bucket.length);
  return { count: bucket.length, innerRoot: merkleRootOfHashes(leaves, sha256), entries: indexes.map(show), treePath };
}

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
