import { assert, InvariantError } from '@lading/kernel';
import { BoundedMap } from '../boundedMap.js';
import { ENGINE_LIMITS } from '../limits.js';

/** Reads the values of keys that exist; a key without a value is absent from the answer. */
export type ReadValues = (keys: readonly string[]) => Promise<ReadonlyMap<string, Uint8Array>>;

/** What a cached entry costs beside its value: key, slots of the map, array, and its memory outside of the heap. Measured. */
const CACHE_ENTRY_BYTES = 600;

/**
 * State of a group of blocks while it is being executed: what the database holds, overlaid with everything the group
 * has written. Keys are loaded before they are read; reading another key is our bug.
 */
export class WorkingState {
  /** Current values of every loaded key. */
  readonly #values = new Map<string, Uint8Array | null>();
  /** Values at the start of the current block of the keys it has written; undefined = never read. */
  #before = new Map<string, Uint8Array | null | undefined>();
  /** Values as of the last durable group. Only this class writes it, so it never holds an older value. */
  readonly #cache = new BoundedMap<string, Uint8Array | null>(
    ENGINE_LIMITS.cachedValueBytes,
    (value) => CACHE_ENTRY_BYTES + (value?.length ?? 0)
  );

  constructor(private readonly read: ReadValues) {}

  /** Value in the last durable state when it happens to be in memory; undefined when it does not. */
  cached(key: string): Uint8Array | null | undefined {
    return this.#cache.get(key);
  }

  isLoaded(key: string): boolean {
    return this.#values.has(key);
  }

  /** One query for all keys that neither this group nor the cache knows. */
  async load(keys: Iterable<string>): Promise<void> {
    const missing: string[] = [];
    for (const key of keys) {
      if (this.#values.has(key)) continue;
      const cached = this.#cache.get(key);
      if (cached === undefined) missing.push(key);
      else this.#values.set(key, cached);
    }
    if (missing.length === 0) return;
    const found = await this.read(missing);
    for (const key of missing) this.#values.set(key, found.get(key) ?? null);
  }

  get(key: string): Uint8Array | null {
    const value = this.#values.get(key);
    if (value === undefined) throw new InvariantError(`state key read before it was loaded: ${key}`);
    return value;
  }

  set(key: string, value: Uint8Array | null): void {
    const current = this.get(key);
    if (!this.#before.has(key)) this.#before.set(key, current);
    this.#values.set(key, value);
  }

  /** Like `set` for a key whose value nobody needs to know; always counts as a change. */
  overwrite(key: string, value: Uint8Array | null): void {
    if (!this.#before.has(key)) this.#before.set(key, this.#values.get(key));
    this.#values.set(key, value);
  }

  /** Whether the present block has written any of the keys. */
  hasWritten(keys: Iterable<string>): boolean {
    for (const key of keys) if (this.#before.has(key)) return true;
    return false;
  }

  /**
   * Values at the start of the block of the keys that it has written; undefined where nobody has read it. Stays as it is
   * when the block ends.
   */
  overwritten(): ReadonlyMap<string, Uint8Array | null | undefined> {
    return this.#before;
  }

  /** The last write per key of the block, without those that change nothing, in key order; starts the next block. */
  endBlock(): { readonly key: string; readonly value: Uint8Array | null }[] {
    const changes: { key: string; value: Uint8Array | null }[] = [];
    for (const [key, before] of this.#before) {
      const value = this.get(key);
      if (before === undefined || !sameValue(before, value)) changes.push({ key, value });
    }
    this.#before = new Map();
    return changes.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** Everything the group wrote is durable: later groups read it from the database or the cache. */
  endGroup(): void {
    assert(this.#before.size === 0, 'a group ends after its last block');
    for (const [key, value] of this.#values) this.#cache.set(key, value);
    this.#values.clear();
  }
}

function sameValue(a: Uint8Array | null, b: Uint8Array | null): boolean {
  if (a === null || b === null) return a === b;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
