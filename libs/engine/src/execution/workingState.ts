import { assert, InvariantError } from '@lading/kernel';
import { ENGINE_LIMITS } from '../limits.js';

/** Reads the values of keys that exist; a key without a value is absent from the answer. */
export type ReadValues = (keys: readonly string[]) => Promise<ReadonlyMap<string, Uint8Array>>;

/** What a held entry costs beside its value: key, slots of the map, array, and its memory outside of the heap. Measured. */
const ENTRY_BYTES = 600;

/** A key of state that is or was worked on. */
class Entry {
  /** As executed so far; undefined: nobody has read it. */
  value: Uint8Array | null | undefined = undefined;
  /** As of the last durable group. Only this file writes it, so it is never an older value. */
  durable: Uint8Array | null | undefined = undefined;
  /** At the start of the current block, where that has written it. */
  before: Uint8Array | null | undefined = undefined;
  isWritten = false;
  /** What it weighs in the younger generation so far. */
  bytes = 0;
  /** Whether the group that is being executed has asked for it. */
  isOpen = false;

  constructor(readonly key: string) {}
}

/**
 * State of a group of blocks while it is being executed: what the database holds, overlaid with everything the group
 * has written. Keys are loaded before they are read; reading another key is our bug. What a group has asked for stays for
 * later ones: in two generations, of which the older one goes as a whole once the younger one weighs half of what may be held.
 */
export class WorkingState {
  /** Every open entry is among these. */
  #young = new Map<string, Entry>();
  #old = new Map<string, Entry>();
  #youngBytes = 0;
  /** Entries that the group has asked for. */
  readonly #open: Entry[] = [];
  /** Entries that the current block has written. */
  #written: Entry[] = [];

  constructor(private readonly read: ReadValues) {}

  /** Value in the last durable state when it happens to be in memory; undefined when it does not. */
  cached(key: string): Uint8Array | null | undefined {
    return (this.#young.get(key) ?? this.#old.get(key))?.durable;
  }

  isLoaded(key: string): boolean {
    const entry = this.#young.get(key);
    return entry !== undefined && entry.isOpen && entry.value !== undefined;
  }

  /** One query for all keys that neither this group nor an earlier one knows. */
  async load(keys: Iterable<string>): Promise<void> {
    const missing: Entry[] = [];
    for (const key of keys) {
      const entry = this.#young.get(key);
      if (entry?.isOpen === true) continue;
      const opened = this.#opened(key, entry);
      if (opened.value === undefined) missing.push(opened);
    }
    if (missing.length === 0) return;
    const found = await this.read(missing.map(({ key }) => key));
    for (const entry of missing) entry.value = entry.durable = found.get(entry.key) ?? null;
  }

  get(key: string): Uint8Array | null {
    const entry = this.#young.get(key);
    if (entry === undefined || !entry.isOpen || entry.value === undefined) {
      throw new InvariantError(`state key read before it was loaded: ${key}`);
    }
    return entry.value;
  }

  set(key: string, value: Uint8Array | null): void {
    const entry = this.#young.get(key);
    if (entry === undefined || !entry.isOpen || entry.value === undefined) {
      throw new InvariantError(`state key written before it was loaded: ${key}`);
    }
    this.#put(entry, value);
  }

  /** Like `set` for a key whose value nobody needs to know; always counts as a change. */
  overwrite(key: string, value: Uint8Array | null): void {
    const entry = this.#young.get(key);
    this.#put(entry?.isOpen === true ? entry : this.#opened(key, entry), value);
  }

  #put(entry: Entry, value: Uint8Array | null): void {
    if (!entry.isWritten) {
      entry.isWritten = true;
      entry.before = entry.value;
      this.#written.push(entry);
    }
    entry.value = value;
  }

  #opened(key: string, young: Entry | undefined): Entry {
    const entry = young ?? this.#old.get(key) ?? new Entry(key);
    if (young === undefined) {
      this.#young.set(key, entry);
      entry.bytes = 0;
    }
    entry.isOpen = true;
    this.#open.push(entry);
    return entry;
  }

  /** Whether the present block has written any of the keys. */
  hasWritten(keys: Iterable<string>): boolean {
    for (const key of keys) if (this.#young.get(key)?.isWritten === true) return true;
    return false;
  }

  /**
   * Values at the start of the block of the keys that it has written; undefined where nobody has read it. Stays as it is
   * when the block ends.
   */
  overwritten(): ReadonlyMap<string, Uint8Array | null | undefined> {
    const before = new Map<string, Uint8Array | null | undefined>();
    for (const entry of this.#written) before.set(entry.key, entry.before);
    return before;
  }

  /** The last write per key of the block, without those that change nothing, in key order; starts the next block. */
  endBlock(): { readonly key: string; readonly value: Uint8Array | null }[] {
    const changes: { key: string; value: Uint8Array | null }[] = [];
    for (const entry of this.#written) {
      const { key, before, value } = entry;
      assert(value !== undefined, 'a written value is known');
      if (before === undefined || !sameValue(before, value)) changes.push({ key, value });
      entry.before = undefined;
      entry.isWritten = false;
    }
    this.#written = [];
    return changes.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** Everything the group wrote is durable: later groups read it from the database or from what is held. */
  endGroup(): void {
    assert(this.#written.length === 0, 'a group ends after its last block');
    for (const entry of this.#open) {
      entry.durable = entry.value;
      entry.isOpen = false;
      const bytes = ENTRY_BYTES + (entry.value?.length ?? 0);
      this.#youngBytes += bytes - entry.bytes;
      entry.bytes = bytes;
    }
    this.#open.length = 0;
    if (2 * this.#youngBytes < ENGINE_LIMITS.cachedValueBytes) return;
    this.#old = this.#young;
    this.#young = new Map();
    this.#youngBytes = 0;
  }
}

function sameValue(a: Uint8Array | null, b: Uint8Array | null): boolean {
  if (a === null || b === null) return a === b;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
