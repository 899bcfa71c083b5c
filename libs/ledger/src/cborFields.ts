import type { Hash } from '@lading/kernel';
import { asHash, LIMITS, ZERO_HASH } from '@lading/kernel';
import { decodeCbor } from './codec/decodeCbor.js';
import type { CborValue } from './codec/encodeCbor.js';

/** The first fault of one decoding; shared by all readers of one value. */
interface FaultSlot {
  first: string | null;
}

/**
 * Reads the elements of a decoded CBOR array in order, with the type and range of each. The first fault sticks and
 * every later read gives a harmless value, so a decoder reads straight through and looks at `fault` once, at the end.
 */
export class CborFields {
  readonly #items: readonly CborValue[];
  readonly #where: string;
  readonly #slot: FaultSlot;
  #at = 0;

  private constructor(items: readonly CborValue[], where: string, slot: FaultSlot) {
    this.#items = items;
    this.#where = where;
    this.#slot = slot;
  }

  /** A reader of the array that `bytes` must encode, of exactly `length` elements. */
  static decode(bytes: Uint8Array, length: number, what: string): CborFields {
    const decoded = decodeCbor(bytes);
    if (decoded.ok) return CborFields.of(decoded.value, length, what);
    return new CborFields([], what, { first: `${what}: ${decoded.code}, ${decoded.detail}` });
  }

  static of(value: CborValue, length: number, what: string): CborFields {
    return CborFields.#open(value, length, what, { first: null });
  }

  static #open(value: CborValue, length: number, what: string, slot: FaultSlot, most = length): CborFields {
    if (isArray(value) && value.length >= length && value.length <= most) return new CborFields(value, what, slot);
    slot.first ??= `${what} is not an array of ${length === most ? length : `${length} to ${most}`}`;
    return new CborFields([], what, slot);
  }

  /** What was wrong first, for a person, or null. */
  get fault(): string | null {
    return this.#slot.first;
  }

  /** Adds a fault that the caller found. */
  refuse(name: string, why: string): void {
    this.#slot.first ??= `${this.#where}.${name} ${why}`;
  }

  #next(): CborValue {
    return this.#items[this.#at++] ?? null;
  }

  uint(name: string, max: number = Number.MAX_SAFE_INTEGER): number {
    const value = this.#next();
    if (typeof value === 'number' && value <= max) return value;
    this.refuse(name, `is not an integer of 0…${max}`);
    return 0;
  }

  bool(name: string): boolean {
    const value = this.#next();
    if (typeof value !== 'boolean') this.refuse(name, 'is not a boolean');
    return value === true;
  }

  /** A byte string of exactly `size` bytes. */
  bytes(name: string, size: number): Uint8Array {
    const value = this.#next();
    if (value instanceof Uint8Array && value.length === size) return value;
    this.refuse(name, `is not a byte string of ${size}`);
    return new Uint8Array(size);
  }

  bytesUpTo(name: string, max: number): Uint8Array {
    const value = this.#next();
    if (value instanceof Uint8Array && value.length <= max) return value;
    this.refuse(name, `is not a byte string of at most ${max}`);
    return new Uint8Array(0);
  }

  hash(name: string): Hash {
    const value = this.#next();
    if (value instanceof Uint8Array && value.length === 32) return asHash(value);
    this.refuse(name, 'is not 32 bytes');
    return ZERO_HASH;
  }

  /** Text of at most `max` UTF-16 units. */
  text(name: string, max: number): string {
    const value = this.#next();
    if (typeof value === 'string' && value.length <= max) return value;
    this.refuse(name, `is not a text of at most ${max}`);
    return '';
  }

  /** The element must be this text: tags and versions. */
  tag(expected: string): void {
    if (this.#next() !== expected) this.refuse('tag', `is not "${expected}"`);
  }

  /** An array of `length` elements, or of up to `most` where later formats have added some. */
  nested(name: string, length: number, most = length): CborFields {
    return CborFields.#open(this.#next(), length, `${this.#where}.${name}`, this.#slot, most);
  }

  /** Whether there are elements that have not been read. */
  get hasMore(): boolean {
    return this.#at < this.#items.length;
  }

  /** A list of at most `max` elements, each read by `read`, which must take exactly one element. */
  list<T>(name: string, max: number, read: (fields: CborFields) => T): readonly T[] {
    const value = this.#next();
    if (!isArray(value) || value.length > max) {
      this.refuse(name, `is not a list of at most ${max}`);
      return [];
    }
    const fields = new CborFields(value, `${this.#where}.${name}`, this.#slot);
    return value.map(() => read(fields));
  }

  /** The element as it is, for values with a decoder of their own. */
  any(): CborValue {
    return this.#next();
  }
}

function isArray(value: CborValue): value is readonly CborValue[] {
  return Array.isArray(value);
}

/** Index of an organization in the epoch's config. */
export const MAX_SIGNER = LIMITS.validators - 1;
export const MAX_U32 = 0xffffffff;
