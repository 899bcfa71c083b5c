import type { Hash, Sha256 } from '@lading/kernel';
import { asHash, assert, encodeUtf8 } from '@lading/kernel';
import { bucketHash } from './stateBucket.js';
import { sha256Noble } from './crypto/sha256Noble.js';
import { hashTagged } from './hash.js';

/** keyHash = H("lading/key/1", UTF-8 of the key). Asserts: keys are made by contracts, never taken from outside. */
export function keyHash(key: string, sha256: Sha256 = sha256Noble): Hash {
  const bytes = encodeUtf8(key);
  assert(bytes !== null, 'keyHash: lone surrogate');
  return hashTagged('lading/key/1', [bytes], sha256);
}

/** valueHash = H("lading/value/1", value). */
export function valueHash(value: Uint8Array, sha256: Sha256 = sha256Noble): Hash {
  return hashTagged('lading/value/1', [value], sha256);
}

/** The first `depth` bits of a key hash, most significant first. `depth` ≤ 24. */
export function bucketOf(hash: Uint8Array, depth: number): number {
  const [a, b, c] = hash;
  assert(a !== undefined && b !== undefined && c !== undefined && depth >= 1 && depth <= 24, 'bucketOf: range');
  return ((a << 16) | (b << 8) | c) >>> (24 - depth);
}

/** stateRoot = H("lading/state/1", treeRoot, outcomesLogRoot, hash of the config in force for the next block). */
export function stateRoot(treeRoot: Hash, outcomesLogRoot: Hash, config: Hash, sha256: Sha256 = sha256Noble): Hash {
  return hashTagged('lading/state/1', [treeRoot, outcomesLogRoot, config], sha256);
}

/** Pairs that one call of the machine hashes. */
const PAIRS_AT_ONCE = 2048;
/** 32-bit words of a hash. */
const WORDS = 8;

/**
 * The perfect binary tree of fixed depth over the bucket hashes, node = SHA-256(left ‖ right), in one flat buffer a
 * level: 64 MiB at depth 20. Mutable: the executor owns it and updates it once a block.
 * Invariant: after `update`, every node is the hash of its two children.
 */
export class StateTree {
  readonly depth: number;
  /** levels[d] holds 2^d hashes; levels[0] is the root. */
  readonly #levels: readonly Uint8Array[];
  /** The same memory in words: copying 32 bytes costs less than making a view of them. */
  readonly #words: readonly Uint32Array[];
  readonly #sha256: Sha256;
  readonly #pairs: Uint8Array;
  readonly #pairWords: Uint32Array;
  readonly #digests: Uint8Array;
  readonly #digestWords: Uint32Array;

  constructor(depth: number, sha256: Sha256 = sha256Noble) {
    assert(Number.isInteger(depth) && depth >= 1 && depth <= 24, 'StateTree: depth out of range');
    this.depth = depth;
    this.#sha256 = sha256;
    const levels: Uint8Array[] = [];
    let node: Uint8Array = bucketHash([], sha256);
    for (let d = depth; d >= 0; d--) {
      levels[d] = repeated(node, 2 ** d);
      const pair = new Uint8Array(64);
      pair.set(node);
      pair.set(node, 32);
      node = sha256(pair);
    }
    this.#levels = levels;
    this.#words = levels.map((level) => new Uint32Array(level.buffer));
    this.#pairs = new Uint8Array(64 * PAIRS_AT_ONCE);
    this.#digests = new Uint8Array(32 * PAIRS_AT_ONCE);
    this.#pairWords = new Uint32Array(this.#pairs.buffer);
    this.#digestWords = new Uint32Array(this.#digests.buffer);
  }

