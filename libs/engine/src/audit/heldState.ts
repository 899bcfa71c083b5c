import { asHash, assert, decodeUtf8, encodeUtf8 } from '@lading/kernel';
import type { Hash, Sha256 } from '@lading/kernel';
import { bucketOf, ENTRY_BYTES, keyHash } from '@lading/ledger';
import type { BucketLeaves } from '@lading/ledger';
import type { StateChange } from '../ports.js';
import { Arena } from './arena.js';

/** A state entry with everything that is derived from it. */
export type HeldValue = StateChange & { readonly value: Uint8Array; readonly valueHash: Hash };

const HASH_BYTES = 32;
/** Of a record: words for the next record of the bucket, the sizes of key and value, units and mark; then two hashes. */
const NEXT = 0;
const KEY_SIZE = 1;
const VALUE_SIZE = 2;
const UNITS = 3;
const KEY_HASH_AT = 16;
const VALUE_HASH_AT = KEY_HASH_AT + HASH_BYTES;
const KEY_AT = VALUE_HASH_AT + HASH_BYTES;
const MARK = 0x8000_0000;
const NONE = 0;

/**
 * The whole state in flat memory, for an auditor who has no database of his own to write to. An entry takes 80 bytes beside
 * its key and value, rounded up to 16; a bucket takes four. As objects the same entries would take five times the memory.
 * Entries of a bucket are chained, ascending by key hash: the buckets are the index of keys, too.
 */
export class HeldState {
  readonly #arena = new Arena();
  /** First record of each bucket. */
  readonly #first: Uint32Array;
  #size = 0;

  constructor(
    private readonly depth: number,
    private readonly sha256: Sha256
  ) {
    this.#first = new Uint32Array(2 ** depth);
  }

  /** Number of entries. */
  get size(): number {
    return this.#size;
  }

  /** Memory of all entries. */
  get bytes(): number {
    return this.#arena.bytes + this.#first.byteLength;
  }

  /** The value of the key with this hash, where it lies: good until the entry changes. Undefined when there is none. */
  value(hash: Hash): Uint8Array | undefined {
    const here = this.#find(hash);
    return here === NONE ? undefined : this.#value(here);
  }

