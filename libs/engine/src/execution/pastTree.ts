import type { Hash, Sha256 } from '@lading/kernel';
import { asHash, concatBytes } from '@lading/kernel';
import type { StateTree } from '@lading/ledger';

/**
 * The state tree as it was, over the tree as it is: the nodes above buckets that have changed since are computed anew, from
 * the hashes that those had. Good for the present moment only: the next block changes what lies below.
 */
export class PastTree {
  /** #levels[d]: old nodes of depth d by index. */
  readonly #levels: Map<number, Hash>[] = [];

  constructor(
    private readonly tree: StateTree,
    bucketHashes: ReadonlyMap<number, Hash>,
    sha256: Sha256
  ) {
    this.#levels[tree.depth] = new Map(bucketHashes);
    for (let depth = tree.depth; depth > 0; depth--) {
      const above = new Map<number, Hash>();
      for (const index of this.#levels[depth]?.keys() ?? []) {
        const parent = index >>> 1;
        if (above.has(parent)) continue;
        const pair = concatBytes(this.node(depth, parent * 2), this.node(depth, parent * 2 + 1));
        above.set(parent, asHash(sha256(pair)));
      }
      this.#levels[depth - 1] = above;
    }
  }

  root(): Hash {
    return this.node(0, 0);
  }

  /** Siblings on the way from a bucket to the root, lowest first. */
  path(bucket: number): Hash[] {
    const { depth } = this.tree;
    return Array.from({ length: depth }, (_, level) => this.node(depth - level, (bucket >>> level) ^ 1));
  }

  /** A node by its depth, the root having 0, and its place from the left. */
  node(depth: number, index: number): Hash {
    return this.#levels[depth]?.get(index) ?? this.tree.node(depth, index);
  }
}
