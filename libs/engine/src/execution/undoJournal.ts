import { asHash, type Hash } from '@lading/kernel';
import type { BucketHashes } from '@lading/ledger';
import { ENGINE_LIMITS } from '../limits.js';
import type { BucketEntry } from '../ports.js';

/** Entries of some buckets. */
export type HeldBuckets = Pick<ReadonlyMap<number, readonly BucketEntry[]>, 'get' | 'has'>;

/** What one block has overwritten. A value that nobody had read is undefined: it cannot be shown as it was. */
export interface BlockUndo {
  readonly height: number;
  readonly values: ReadonlyMap<string, Uint8Array | null | undefined>;
  readonly buckets: HeldBuckets;
  /** Of the same buckets: gone through seldom, and kept as few bytes. */
  readonly bucketHashes: Iterable<readonly [number, Hash]>;
}

/** What blocks have overwritten: of each key and bucket what the first of them found. */
export interface Undone extends Omit<BlockUndo, 'height'> {
  readonly bucketHashes: ReadonlyMap<number, Hash>;
}

/** Hashes with their buckets, made when they are gone through. */
export const hashesByBucket = ({ buckets, hashes }: BucketHashes): Iterable<readonly [number, Hash]> => ({
  *[Symbol.iterator]() {
    for (const [i, bucket] of buckets.entries()) yield [bucket, asHash(hashes.slice(32 * i, 32 * i + 32))] as const;
  }
});

/**
 * What the blocks after the last checkpoint have overwritten, in memory: proofs are about the checkpoint while blocks go on.
 * Invariant: holds every executed block above `floor`, also those that are not durable yet.
 */
export class UndoJournal {
  #undos: readonly BlockUndo[] = [];
  #floor: number;
  #needed: number;
  readonly #pinned = new Map<number, number>();

  /** `height`: of the last executed block; nothing is known of what earlier ones overwrote. */
  constructor(height: number) {
    this.#floor = height;
    this.#needed = height;
  }

  add(undo: BlockUndo): void {
    this.#undos = [...this.#undos, undo];
    if (this.#undos.length > ENGINE_LIMITS.undoBlocks) this.#drop(this.#undos[0]?.height ?? this.#floor);
  }

  /** The lowest height whose state can still be shown. */
  get floor(): number {
    return this.#floor;
  }

  /** The lowest height that is kept for others than those who have pinned one. */
  get needed(): number {
    return Math.max(this.#floor, this.#needed);
  }

  /** Whether the state after the block of this height can still be shown. */
  covers(height: number): boolean {
    return height >= this.#floor;
  }

  /** Nothing below this height will be asked for, but by those who have pinned it. */
  forget(height: number): void {
    this.#needed = Math.max(this.#needed, height);
    this.#drop(Math.min(height, ...this.#pinned.keys()));
  }

  /** Keeps what the state after this height needs; returns the release. */
  pin(height: number): () => void {
    this.#pinned.set(height, (this.#pinned.get(height) ?? 0) + 1);
    return () => {
      const left = (this.#pinned.get(height) ?? 0) - 1;
      if (left > 0) return void this.#pinned.set(height, left);
      this.#pinned.delete(height);
      this.forget(this.#needed);
    };
  }

  /** What has been overwritten since. */
  since(height: number): Undone {
    const values = new Map<string, Uint8Array | null | undefined>();
    const bucketHashes = new Map<number, Hash>();
    const undos = this.#undos.filter((one) => one.height > height);
    for (const undo of undos) {
      for (const [key, value] of undo.values) if (!values.has(key)) values.set(key, value);
      for (const [bucket, hash] of undo.bucketHashes) if (!bucketHashes.has(bucket)) bucketHashes.set(bucket, hash);
    }
    return { values, buckets: oldest(undos), bucketHashes };
  }

  #drop(height: number): void {
    this.#undos = this.#undos.filter((undo) => undo.height > height);
    this.#floor = Math.max(this.#floor, height);
  }
}

/** Of each bucket what the first of these blocks found that touched it. Few are asked for: they are looked for then. */
function oldest(undos: readonly BlockUndo[]): HeldBuckets {
  return {
    has: (bucket) => undos.some(({ buckets }) => buckets.has(bucket)),
    get: (bucket) => undos.find(({ buckets }) => buckets.has(bucket))?.buckets.get(bucket)
  };
}