  /** The entry, with its value where it lies, is marked: `unmarked` gives those that were never asked for. */
  mark(key: string): HeldValue | undefined {
    const hash = keyHash(key, this.sha256);
    const bucket = bucketOf(hash, this.depth);
    const here = this.#find(hash);
    if (here === NONE) return undefined;
    this.#setWord(here, UNITS, (this.#word(here, UNITS) | MARK) >>> 0);
    return { key, keyHash: hash, bucket, value: this.#value(here), valueHash: asHash(this.#hash(here, VALUE_HASH_AT)) };
  }

  apply({ key, keyHash: hash, bucket, value, valueHash }: StateChange): void {
    const { before, here, isHeld } = this.#search(hash);
    if (value === null || valueHash === null) {
      if (!isHeld) return;
      this.#link(bucket, before, this.#word(here, NEXT));
      this.#free(here);
      this.#size -= 1;
      return;
    }
    const keyBytes = utf8(key);
    const keySize = keyBytes?.length ?? key.length;
    const units = Arena.unitsFor(KEY_AT + keySize + value.length);
    const next = isHeld ? this.#word(here, NEXT) : here;
    let place = here;
    if (!isHeld || this.#units(here) !== units) {
      if (isHeld) this.#free(here);
      else this.#size += 1;
      place = this.#arena.take(units);
      this.#link(bucket, before, place);
    }
    this.#setWord(place, NEXT, next);
    this.#setWord(place, KEY_SIZE, keySize);
    this.#setWord(place, VALUE_SIZE, value.length);
    this.#setWord(place, UNITS, units);
    const { bytes } = this.#arena.page(place);
    const at = Arena.offset(place);
    bytes.set(hash, at + KEY_HASH_AT);
    bytes.set(valueHash, at + VALUE_HASH_AT);
    if (keyBytes !== null) bytes.set(keyBytes, at + KEY_AT);
    else for (let i = 0; i < keySize; i++) bytes[at + KEY_AT + i] = key.charCodeAt(i);
    bytes.set(value, at + KEY_AT + keySize);
  }

  /** The entries of some buckets, as they are hashed. */
  leaves(buckets: Uint32Array): BucketLeaves {
    const counts = new Uint32Array(buckets.length);
    let total = 0;
    for (let i = 0; i < buckets.length; i++) {
      let count = 0;
      for (let here = this.#first[buckets[i] as number] as number; here !== NONE; here = this.#word(here, NEXT)) count += 1;
      counts[i] = count;
      total += count;
    }
    const words = new Uint32Array((total * ENTRY_BYTES) / 4);
    let to = 0;
    for (let i = 0; i < buckets.length; i++) {
      for (let here = this.#first[buckets[i] as number] as number; here !== NONE; here = this.#word(here, NEXT)) {
        const page = this.#arena.page(here).words;
        // keyHash and valueHash lie side by side.
        const from = (Arena.offset(here) + KEY_HASH_AT) / 4;
        for (let word = 0; word < ENTRY_BYTES / 4; word++) words[to + word] = page[from + word] as number;
        to += ENTRY_BYTES / 4;
      }
    }
    return { buckets, counts, entries: new Uint8Array(words.buffer) };
  }

  /** Every entry, in the order of key hashes. */
  *entries(): Generator<{ readonly key: string; readonly value: Uint8Array }> {
    for (const here of this.#records()) yield { key: this.#key(here), value: this.#value(here) };
  }

  /** Keys of the entries that nobody has marked. */
  *unmarked(): Generator<string> {
    for (const here of this.#records()) if ((this.#word(here, UNITS) & MARK) === 0) yield this.#key(here);
  }

  *#records(): Generator<number> {
    for (let first of this.#first) for (; first !== NONE; first = this.#word(first, NEXT)) yield first;
  }

  /** The record of a key hash, or none. */
  #find(hash: Uint8Array): number {
    for (let here = this.#first[bucketOf(hash, this.depth)] as number; here !== NONE; here = this.#word(here, NEXT)) {
      const order = this.#compare(here, hash);
      if (order === 0) return here;
      if (order > 0) return NONE;
    }
    return NONE;
  }

  /** The record of a key hash, or the one that follows it, and the one before. */
  #search(hash: Uint8Array): { readonly before: number; readonly here: number; readonly isHeld: boolean } {
    let before = NONE;
    let here = this.#first[bucketOf(hash, this.depth)] ?? NONE;
    for (; here !== NONE; here = this.#word(here, NEXT)) {
      const order = this.#compare(here, hash);
      if (order >= 0) return { before, here, isHeld: order === 0 };
      before = here;
    }
    return { before, here, isHeld: false };
  }

  #compare(place: number, hash: Uint8Array): number {
    const { bytes } = this.#arena.page(place);
    const at = Arena.offset(place) + KEY_HASH_AT;
    for (let i = 0; i < HASH_BYTES; i++) {
      const difference = (bytes[at + i] as number) - (hash[i] as number);
      if (difference !== 0) return difference;
    }
    return 0;
  }

  #link(bucket: number, before: number, place: number): void {
    if (before === NONE) this.#first[bucket] = place;
    else this.#setWord(before, NEXT, place);
  }

  #free(place: number): void {
    this.#arena.give(place, this.#units(place));
  }

  #units(place: number): number {
    return this.#word(place, UNITS) & ~MARK;
  }

  #word(place: number, index: number): number {
    return this.#arena.page(place).words[Arena.offset(place) / 4 + index] as number;
  }

  #setWord(place: number, index: number, value: number): void {
    this.#arena.page(place).words[Arena.offset(place) / 4 + index] = value;
  }

  #hash(place: number, at: number): Uint8Array {
    const from = Arena.offset(place) + at;
    return this.#arena.page(place).bytes.slice(from, from + HASH_BYTES);
  }

  #key(place: number): string {
    const from = Arena.offset(place) + KEY_AT;
    const key = decodeUtf8(this.#arena.page(place).bytes.subarray(from, from + this.#word(place, KEY_SIZE)));
    assert(key !== null, 'HeldState: keys are UTF-8');
    return key;
  }

  #value(place: number): Uint8Array {
    const from = Arena.offset(place) + KEY_AT + this.#word(place, KEY_SIZE);
    return this.#arena.page(place).bytes.subarray(from, from + this.#word(place, VALUE_SIZE));
  }
}

/** Null where each character is a byte. */
function utf8(key: string): Uint8Array | null {
  for (let i = 0; i < key.length; i++) {
    if (key.charCodeAt(i) <= 127) continue;
    const bytes = encodeUtf8(key);
    assert(bytes !== null, 'HeldState: a key has no lone surrogates');
    return bytes;
  }
  return null;
}
