import { compareBytes } from '@lading/kernel';
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

/**
 * Entries of the buckets that the blocks being executed touch: the database's, overlaid with the group's changes. They stay
 * for later groups in two generations, of which the older one goes as a whole.
 */
export class BucketEntries {
  /** Has all that the group has touched. */
  #young = new Map<number, readonly BucketEntry[]>();
  #old = new Map<number, readonly BucketEntry[]>();

  constructor(private readonly read: ReadBuckets) {}

  /**
   * Applies a block's changes, with one query for the buckets not in memory. Returns the touched buckets' entries; `before`
   * takes those that they had.
   */
  async apply(
    changes: readonly StateChange[],
    before: Map<number, readonly BucketEntry[]> = new Map()
  ): Promise<ReadonlyMap<number, readonly BucketEntry[]>> {
    await this.#load(changes);
    const touched = new Map<number, readonly BucketEntry[]>();
    for (const change of changes) {
      const { bucket } = change;
      const changed = touched.get(bucket);
      const held = changed ?? this.#young.get(bucket) ?? [];
      if (changed === undefined && !before.has(bucket)) before.set(bucket, held);
      touched.set(bucket, changedEntries(held, change));
    }
    for (const [bucket, entries] of touched) this.#young.set(bucket, entries);
    return touched;
  }

  async #load(changes: readonly StateChange[]): Promise<void> {
    let missing: Set<number> | null = null;
    for (const { bucket } of changes) {
      if (this.#young.has(bucket)) continue;
      const old = this.#old.get(bucket);
      if (old !== undefined) this.#young.set(bucket, old);
      else (missing ??= new Set()).add(bucket);
    }
    if (missing === null) return;
    const found = await this.read([...missing]);
    for (const bucket of missing) this.#young.set(bucket, found.get(bucket) ?? []);
  }

  /** The group is durable. */
  endGroup(): void {
    if (2 * this.#young.size < ENGINE_LIMITS.cachedBuckets) return;
    this.#old = this.#young;
    this.#young = new Map();
  }
}
