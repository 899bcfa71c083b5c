import { PackedBuckets } from '@lading/ledger';
import { ENGINE_LIMITS } from '../limits.js';
import type { BucketEntry, StateChange } from '../ports.js';

/** Reads whole buckets; a bucket without entries is absent from the answer. */
export type ReadBuckets = (buckets: readonly number[]) => Promise<ReadonlyMap<number, readonly BucketEntry[]>>;

/**
 * Entries of the buckets that the blocks being executed touch: the database's, overlaid with the group's changes. They stay
 * for later groups in two generations, of which the older one goes as a whole.
 */
export class BucketEntries {
  /** Has all that the group has touched. */
  #young = new PackedBuckets();
  #old = new PackedBuckets();

  constructor(private readonly read: ReadBuckets) {}

  /**
   * Applies a block's changes, with one query for the buckets not in memory. Returns the touched buckets' entries; `before`,
   * empty, takes those that they had.
   */
  async apply(changes: readonly StateChange[], before: PackedBuckets = new PackedBuckets()): Promise<PackedBuckets> {
    await this.#load(changes);
    const young = this.#young;
    const touched = new PackedBuckets(2 * changes.length);
    const { first, next } = byBucket(changes);
    for (const head of first) {
      const { bucket } = changes[head] as StateChange;
      const place = young.placeOf(bucket);
      before.addFrom(bucket, young, place);
      touched.addFrom(bucket, young, place);
      for (let i = head; i >= 0; i = next[i] as number) {
        const { keyHash, valueHash } = changes[i] as StateChange;
        touched.changeLast(keyHash, valueHash);
      }
      young.put(bucket, touched, touched.size - 1);
    }
    return touched;
  }

  async #load(changes: readonly StateChange[]): Promise<void> {
    let missing: Set<number> | null = null;
    for (const { bucket } of changes) {
      if (this.#young.has(bucket)) continue;
      const place = this.#old.placeOf(bucket);
      if (place >= 0) this.#young.addFrom(bucket, this.#old, place);
      else (missing ??= new Set()).add(bucket);
    }
    if (missing === null) return;
    const found = PackedBuckets.of(await this.read([...missing]));
    for (const bucket of missing) this.#young.put(bucket, found, found.placeOf(bucket));
  }

  /** The group is durable. */
  endGroup(): void {
    if (Math.max(2 * this.#young.size, this.#young.held) < ENGINE_LIMITS.cachedBuckets) return;
    this.#old = this.#young;
    this.#young = new PackedBuckets(this.#old.held);
  }
}

/** Changes by their buckets, which come in the order of their first ones: that, and after each change the bucket's next. */
function byBucket(changes: readonly StateChange[]): { readonly first: readonly number[]; readonly next: Int32Array } {
  const first: number[] = [];
  const next = new Int32Array(changes.length).fill(-1);
  const last = new Map<number, number>();
  for (let i = 0; i < changes.length; i++) {
    const { bucket } = changes[i] as StateChange;
    const before = last.get(bucket);
    if (before === undefined) first.push(i);
    else next[before] = i;
    last.set(bucket, i);
  }
  return { first, next };
}
