import type { StateChange } from '@lading/engine';

/** Leading bits of a key hash, and of a bucket number, that are told apart: a bit map of 2 MiB each. */
const BITS = 24;

class BitMap {
  readonly #bytes = new Uint8Array(2 ** (BITS - 3));

  add(index: number): void {
    this.#bytes[index >>> 3] = (this.#bytes[index >>> 3] ?? 0) | (1 << (index & 7));
  }

  has(index: number): boolean {
    return ((this.#bytes[index >>> 3] ?? 0) & (1 << (index & 7))) !== 0;
  }
}

const stemOf = (keyHash: Uint8Array): number => ((keyHash[0] ?? 0) << 16) | ((keyHash[1] ?? 0) << 8) | (keyHash[2] ?? 0);

/**
 * Which key hashes and buckets may have rows in the state table: most of what a capture names is new, and then the
 * database need not be asked. Errs on one side only: what may be there is asked for. Invariants, once `isComplete`:
 * 1. Every row of the table is marked: all rows were seen in one pass, and rows are marked before they are written.
 * 2. Marks stay when rows go.
 * Only this process writes the table (it holds the lock of the database), so nobody else can break the first.
 */
export class HeldKeys {
  readonly #stems = new BitMap();
  readonly #buckets = new BitMap();
  #isComplete = false;
  #forgotten = 0;

  get isComplete(): boolean {
    return this.#isComplete;
  }

  mayHold(keyHash: Uint8Array): boolean {
    return !this.#isComplete || this.#stems.has(stemOf(keyHash));
  }

  mayHoldBucket(bucket: number): boolean {
    return !this.#isComplete || this.#buckets.has(bucket);
  }

  mark(bucket: number, keyHash: Uint8Array): void {
    this.#buckets.add(bucket);
    this.#stems.add(stemOf(keyHash));
  }

  /** Before the rows are written. */
  markAll(changes: readonly StateChange[]): void {
    for (const { bucket, keyHash, value } of changes) if (value !== null) this.mark(bucket, keyHash);
  }

  /** A pass over all rows begins; the answer is called when each of them is marked. */
  beginPass(): () => void {
    const forgotten = this.#forgotten;
    return () => {
      if (this.#forgotten === forgotten) this.#isComplete = true;
    };
  }

  /** Rows come, or have come, that nobody marks: nothing is known until a pass that begins now has seen all. */
  forget(): void {
    this.#forgotten += 1;
    this.#isComplete = false;
  }
}
