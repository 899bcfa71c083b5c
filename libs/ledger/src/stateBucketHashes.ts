import type { HashEqual, HashPrefixed, Sha256 } from '@lading/kernel';
import { assert } from '@lading/kernel';
import { sha256Noble } from './crypto/sha256Noble.js';
import { ENTRY_BYTES, PackedBuckets } from './packedBuckets.js';
import type { BucketLeaves } from './packedBuckets.js';
import { bucketHash } from './stateBucket.js';
import type { StateEntry } from './stateHashes.js';

/** New hashes of some buckets, none of which is there twice: 32 bytes of `hashes` for each number. */
export interface BucketHashes {
  readonly buckets: Uint32Array;
  readonly hashes: Uint8Array;
}

const HASH_WORDS = 8;
/** 0x00 ‖ u32be(k) ‖ root */
const BUCKET_BYTES = 37;

/** The hashes of many buckets, equal to `bucketHash` of each. Asserts the order of entries. */
export function hashBuckets(
  buckets: ReadonlyMap<number, readonly StateEntry[]>,
  sha256: Sha256 = sha256Noble
): BucketHashes {
  const leaves = PackedBuckets.of(buckets).leaves();
  assertAscendingLeaves(leaves);
  return hashesOfLeaves(leaves, sha256);
}

function assertAscendingLeaves({ counts, entries }: BucketLeaves): void {
  let at = 0;
  for (const count of counts) {
    const end = at + ENTRY_BYTES * count;
    for (at += ENTRY_BYTES; at < end; at += ENTRY_BYTES) assert(isAscending(entries, at), 'hashBuckets: order');
    at = end;
  }
}

/** Whether the key hash of the entry before is the smaller one. */
function isAscending(entries: Uint8Array, at: number): boolean {
  for (let i = at; i < at + 32; i++) {
    const difference = (entries[i] as number) - (entries[i - ENTRY_BYTES] as number);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

/** Hashes of entries that lie end to end: all leaves at once, then the trees in buckets level by level, then all buckets. */
export function hashesOfLeaves({ buckets, counts, entries }: BucketLeaves, sha256: Sha256 = sha256Noble): BucketHashes {
  const { hashEqual = equalOneByOne(sha256), hashPrefixed = prefixedOneByOne(sha256) } = sha256;
  const leaves = LEAVES.take(entries.length / 2);
  hashPrefixed(0, entries, entries.length / ENTRY_BYTES, leaves);
  hashInnerTrees(counts, wordsOf(leaves), hashPrefixed);
  const inputs = INPUTS.take(BUCKET_BYTES * buckets.length);
  let empty = false;
  for (let i = 0, leaf = 0, at = 0; i < counts.length; i++, at += BUCKET_BYTES) {
    const count = counts[i] as number;
    empty ||= count === 0;
    inputs[at] = 0;
    for (let byte = 0; byte < 4; byte++) inputs[at + 1 + byte] = count >>> (24 - 8 * byte);
    // What is written for an empty bucket is not used.
    for (let byte = 0; byte < 32; byte++) inputs[at + 5 + byte] = leaves[32 * leaf + byte] ?? 0;
    leaf += count;
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
 * Brings the root of each bucket's tree (RFC 9162 §2.1) to the place of its first leaf. All of them go up one level at a time:
 * neighbours are paired from the left, and a lone last node moves up unchanged.
 */
function hashInnerTrees(counts: Uint32Array, leaves: Uint32Array, hashNodes: HashPrefixed): void {
  /** Of each bucket that has a tree: where it lies, and the size of its level. */
  const trees: number[] = [];
  const sizes: number[] = [];
  for (let i = 0, leaf = 0; i < counts.length; i++) {
    const count = counts[i] as number;
    if (count > 1) trees.push(leaf * HASH_WORDS);
    if (count > 1) sizes.push(count);
    leaf += count;
  }
  while (trees.length > 0) {
    let pairs = 0;
    for (const size of sizes) pairs += size >>> 1;
    const inputs = PAIRS.take(ENTRY_BYTES * pairs);
    gather(trees, sizes, leaves, wordsOf(inputs));
    const nodes = NODES.take(32 * pairs);
    hashNodes(1, inputs, pairs, nodes);
    moveUp(trees, sizes, leaves, wordsOf(nodes));
  }
}

/** Brings the pairs of all levels together. */
function gather(trees: readonly number[], sizes: readonly number[], leaves: Uint32Array, pairs: Uint32Array): void {
  let to = 0;
  for (let i = 0; i < trees.length; i++) {
    const from = trees[i] as number;
    const words = ((sizes[i] as number) >>> 1) * 2 * HASH_WORDS;
    for (let word = 0; word < words; word++) pairs[to++] = leaves[from + word] as number;
  }
}

/** Writes the levels above in their places: the node over each pair, and a lone last node. Trees that have a root go. */
function moveUp(trees: number[], sizes: number[], leaves: Uint32Array, nodes: Uint32Array): void {
  let from = 0;
  let left = 0;
  for (let i = 0; i < trees.length; i++) {
    const [tree, size] = [trees[i] as number, sizes[i] as number];
    const words = (size >>> 1) * HASH_WORDS;
    for (let word = 0; word < words; word++) leaves[tree + word] = nodes[from++] as number;
    const lone = tree + (size - 1) * HASH_WORDS;
    if (size % 2 === 1) for (let word = 0; word < HASH_WORDS; word++) leaves[tree + words + word] = leaves[lone + word] as number;
    if (size <= 2) continue;
    trees[left] = tree;
    sizes[left++] = (size + 1) >>> 1;
  }
  trees.length = left;
  sizes.length = left;
}

const wordsOf = (bytes: Uint8Array): Uint32Array => new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2);

/** Memory for what lies between entries and hashes, which every block needs anew: kept, unless it is much. */
class Kept {
  #bytes = new Uint8Array(0);

  /** Holds anything. */
  take(size: number): Uint8Array {
    if (size > MOST_KEPT) return new Uint8Array(size);
    if (size > this.#bytes.length) this.#bytes = new Uint8Array(Math.min(MOST_KEPT, 2 * size));
    return this.#bytes.subarray(0, size);
  }
}

const MOST_KEPT = 1 << 18;
const [LEAVES, PAIRS, NODES, INPUTS] = [new Kept(), new Kept(), new Kept(), new Kept()];

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
