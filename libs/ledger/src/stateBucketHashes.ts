import type { HashEqual, HashPrefixed, Sha256 } from '@lading/kernel';
import { sha256Noble } from './crypto/sha256Noble.js';
import { assertAscending, bucketHash } from './stateBucket.js';
import type { StateEntry } from './stateHashes.js';

/** New hashes of some buckets, none of which is there twice: 32 bytes of `hashes` for each number. */
export interface BucketHashes {
  readonly buckets: Uint32Array;
  readonly hashes: Uint8Array;
}

/** All entries of some buckets: keyHash ‖ valueHash of each, strictly ascending within a bucket, `counts` of them for each number. */
export interface BucketLeaves {
  readonly buckets: Uint32Array;
  readonly counts: Uint32Array;
  readonly entries: Uint8Array;
}

/** Bytes of an entry: those of its leaf and of a node, after the prefix. */
export const ENTRY_BYTES = 64;
const HASH_WORDS = 8;
/** 0x00 ‖ u32be(k) ‖ root */
const BUCKET_BYTES = 37;

/** The hashes of many buckets, equal to `bucketHash` of each. Asserts the order of entries. */
export function hashBuckets(
  buckets: ReadonlyMap<number, readonly StateEntry[]>,
  sha256: Sha256 = sha256Noble
): BucketHashes {
  const counts = new Uint32Array(buckets.size);
  let total = 0;
  let bucket = 0;
  for (const entries of buckets.values()) {
    assertAscending(entries);
    counts[bucket++] = entries.length;
    total += entries.length;
  }
  const all = new Uint8Array(ENTRY_BYTES * total);
  let at = 0;
  for (const entries of buckets.values()) {
    for (const { keyHash, valueHash } of entries) {
      all.set(keyHash, at);
      all.set(valueHash, at + 32);
      at += ENTRY_BYTES;
    }
  }
  return hashesOfLeaves({ buckets: Uint32Array.from(buckets.keys()), counts, entries: all }, sha256);
}

/** Hashes of entries that lie end to end: all leaves at once, then the trees in buckets level by level, then all buckets. */
export function hashesOfLeaves({ buckets, counts, entries }: BucketLeaves, sha256: Sha256 = sha256Noble): BucketHashes {
  const { hashEqual = equalOneByOne(sha256), hashPrefixed = prefixedOneByOne(sha256) } = sha256;
  const leaves = new Uint8Array(entries.length / 2);
  hashPrefixed(0, entries, entries.length / ENTRY_BYTES, leaves);
  const roots = innerRoots(counts, leaves, hashPrefixed);
  const inputs = new Uint8Array(BUCKET_BYTES * buckets.length);
  let empty = false;
  for (let i = 0, root = 0; i < counts.length; i++) {
    const count = counts[i] as number;
    empty ||= count === 0;
    if (count === 0) continue;
    const at = BUCKET_BYTES * i;
    for (let byte = 0; byte < 4; byte++) inputs[at + 1 + byte] = count >>> (24 - 8 * byte);
    inputs.set(roots.subarray(root, root + 32), at + 5);
    root += 32;
  }
  const hashes = new Uint8Array(32 * buckets.length);
  hashEqual(inputs, BUCKET_BYTES, buckets.length, hashes);
  if (empty) {
    const none = bucketHash([], sha256);
    for (let i = 0; i < counts.length; i++) if (counts[i] === 0) hashes.set(none, 32 * i);
  }
  return { buckets, hashes };
}

/**
 * Roots of the trees in buckets (RFC 9162 §2.1), end to end, of those that hold something. All of them go up one level at a
 * time: neighbours are paired from the left, and a lone last node moves up unchanged.
 */
function innerRoots(counts: Uint32Array, leaves: Uint8Array, hashNodes: HashPrefixed): Uint8Array {
  const sizes = counts.slice();
  let level = leaves;
  for (;;) {
    let pairs = 0;
    let left = 0;
    for (let i = 0; i < sizes.length; i++) {
      const size = sizes[i] as number;
      pairs += size >>> 1;
      left += (size + 1) >>> 1;
    }
    if (pairs === 0) return level;
    const inputs = new Uint8Array(ENTRY_BYTES * pairs);
    movePairs(sizes, wordsOf(level), wordsOf(inputs));
    const nodes = new Uint8Array(32 * pairs);
    hashNodes(1, inputs, pairs, nodes);
    const above = new Uint8Array(32 * left);
    moveUp(sizes, wordsOf(level), wordsOf(nodes), wordsOf(above));
    for (let i = 0; i < sizes.length; i++) sizes[i] = ((sizes[i] as number) + 1) >>> 1;
    level = above;
  }
}

const wordsOf = (bytes: Uint8Array): Uint32Array => new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2);

/** Brings the pairs of each bucket together. */
function movePairs(sizes: Uint32Array, level: Uint32Array, pairs: Uint32Array): void {
  let [from, to] = [0, 0];
  for (let i = 0; i < sizes.length; i++) {
    const size = sizes[i] as number;
    const words = (size >>> 1) * 2 * HASH_WORDS;
    for (let word = 0; word < words; word++) pairs[to + word] = level[from + word] as number;
    from += size * HASH_WORDS;
    to += words;
  }
}

/** The level above: the node over each pair, and lone last nodes as they are. */
function moveUp(sizes: Uint32Array, level: Uint32Array, nodes: Uint32Array, above: Uint32Array): void {
  let [from, node, to] = [0, 0, 0];
  for (let i = 0; i < sizes.length; i++) {
    const size = sizes[i] as number;
    const words = (size >>> 1) * HASH_WORDS;
    for (let word = 0; word < words; word++) above[to + word] = nodes[node + word] as number;
    node += words;
    to += words;
    from += size * HASH_WORDS;
    if (size % 2 === 0) continue;
    for (let word = 0; word < HASH_WORDS; word++) above[to + word] = level[from - HASH_WORDS + word] as number;
    to += HASH_WORDS;
  }
}

function equalOneByOne(sha256: Sha256): HashEqual {
  return (input, size, count, output) => {
    for (let i = 0; i < count; i++) output.set(sha256(input.subarray(i * size, (i + 1) * size)), 32 * i);
  };
}

function prefixedOneByOne(sha256: Sha256): HashPrefixed {
  const message = new Uint8Array(1 + ENTRY_BYTES);
  return (prefix, input, count, output) => {
    message[0] = prefix;
    for (let i = 0; i < count; i++) {
      message.set(input.subarray(ENTRY_BYTES * i, ENTRY_BYTES * (i + 1)), 1);
      output.set(sha256(message), 32 * i);
    }
  };
}
