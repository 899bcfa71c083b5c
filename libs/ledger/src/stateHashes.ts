import type { Hash, Sha256 } from '@lading/kernel';
import { asHash, assert, concatBytes, u32be } from '@lading/kernel';
import { sha256Noble } from './crypto/sha256Noble.js';
import { hashTagged } from './hash.js';
import { leafHash } from './merkle/tree.js';

/** keyHash = H("lading/key/1", UTF-8 of the key). Asserts: keys are made by contracts, never taken from outside. */
export function keyHash(key: string, sha256: Sha256 = sha256Noble): Hash {
  return hashTagged('lading/key/1', [key], sha256);
}

/** valueHash = H("lading/value/1", value). */
export function valueHash(value: Uint8Array, sha256: Sha256 = sha256Noble): Hash {
  return hashTagged('lading/value/1', [value], sha256);
}

/** The first `depth` bits of a key hash that lies from `at` on, most significant first. `depth` ≤ 24. */
export function bucketOf(hash: Uint8Array, depth: number, at = 0): number {
  const [a, b, c] = [hash[at], hash[at + 1], hash[at + 2]];
  assert(a !== undefined && b !== undefined && c !== undefined && depth >= 1 && depth <= 24, 'bucketOf: range');
  return ((a << 16) | (b << 8) | c) >>> (24 - depth);
}

/** Where a bucket begins: no key hash of it is smaller. Behind the last bucket, bytes that all key hashes are smaller than. */
export function bucketStart(bucket: number, depth: number): Uint8Array {
  if (bucket >= 2 ** depth) return new Uint8Array(33).fill(0xff);
  const bits = bucket * 2 ** (24 - depth);
  return Uint8Array.of(bits >>> 16, bits >>> 8, bits);
}

/** stateRoot = H("lading/state/1", treeRoot, outcomesLogRoot, hash of the config in force for the next block). */
export function stateRoot(treeRoot: Hash, outcomesLogRoot: Hash, config: Hash, sha256: Sha256 = sha256Noble): Hash {
  return hashTagged('lading/state/1', [treeRoot, outcomesLogRoot, config], sha256);
}

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

/** Root that a bucket hash leads to along a path of `depth` siblings. */
export function rootOfTreePath(bucket: number, hash: Hash, path: readonly Hash[], sha256: Sha256 = sha256Noble): Hash {
  let node: Uint8Array = hash;
  const pair = new Uint8Array(64);
  for (const [level, sibling] of path.entries()) {
    const right = ((bucket >>> level) & 1) === 1;
    pair.set(right ? sibling : node);
    pair.set(right ? node : sibling, 32);
    node = sha256(pair);
  }
  return asHash(node);
}
