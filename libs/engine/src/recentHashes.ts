import { assert } from '@lading/kernel';

const HASH_BYTES = 32;

/** Hashes one after the other, found over a table of their numbers; a free place is 0. Takes no more memory as it fills. */
class HashTable {
  readonly #bytes: Uint8Array;
  /** At most half full, so a search ends soon. */
  readonly #places: Uint32Array;
  #count = 0;

  constructor(private readonly capacity: number) {
    this.#bytes = new Uint8Array(capacity * HASH_BYTES);
    this.#places = new Uint32Array(2 ** Math.ceil(Math.log2(2 * capacity)));
  }

  get isFull(): boolean {
    return this.#count === this.capacity;
  }

  has(hash: Uint8Array): boolean {
    return this.#places[this.#placeOf(hash)] !== 0;
  }

  add(hash: Uint8Array): void {
    this.#bytes.set(hash, this.#count * HASH_BYTES);
    this.#places[this.#placeOf(hash)] = this.#count += 1;
  }

  clear(): void {
    this.#places.fill(0);
    this.#count = 0;
  }

  /** Where the hash is, or the free place that a search for it ends at. */
  #placeOf(hash: Uint8Array): number {
    const mask = this.#places.length - 1;
    let place = (hash[0] as number) | ((hash[1] as number) << 8) | ((hash[2] as number) << 16);
    for (place &= mask; this.#places[place] !== 0; place = (place + 1) & mask) {
      if (this.#isAt(((this.#places[place] as number) - 1) * HASH_BYTES, hash)) return place;
    }
    return place;
  }

  #isAt(at: number, hash: Uint8Array): boolean {
    for (let i = 0; i < HASH_BYTES; i++) if (this.#bytes[at + i] !== hash[i]) return false;
    return true;
  }
}

/**
 * Remembers at least the newest `capacity / 2` SHA-256 hashes and at most `capacity`: in two generations, of which the older
 * one goes as a whole. Lies in flat memory, 42 to 52 bytes a hash, taken once: as texts in a map they cost twice that, and every
 * collection of garbage passes over them.
 */
export class RecentHashes {
  readonly #half: number;
  /** Made when the first hash comes. */
  #young: HashTable | null = null;
  #old: HashTable | null = null;

  constructor(capacity: number) {
    this.#half = Math.ceil(capacity / 2);
  }

  has(hash: Uint8Array): boolean {
    return this.#young?.has(hash) === true || this.#old?.has(hash) === true;
  }

  add(hash: Uint8Array): void {
    assert(hash.length === HASH_BYTES, 'RecentHashes: a hash');
    const young = (this.#young ??= new HashTable(this.#half));
    if (young.has(hash)) return;
    if (!young.isFull) return young.add(hash);
    const next = this.#old ?? new HashTable(this.#half);
    next.clear();
    next.add(hash);
    this.#old = young;
    this.#young = next;
  }

  clear(): void {
    this.#young?.clear();
    this.#old?.clear();
  }
}
