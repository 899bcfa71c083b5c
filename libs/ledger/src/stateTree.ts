import type { Hash, Sha256, TreeNodes } from '@lading/kernel';
import { asHash, assert } from '@lading/kernel';
import { bucketHash } from './stateBucket.js';
import type { BucketHashes } from './stateBucketHashes.js';
import { sha256Noble } from './crypto/sha256Noble.js';
import { plainNodes } from './treeNodes.js';

/** From this depth on a tree is worth memory of its own in the machine that hashes it. */
const DEEP = 16;

/**
 * The perfect binary tree of fixed depth over the bucket hashes, node = SHA-256(left ‖ right), in one piece of memory:
 * 64 MiB at depth 20. Mutable: the executor owns it and updates it once a block.
 * Invariant: after `update`, every node is the hash of its two children.
 */
export class StateTree {
  readonly depth: number;
  readonly #nodes: TreeNodes;
  readonly #sha256: Sha256;

  constructor(depth: number, sha256: Sha256 = sha256Noble) {
    assert(Number.isInteger(depth) && depth >= 1 && depth <= 24, 'StateTree: depth out of range');
    this.depth = depth;
    this.#sha256 = sha256;
    const count = 2 ** (depth + 1);
    this.#nodes = depth >= DEEP && sha256.openNodes !== undefined ? sha256.openNodes(count) : plainNodes(count, sha256);
    let node: Uint8Array = bucketHash([], sha256);
    const pair = new Uint8Array(64);
    for (let d = depth; d >= 0; d--) {
      fill(this.#level(d), node);
      pair.set(node);
      pair.set(node, 32);
      node = sha256(pair);
    }
  }

  /** Hashes of one depth, the root having 0: a view. */
  #level(d: number): Uint8Array {
    return this.#nodes.bytes.subarray(32 * 2 ** d, 64 * 2 ** d);
  }

  /** Replaces bucket hashes and rehashes what lies above them, level by level, each node once. */
  update({ buckets, hashes }: BucketHashes): void {
    const [nodes, words] = [wordsOf(this.#nodes.bytes), wordsOf(hashes)];
    const leaves = 2 ** this.depth;
    const dirty = new Uint32Array(buckets.length);
    for (let i = 0; i < buckets.length; i++) {
      const bucket = buckets[i] as number;
      assert(bucket < leaves, 'StateTree: no such bucket');
      dirty[i] = leaves + bucket;
      const at = (leaves + bucket) * 8;
      // Few large stores: a place in a tree of many megabytes is seldom in the processor's caches.
      for (let word = 0; word < 8; word++) nodes[at + word] = words[8 * i + word] as number;
    }
    dirty.sort();
    let count = dirty.length;
    for (let d = this.depth; d > 0; d--) {
      let [above, last] = [0, 0];
      for (let i = 0; i < count; i++) {
        const parent = (dirty[i] as number) >>> 1;
        if (parent === last) continue;
        last = parent;
        dirty[above++] = parent;
      }
      count = above;
      this.#rehash(dirty, count);
    }
  }

  /** Hashes the first `count` nodes of a list, all of one level. */
  #rehash(nodes: Uint32Array, count: number): void {
    const { list, hash } = this.#nodes;
    for (let from = 0; from < count; from += list.length) {
      const now = Math.min(list.length, count - from);
      for (let i = 0; i < now; i++) list[i] = nodes[from + i] as number;
      hash(now);
    }
  }

  /** treeRoot. */
  root(): Hash {
    return this.node(0, 0);
  }

  bucketHash(bucket: number): Hash {
    return this.node(this.depth, bucket);
  }

  /** Of some buckets: a copy. */
  hashesOf(buckets: Uint32Array): BucketHashes {
    const hashes = new Uint8Array(32 * buckets.length);
    const [from, to] = [wordsOf(this.leaves()), wordsOf(hashes)];
    for (let i = 0; i < buckets.length; i++) {
      for (let word = 0; word < 8; word++) to[8 * i + word] = from[8 * (buckets[i] as number) + word] as number;
    }
    return { buckets, hashes };
  }

  /** A node by its depth, the root having 0, and its place from the left. */
  node(depth: number, index: number): Hash {
    const at = (2 ** depth + index) * 32;
    return asHash(this.#nodes.bytes.slice(at, at + 32));
  }

  /** The `depth` siblings on the way from a bucket to the root, lowest first. */
  path(bucket: number): Hash[] {
    assert(Number.isInteger(bucket) && bucket >= 0 && bucket < 2 ** this.depth, 'StateTree: no such bucket');
    return Array.from({ length: this.depth }, (_, level) => this.node(this.depth - level, (bucket >>> level) ^ 1));
  }

  clone(): StateTree {
    const copy = new StateTree(this.depth, this.#sha256);
    copy.#nodes.bytes.set(this.#nodes.bytes);
    return copy;
  }

  /** The bucket hashes, 32 bytes each, in order: a view. What a saved tree consists of; who writes into it calls `rebuild`. */
  leaves(): Uint8Array {
    return this.#level(this.depth);
  }

  /** Hashes every node again, after hashes of buckets were written into `leaves`. Costs one hash a node: 2^depth − 1. */
  rebuild(): void {
    const { list, hash } = this.#nodes;
    for (let end = 2 ** this.depth; end > 1; end /= 2) {
      for (let from = end / 2; from < end; from += list.length) {
        const now = Math.min(list.length, end - from);
        for (let i = 0; i < now; i++) list[i] = from + i;
        hash(now);
      }
    }
  }
}

/** The same memory where it is aligned, else a copy. */
function wordsOf(bytes: Uint8Array): Uint32Array {
  const { buffer, byteOffset, length } = bytes;
  return byteOffset % 4 === 0 ? new Uint32Array(buffer, byteOffset, length >>> 2) : wordsOf(bytes.slice());
}

/** Writes a 32-byte hash over and over, by doubling. */
function fill(target: Uint8Array, hash: Uint8Array): void {
  target.set(hash);
  for (let filled = 32; filled < target.length; filled *= 2) target.copyWithin(filled, 0, filled);
}
