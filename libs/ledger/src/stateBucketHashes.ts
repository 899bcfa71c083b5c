import type { Hash, Sha256 } from '@lading/kernel';
import { asHash } from '@lading/kernel';
import { sha256Noble } from './crypto/sha256Noble.js';
import { assertAscending, bucketHash } from './stateBucket.js';
import type { StateEntry } from './stateHashes.js';

/** Bytes of an entry's leaf before hashing (a node of the inner tree has as many), and of a bucket's. */
const LEAF_BYTES = 65;
const BUCKET_BYTES = 37;

/**
 * The hashes of many buckets, equal to `bucketHash` of each: all leaves at once, then all buckets, where the machine hashes
 * messages of one size together. Most buckets have one entry or two; only larger ones take the way above.
 */
export function bucketHashes(
  buckets: ReadonlyMap<number, readonly StateEntry[]>,
  sha256: Sha256 = sha256Noble
): Map<number, Hash> {
  const hashes = new Map<number, Hash>();
  const { hashEqual } = sha256;
  const small: (readonly [bucket: number, entries: readonly StateEntry[]])[] = [];
  for (const [bucket, entries] of buckets) {
    if (hashEqual !== undefined && (entries.length === 1 || entries.length === 2)) small.push([bucket, entries]);
    else hashes.set(bucket, bucketHash(entries, sha256));
  }
  if (hashEqual === undefined || small.length === 0) return hashes;
  const pairs = small.filter(([, entries]) => entries.length === 2);
  const leaves = new Uint8Array(LEAF_BYTES * (small.length + pairs.length));
  let at = 0;
  for (const [, entries] of small) {
    assertAscending(entries);
    for (const { keyHash, valueHash } of entries) {
      leaves.set(keyHash, at + 1);
      leaves.set(valueHash, at + 33);
      at += LEAF_BYTES;
    }
  }
  const leafHashes = new Uint8Array(32 * (small.length + pairs.length));
  hashEqual(leaves, LEAF_BYTES, small.length + pairs.length, leafHashes);
  const roots = innerRoots(small, pairs.length, leafHashes, hashEqual);
  const inputs = new Uint8Array(BUCKET_BYTES * small.length);
  for (const [i, [, entries]] of small.entries()) {
    inputs[BUCKET_BYTES * i + 4] = entries.length;
    inputs.set(roots.subarray(32 * i, 32 * i + 32), BUCKET_BYTES * i + 5);
  }
  const digests = new Uint8Array(32 * small.length);
  hashEqual(inputs, BUCKET_BYTES, small.length, digests);
  for (const [i, [bucket]] of small.entries()) hashes.set(bucket, asHash(digests.subarray(32 * i, 32 * i + 32)));
  return hashes;
}

/** Root of each inner tree: the only leaf, or the node over the two. */
function innerRoots(
  buckets: readonly (readonly [number, readonly StateEntry[]])[],
  pairs: number,
  leafHashes: Uint8Array,
  hashEqual: NonNullable<Sha256['hashEqual']>
): Uint8Array {
  const nodes = new Uint8Array(LEAF_BYTES * pairs);
  const roots = new Uint8Array(32 * buckets.length);
  const places: number[] = [];
  let leaf = 0;
  for (const [i, [, entries]] of buckets.entries()) {
    if (entries.length === 1) roots.set(leafHashes.subarray(32 * leaf, 32 * leaf + 32), 32 * i);
    else {
      const at = LEAF_BYTES * places.length;
      nodes[at] = 1;
      nodes.set(leafHashes.subarray(32 * leaf, 32 * leaf + 64), at + 1);
      places.push(i);
    }
    leaf += entries.length;
  }
  const hashed = new Uint8Array(32 * pairs);
  hashEqual(nodes, LEAF_BYTES, pairs, hashed);
  for (const [n, i] of places.entries()) roots.set(hashed.subarray(32 * n, 32 * n + 32), 32 * i);
  return roots;
}
