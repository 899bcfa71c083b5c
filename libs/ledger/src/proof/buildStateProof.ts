import type { Hash, Sha256 } from '@lading/kernel';
import { assert, compareBytes, equalBytes } from '@lading/kernel';
import { sha256Noble } from '../crypto/sha256Noble.js';
import { inclusionPath } from '../merkle/paths.js';
import { merkleRootOfHashes } from '../merkle/root.js';
import { entryLeaf, type StateEntry } from '../stateHashes.js';
import type { ShownEntry, StateEntryProof, StateProof } from './shapes.js';

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

export const stateEntryProof = (key: string, value: Uint8Array | null, proof: StateProof): StateEntryProof => ({
  key,
  value: value ?? new Uint8Array(0),
  ...proof
});
