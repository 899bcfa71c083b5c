import type { Hash } from '@lading/kernel';
import { asHash, assert } from '@lading/kernel';
import type { StateEntry } from './stateHashes.js';

/** All entries of some buckets: keyHash ‖ valueHash of each, strictly ascending within a bucket, `counts` of them for each number. */
export interface BucketLeaves {
  readonly buckets: Uint32Array;
  readonly counts: Uint32Array;
  readonly entries: Uint8Array;
}

/** Of an entry, keyHash ‖ valueHash: those of its leaf and of a node, after the prefix. */
export const ENTRY_BYTES = 64;
const ENTRY_WORDS = 16;
const HASH_BYTES = 32;

/**
 * Entries of many buckets in one piece of memory, strictly ascending within a bucket: a map from the number of a bucket to its
 * entries, which are made when they are asked for. Objects for each entry would take five times the memory, and most of
 * the time between a database's row and the hash.
 */
export class PackedBuckets implements ReadonlyMap<number, readonly StateEntry[]> {
  #size = 0;
  #numbers = new Uint32Array(16);
  /** Of each bucket: its first entry and how many there are. */
  #starts = new Uint32Array(16);
  #counts = new Uint32Array(16);
  #words: Uint32Array;
  #bytes: Uint8Array;
  #end = 0;
  /** Whether buckets lie one after the other, in their order. */
  #endToEnd = true;
  #places: Map<number, number> | null = null;

  /** `entries`: room for so many at first. */
  constructor(entries = 16) {
    this.#words = new Uint32Array(ENTRY_WORDS * entries);
    this.#bytes = new Uint8Array(this.#words.buffer);
  }

  /** The same buckets packed; asserts nothing of their order. */
  static of(buckets: ReadonlyMap<number, readonly StateEntry[]>): PackedBuckets {
    if (buckets instanceof PackedBuckets) return buckets;
    const packed = new PackedBuckets(2 * buckets.size);
    for (const [bucket, entries] of buckets) {
      packed.add(bucket);
      for (const { keyHash, valueHash } of entries) packed.#insert(packed.#end, keyHash, valueHash);
    }
    return packed;
  }

  get size(): number {
    return this.#size;
  }

  has(bucket: number): boolean {
    return this.placeOf(bucket) >= 0;
  }

  get(bucket: number): readonly StateEntry[] | undefined {
    const place = this.placeOf(bucket);
    return place < 0 ? undefined : this.#entriesAt(place);
  }

