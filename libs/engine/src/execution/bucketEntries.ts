import { compareBytes } from '@lading/kernel';
import { BoundedMap } from '../boundedMap.js';
import { ENGINE_LIMITS } from '../limits.js';
import type { BucketEntry, StateChange } from '../ports.js';

/** Reads whole buckets; a bucket without entries is absent from the answer. */
export type ReadBuckets = (buckets: readonly number[]) => Promise<ReadonlyMap<number, readonly BucketEntry[]>>;

/** Index of keyHash in ascending entries, or where it would be inserted. */
function lowerBound(entries: readonly BucketEntry[], keyHash: Uint8Array): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const entry = entries[middle];
    if (entry !== undefined && compareBytes(entry.keyHash, keyHash) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The entries after one change: strictly ascending by keyHash. */
export function changedEntries(entries: readonly BucketEntry[], change: StateChange): readonly BucketEntry[] {
  const at = lowerBound(entries, change.keyHash);
  const held = entries[at];
  const replaces = held !== undefined && compareBytes(held.keyHash, change.keyHash) === 0 ? 1 : 0;
  const { keyHash, valueHash } = change;
  return valueHash === null
    ? entries.toSpliced(at, replaces)
    : entries.toSpliced(at, replaces, { keyHash, valueHash });
}

/** Entries of the buckets that the blocks being executed touch: the database's, overlaid with the group's changes. */
export class BucketEntries {
  readonly #current = new Map<number, readonly BucketEntry[]>();
  readonly #cache = new BoundedMap<number, readonly BucketEntry[]>(ENGINE_LIMITS.cachedBuckets);

  constructor(private readonly read: ReadBuckets) {}

  /**
   * Applies a block's changes, with one query for the buckets not in memory. Returns the touched buckets' entries; `before`
   * takes those that they had.
   */
  async apply(
    changes: readonly StateChange[],
    before: Map<number, readonly BucketEntry[]> = new Map()
  ): Promise<ReadonlyMap<number, readonly BucketEntry[]>> {
    const missing = new Set<number>();
    for (const { bucket } of changes) {
      if (this.#current.has(bucket)) continue;
      const cached = this.#cache.get(bucket);
      if (cached === undefined) missing.add(bucket);
      else this.#current.set(bucket, cached);
    }
    if (missing.size > 0) {
      const found = await this.read([...missing]);
      for (const bucket of missing) this.#current.set(bucket, found.get(bucket) ?? []);
    }
    const touched = new Map<number, readonly BucketEntry[]>();
    for (const change of changes) {
      const held = this.#current.get(change.bucket) ?? [];
      if (!before.has(change.bucket)) before.set(change.bucket, held);
      const entries = changedEntries(held, change);
      this.#current.set(change.bucket, entries);
      touched.set(change.bucket, entries);
    }
    return touched;
  }

  /** The group is durable. */
  endGroup(): void {
    for (const [bucket, entries] of this.#current) this.#cache.set(bucket, entries);
    this.#current.clear();
  }
}
