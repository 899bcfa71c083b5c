import type { Hash, Sha256 } from '@lading/kernel';
import { asHash, assert } from '@lading/kernel';
import { sha256Noble } from '../crypto/sha256Noble.js';
import { emptyRoot, nodeHash } from './tree.js';

/** Full subtrees that the tree of `size` leaves consists of: the one bits of `size`. */
export function compactRangeWidth(size: number): number {
  let width = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) width += rest % 2;
  return width;
}

/**
 * A growing RFC 9162 tree held as the roots of its full subtrees, largest first: enough for the root and for
 * appending, O(log n) in size (history and outcomes logs, snapshots). Immutable: `append` returns a new one.
 * Invariant: hashes.length = compactRangeWidth(size).
 */
export class CompactRange {
  readonly size: number;
  readonly hashes: readonly Hash[];
  readonly #sha256: Sha256;

  private constructor(size: number, hashes: readonly Hash[], sha256: Sha256) {
    this.size = size;
    this.hashes = hashes;
    this.#sha256 = sha256;
  }

  static empty(sha256: Sha256 = sha256Noble): CompactRange {
    return new CompactRange(0, [], sha256);
  }

  /** Asserts the invariant: a decoder of foreign bytes compares with {@link compactRangeWidth} first. */
  static from(size: number, hashes: readonly Uint8Array[], sha256: Sha256 = sha256Noble): CompactRange {
    const fits = Number.isSafeInteger(size) && size >= 0 && hashes.length === compactRangeWidth(size);
    assert(fits, 'CompactRange: the hashes do not fit the size');
    return new CompactRange(size, hashes.map(asHash), sha256);
  }

  append(leafHash: Hash): CompactRange {
    const hashes = [...this.hashes];
    let last = leafHash;
    for (let rest = this.size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
      last = nodeHash(hashes.pop() as Hash, last, this.#sha256);
    }
    hashes.push(last);
    return new CompactRange(this.size + 1, hashes, this.#sha256);
  }

  root(): Hash {
    let root = this.hashes[this.hashes.length - 1];
    if (root === undefined) return emptyRoot(this.#sha256);
    for (let i = this.hashes.length - 2; i >= 0; i--) {
      root = nodeHash(this.hashes[i] as Hash, root, this.#sha256);
    }
    return root;
  }
}