  *entries(): MapIterator<[number, readonly StateEntry[]]> {
    for (let place = 0; place < this.#size; place++) yield [this.#numbers[place] as number, this.#entriesAt(place)];
  }

  keys(): MapIterator<number> {
    return this.#numbers.subarray(0, this.#size).values();
  }

  *values(): MapIterator<readonly StateEntry[]> {
    for (let place = 0; place < this.#size; place++) yield this.#entriesAt(place);
  }

  [Symbol.iterator](): MapIterator<[number, readonly StateEntry[]]> {
    return this.entries();
  }

  forEach(each: (entries: readonly StateEntry[], bucket: number, map: ReadonlyMap<number, readonly StateEntry[]>) => void): void {
    for (const [bucket, entries] of this) each(entries, bucket, this);
  }

  /** Where a bucket stands among the others; −1 when it is not here. */
  placeOf(bucket: number): number {
    let places = this.#places;
    if (places === null) {
      places = new Map();
      for (let place = 0; place < this.#size; place++) places.set(this.#numbers[place] as number, place);
      this.#places = places;
    }
    return places.get(bucket) ?? -1;
  }

  /** Entries that room was taken for, in all buckets and by what was moved: what this costs. */
  get held(): number {
    return this.#end;
  }

  /** All of them as they are hashed. A view: of what is here now, for as long as nothing is changed. */
  leaves(): BucketLeaves {
    assert(this.#endToEnd, 'PackedBuckets: buckets were moved');
    return {
      buckets: this.#numbers.slice(0, this.#size),
      counts: this.#counts.subarray(0, this.#size),
      entries: this.#bytes.subarray(0, ENTRY_BYTES * this.#end)
    };
  }

  /** Begins another bucket, which is not here, without entries. */
  add(bucket: number): void {
    if (this.#size === this.#numbers.length) {
      [this.#numbers, this.#starts, this.#counts] = [grown(this.#numbers), grown(this.#starts), grown(this.#counts)];
    }
    const place = this.#size++;
    this.#numbers[place] = bucket;
    this.#starts[place] = this.#end;
    this.#counts[place] = 0;
    this.#places?.set(bucket, place);
  }

  /** Begins another bucket with the entries that it has elsewhere; without any where `place` is −1. */
  addFrom(bucket: number, source: PackedBuckets, place: number): void {
    this.add(bucket);
    if (place >= 0) this.#copy(this.#size - 1, source, place);
  }

  /** Gives a bucket the entries that it has elsewhere, none where `from` is −1, whether it is here or not. */
  put(bucket: number, source: PackedBuckets, from: number): void {
    const place = this.placeOf(bucket);
    if (place < 0 || from < 0) return this.addFrom(bucket, source, from);
    this.#endToEnd = false;
    if ((source.#counts[from] as number) > (this.#counts[place] as number)) this.#starts[place] = this.#end;
    this.#copy(place, source, from);
  }

  /** Adds an entry behind all others of the last bucket, as it lies in `source`. False where that is not its place. */
  append(source: Uint8Array, at: number): boolean {
    const end = this.#end;
    this.#reserve(end + 1);
    for (let i = 0; i < ENTRY_BYTES; i++) this.#bytes[ENTRY_BYTES * end + i] = source[at + i] as number;
    const count = this.#counts[this.#size - 1] as number;
    if (count > 0 && this.#order(end - 1, this.#bytes, ENTRY_BYTES * end) >= 0) return false;
    this.#counts[this.#size - 1] = count + 1;
    this.#end = end + 1;
    return true;
  }

  /** Changes one entry of the last bucket: to this hash of its value, or, where that is null, to none. */
  changeLast(keyHash: Uint8Array, valueHash: Uint8Array | null): void {
    const place = this.#size - 1;
    let low = this.#starts[place] as number;
    let high = this.#end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#order(middle, keyHash, 0) < 0) low = middle + 1;
      else high = middle;
    }
    const isHeld = low < this.#end && this.#order(low, keyHash, 0) === 0;
    if (valueHash === null) {
      if (isHeld) this.#delete(low);
    } else if (isHeld) writeHash(this.#bytes, ENTRY_BYTES * low + HASH_BYTES, valueHash);
    else this.#insert(low, keyHash, valueHash);
  }

  #copy(place: number, source: PackedBuckets, from: number): void {
    const count = source.#counts[from] as number;
    const start = this.#starts[place] as number;
    this.#counts[place] = count;
    this.#reserve(start + count);
    this.#end = Math.max(this.#end, start + count);
    const first = ENTRY_WORDS * (source.#starts[from] as number);
    const [words, read] = [this.#words, source.#words];
    for (let i = 0; i < ENTRY_WORDS * count; i++) words[ENTRY_WORDS * start + i] = read[first + i] as number;
  }

  #insert(at: number, keyHash: Uint8Array, valueHash: Uint8Array): void {
    const place = this.#size - 1;
    this.#reserve(this.#end + 1);
    this.#words.copyWithin(ENTRY_WORDS * (at + 1), ENTRY_WORDS * at, ENTRY_WORDS * this.#end);
    writeHash(this.#bytes, ENTRY_BYTES * at, keyHash);
    writeHash(this.#bytes, ENTRY_BYTES * at + HASH_BYTES, valueHash);
    this.#end += 1;
    this.#counts[place] = (this.#counts[place] as number) + 1;
  }

  #delete(at: number): void {
    const place = this.#size - 1;
    this.#words.copyWithin(ENTRY_WORDS * at, ENTRY_WORDS * (at + 1), ENTRY_WORDS * this.#end);
    this.#end -= 1;
    this.#counts[place] = (this.#counts[place] as number) - 1;
  }

  /** Order of an entry's key hash and another that lies in `other`. */
  #order(entry: number, other: Uint8Array, at: number): number {
    const bytes = this.#bytes;
    for (let i = 0; i < HASH_BYTES; i++) {
      const difference = (bytes[ENTRY_BYTES * entry + i] as number) - (other[at + i] as number);
      if (difference !== 0) return difference;
    }
    return 0;
  }

  #entriesAt(place: number): StateEntry[] {
    const first = ENTRY_BYTES * (this.#starts[place] as number);
    // Copies: an entry that is kept must not keep all others.
    const part = (at: number): Hash => asHash(this.#bytes.slice(at, at + HASH_BYTES));
    return Array.from({ length: this.#counts[place] as number }, (_, i) => {
      const at = first + ENTRY_BYTES * i;
      return { keyHash: part(at), valueHash: part(at + HASH_BYTES) };
    });
  }

  #reserve(entries: number): void {
    if (ENTRY_WORDS * entries <= this.#words.length) return;
    const words = new Uint32Array(ENTRY_WORDS * Math.max(entries, 16, Math.ceil((3 * this.#end) / 2)));
    words.set(this.#words.subarray(0, ENTRY_WORDS * this.#end));
    this.#words = words;
    this.#bytes = new Uint8Array(words.buffer);
  }
}

function grown(words: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * words.length);
  larger.set(words);
  return larger;
}

function writeHash(out: Uint8Array, at: number, hash: Uint8Array): void {
  for (let i = 0; i < HASH_BYTES; i++) out[at + i] = hash[i] as number;
}
