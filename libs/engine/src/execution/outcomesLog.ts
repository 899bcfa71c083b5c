import { asHash, assert, equalBytes } from '@lading/kernel';
import type { Hash, Sha256 } from '@lading/kernel';
import { emptyRoot, nodeHash } from '@lading/ledger';
import type { CompactRange, OutcomesLogProof } from '@lading/ledger';

const HASH_BYTES = 32;
const FIRST_CAPACITY = 64;

/** Hashes one after the other in one buffer that doubles: an array of arrays would cost four times the memory. */
class PackedHashes {
  #bytes = new Uint8Array(FIRST_CAPACITY * HASH_BYTES);
  /** With those that are not held. */
  count: number;

  /** `first`: index of the first hash that is held. */
  constructor(private readonly first = 0) {
    this.count = first;
  }

  push(hash: Uint8Array): void {
    const held = this.count - this.first;
    if (held * HASH_BYTES === this.#bytes.length) {
      const larger = new Uint8Array(2 * this.#bytes.length);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(hash, held * HASH_BYTES);
    this.count += 1;
  }

  at(index: number): Hash {
    assert(index >= this.first && index < this.count, 'PackedHashes: no such hash');
    const at = (index - this.first) * HASH_BYTES;
    return asHash(this.#bytes.slice(at, at + HASH_BYTES));
  }

  range(from: number, to: number): Uint8Array {
    assert(from >= this.first && from <= to && to <= this.count, 'PackedHashes: no such range');
    return this.#bytes.slice((from - this.first) * HASH_BYTES, (to - this.first) * HASH_BYTES);
  }
}

/**
 * The outcomes log (ledger.md §5) with every full subtree's root kept, 64 bytes a block: the root of any older size
 * and the path of any leaf cost O(log² n) hashes, however long the chain is. Grows at its end only.
 * One that begins from a compact range knows roots of no smaller size, and paths of later leaves only.
 */
export class OutcomesLog {
  /** #levels[k] holds the roots of the full subtrees of 2^k leaves, from the left. */
  readonly #levels: PackedHashes[] = [new PackedHashes()];

  constructor(private readonly sha256: Sha256) {}

  /** The log of so many leaves of which only the full subtrees are known. */
  static from(range: CompactRange, sha256: Sha256): OutcomesLog {
    const log = new OutcomesLog(sha256);
    log.#levels.length = 0;
    const smallestFirst = [...range.hashes].reverse();
    let known = 0;
    for (let rest = range.size; rest > 0; rest = Math.floor(rest / 2)) {
      const odd = rest % 2;
      const level = new PackedHashes(rest - odd);
      const hash = odd === 1 ? smallestFirst[known++] : undefined;
      if (hash !== undefined) level.push(hash);
      log.#levels.push(level);
    }
    if (log.#levels.length === 0) log.#levels.push(new PackedHashes());
    return log;
  }

  /** Roots of the full subtrees of the log's first `size` leaves, largest first. */
  rangeHashes(size: number): readonly Hash[] {
    assert(size <= this.size, 'OutcomesLog: size');
    const hashes: Hash[] = [];
    for (let k = 0, rest = size; rest > 0; k++, rest = Math.floor(rest / 2)) {
      if (rest % 2 === 1) hashes.unshift(this.#level(k).at(rest - 1));
    }
    return hashes;
  }

  get size(): number {
    return this.#level(0).count;
  }

  /** The leaves from … to − 1, 32 bytes each. */
  leaves(from: number, to: number): Uint8Array {
    return this.#level(0).range(from, to);
  }

  /**
   * Takes what is below the leaves that it began with: `leaves`, 32 bytes each, are all up to where it held the first one. From
   * now on every root and path is known. False when they are not the leaves under its roots: then it stays as it is.
   */
  complete(leaves: Uint8Array): boolean {
    const below = leaves.length / HASH_BYTES;
    const whole = new OutcomesLog(this.sha256);
    const add = (bytes: Uint8Array): void => {
      for (let at = 0; at < bytes.length; at += HASH_BYTES) whole.append(asHash(bytes.slice(at, at + HASH_BYTES)));
    };
    add(leaves);
    add(this.leaves(below, this.size));
    if (!equalBytes(whole.root(), this.root())) return false;
    this.#levels.splice(0, this.#levels.length, ...whole.#levels);
    return true;
  }

  append(leafHash: Hash): void {
    let node = leafHash;
    for (let k = 0; ; k++) {
      if (k === this.#levels.length) this.#levels.push(new PackedHashes());
      const level = this.#level(k);
      level.push(node);
      if (level.count % 2 === 1) return;
      node = nodeHash(level.at(level.count - 2), node, this.sha256);
    }
  }

  /** RFC 9162 root over the first `size` leaves. */
  root(size: number = this.size): Hash {
    assert(size <= this.size, 'OutcomesLog: size');
    return size === 0 ? emptyRoot(this.sha256) : this.#rangeRoot(0, size);
  }

  /** Path and root of leaf `index` in the log of the first `size` leaves. */
  proof(index: number, size: number): OutcomesLogProof {
    assert(index >= 0 && index < size && size <= this.size, 'OutcomesLog: no such leaf');
    const beside: Hash[] = [];
    let [start, count] = [0, size];
    while (count > 1) {
      const left = largestPowerBelow(count);
      const isLeft = index < start + left;
      beside.push(isLeft ? this.#rangeRoot(start + left, count - left) : this.#rangeRoot(start, left));
      [start, count] = isLeft ? [start, left] : [start + left, count - left];
    }
    return { path: beside.reverse(), root: this.root(size) };
  }

  #rangeRoot(start: number, count: number): Hash {
    const k = Math.log2(count);
    if (Number.isInteger(k)) return this.#level(k).at(start / count);
    const left = largestPowerBelow(count);
    return nodeHash(this.#rangeRoot(start, left), this.#rangeRoot(start + left, count - left), this.sha256);
  }

  #level(k: number): PackedHashes {
    const level = this.#levels[k];
    assert(level !== undefined, 'OutcomesLog: no such level');
    return level;
  }
}

/** The largest power of two that is smaller than `count` ≥ 2. */
function largestPowerBelow(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}