  #level(d: number): Uint8Array {
    const level = this.#levels[d];
    assert(level !== undefined, 'StateTree: no such level');
    return level;
  }

  /** Replaces bucket hashes and rehashes what lies above them, level by level, each node once. */
  update(changes: ReadonlyMap<number, Hash>): void {
    const leaves = this.#level(this.depth);
    const dirty = new Uint32Array(changes.size);
    let count = 0;
    for (const [bucket, hash] of changes) {
      assert(Number.isInteger(bucket) && bucket >= 0 && bucket < 2 ** this.depth, 'StateTree: no such bucket');
      leaves.set(hash, bucket * 32);
      dirty[count++] = bucket;
    }
    dirty.sort();
    for (let d = this.depth; d > 0; d--) {
      let above = 0;
      for (let i = 0; i < count; i++) {
        const parent = (dirty[i] as number) >>> 1;
        if (above > 0 && dirty[above - 1] === parent) continue;
        dirty[above++] = parent;
      }
      count = above;
      for (let from = 0; from < count; from += PAIRS_AT_ONCE) {
        this.#rehash(d - 1, dirty.subarray(from, Math.min(count, from + PAIRS_AT_ONCE)));
      }
    }
  }

  /** Hashes the children of some nodes of a level, which are gathered in one place for it. */
  #rehash(d: number, nodes: Uint32Array): void {
    const { hashPairs } = this.#sha256;
    const [pairs, digests] = [this.#pairWords, this.#digestWords];
    const [children, parents] = [this.#words[d + 1], this.#words[d]];
    assert(children !== undefined && parents !== undefined, 'StateTree: no such level');
    for (let i = 0; i < nodes.length; i++) {
      const from = (nodes[i] as number) * 2 * WORDS;
      const to = i * 2 * WORDS;
      for (let word = 0; word < 2 * WORDS; word++) pairs[to + word] = children[from + word] as number;
    }
    if (hashPairs !== undefined) hashPairs(this.#pairs, nodes.length, this.#digests);
    else {
      for (let i = 0; i < nodes.length; i++) this.#digests.set(this.#sha256(this.#pairs.subarray(i * 64, i * 64 + 64)), i * 32);
    }
    for (let i = 0; i < nodes.length; i++) {
      const to = (nodes[i] as number) * WORDS;
      for (let word = 0; word < WORDS; word++) parents[to + word] = digests[i * WORDS + word] as number;
    }
  }

  /** treeRoot. */
  root(): Hash {
    return asHash(this.#level(0).slice(0, 32));
  }

  bucketHash(bucket: number): Hash {
    return asHash(this.#level(this.depth).slice(bucket * 32, bucket * 32 + 32));
  }

  /** A node by its depth, the root having 0, and its place from the left. */
  node(depth: number, index: number): Hash {
    return asHash(this.#level(depth).slice(index * 32, index * 32 + 32));
  }

  /** The `depth` siblings on the way from a bucket to the root, lowest first. */
  path(bucket: number): Hash[] {
    assert(Number.isInteger(bucket) && bucket >= 0 && bucket < 2 ** this.depth, 'StateTree: no such bucket');
    const path: Hash[] = [];
    for (let d = this.depth, index = bucket; d > 0; d--, index >>>= 1) {
      const sibling = index ^ 1;
      path.push(asHash(this.#level(d).slice(sibling * 32, sibling * 32 + 32)));
    }
    return path;
  }

  clone(): StateTree {
    const copy = new StateTree(this.depth, this.#sha256);
    for (let d = 0; d <= this.depth; d++) copy.#level(d).set(this.#level(d));
    return copy;
  }

  /** The bucket hashes, 32 bytes each, in order: a view that the next update changes. What a saved tree consists of. */
  leaves(): Uint8Array {
    return this.#level(this.depth);
  }

  /** A tree over bucket hashes as `leaves` gives them. Costs one hash a node: 2^depth − 1. */
  static ofLeaves(depth: number, leaves: Uint8Array, sha256: Sha256 = sha256Noble): StateTree {
    assert(leaves.length === 32 * 2 ** depth, 'StateTree: not that many buckets');
    const tree = new StateTree(depth, sha256);
    tree.#level(depth).set(leaves);
    const nodes = new Uint32Array(PAIRS_AT_ONCE);
    for (let d = depth - 1; d >= 0; d--) {
      for (let from = 0; from < 2 ** d; from += PAIRS_AT_ONCE) {
        const count = Math.min(PAIRS_AT_ONCE, 2 ** d - from);
        for (let i = 0; i < count; i++) nodes[i] = from + i;
        tree.#rehash(d, nodes.subarray(0, count));
      }
    }
    return tree;
  }
}

/** `count` copies of a 32-byte hash, by doubling. */
function repeated(hash: Uint8Array, count: number): Uint8Array {
  const out = new Uint8Array(count * 32);
  out.set(hash);
  for (let filled = 32; filled < out.length; filled *= 2) out.copyWithin(filled, 0, filled);
  return out;
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
