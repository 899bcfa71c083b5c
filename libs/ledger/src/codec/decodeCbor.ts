import type { Rejection, Result } from '@lading/kernel';
import { decodeUtf8, ok, reject } from '@lading/kernel';
import { CBOR_DEPTH, encodesTo, type CborValue } from './encodeCbor.js';

export type CborFault =
  | 'CBOR_TRUNCATED'
  | 'CBOR_TRAILING_BYTES'
  | 'CBOR_TYPE'
  | 'CBOR_NOT_SHORTEST'
  | 'CBOR_INTEGER_RANGE'
  | 'CBOR_UTF8'
  | 'CBOR_DEPTH'
  | 'CBOR_NOT_CANONICAL';

/**
 * One pass over the bytes. Byte strings of the result are views into the input, not copies: the receiver keeps the
 * bytes it was sent anyway, and a batch is hashed, verified and stored from them.
 */
class Reader {
  at = 0;
  fault: Rejection<CborFault> | null = null;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** null is also a value: the caller looks at `fault`. */
  read(depth: number): CborValue {
    const start = this.at;
    const first = this.#bytes[start];
    if (first === undefined) return this.#fail('CBOR_TRUNCATED', 'an item is missing');
    const type = first >> 5;
    if (type === 7) return this.#simple(first);
    if (type === 1 || type === 5 || type === 6) {
      return this.#fail('CBOR_TYPE', 'negative integers, maps and tags are not used');
    }
    const argument = this.#argument(first & 31);
    if (this.fault !== null) return null;
    if (type === 0) return argument;
    if (type === 4) return this.#array(argument, depth);
    const from = this.at;
    if (argument > this.#bytes.length - from) return this.#fail('CBOR_TRUNCATED', 'a string is cut off');
    this.at += argument;
    if (type === 2) return new Uint8Array(this.#bytes.buffer, this.#bytes.byteOffset + from, argument);
    const text = decodeUtf8(this.#bytes, from, this.at);
    return text ?? this.#fail('CBOR_UTF8', 'text is not UTF-8');
  }

  #simple(first: number): CborValue {
    this.at++;
    if (first === 0xf4) return false;
    if (first === 0xf5) return true;
    if (first === 0xf6) return null;
    return this.#fail('CBOR_TYPE', 'floats, undefined and other simple values are not used');
  }

  #argument(info: number): number {
    const start = this.at++;
    if (info < 24) return info;
    if (info > 27) {
      this.#fail('CBOR_TYPE', 'indefinite lengths are not used');
      return 0;
    }
    const size = 1 << (info - 24);
    if (size > this.#bytes.length - this.at) {
      this.#fail('CBOR_TRUNCATED', 'an integer is cut off');
      return 0;
    }
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + (this.#bytes[this.at++] as number);
    const smallest = size === 1 ? 24 : size === 2 ? 0x100 : size === 4 ? 0x10000 : 0x100000000;
    if (value < smallest) this.#failAt(start, 'CBOR_NOT_SHORTEST', 'an integer has a shorter form');
    else if (value > Number.MAX_SAFE_INTEGER) this.#failAt(start, 'CBOR_INTEGER_RANGE', 'above 2^53 - 1');
    return value;
  }

  #array(count: number, depth: number): CborValue {
    if (depth >= CBOR_DEPTH) return this.#fail('CBOR_DEPTH', `more than ${CBOR_DEPTH} arrays in each other`);
    // Every item has at least one byte: a count is never believed before the bytes for it are there.
    if (count > this.#bytes.length - this.at) return this.#fail('CBOR_TRUNCATED', 'array items are missing');
    const items: CborValue[] = [];
    for (let i = 0; i < count && this.fault === null; i++) items.push(this.read(depth + 1));
    return items;
  }

  #fail(code: CborFault, detail: string): null {
    return this.#failAt(this.at, code, detail);
  }

  #failAt(at: number, code: CborFault, detail: string): null {
    this.fault ??= reject(code, `${detail} (byte ${at})`, String(at));
    return null;
  }
}

/**
 * The value of deterministic CBOR (spec/encoding.md §2), or why the bytes are not that. Accepts exactly the outputs
 * of {@link encodeCbor}: the value is encoded again and compared, at run time, so one value has one encoding even
 * if the reader above had a hole. Byte strings are views into `bytes`. `pointer` of a rejection is a byte offset.
 */
export function decodeCbor(bytes: Uint8Array): Result<CborValue, CborFault> {
  const reader = new Reader(bytes);
  const value = reader.read(0);
  if (reader.fault !== null) return reader.fault;
  if (reader.at !== bytes.length) {
    return reject('CBOR_TRAILING_BYTES', `bytes after the value (byte ${reader.at})`, String(reader.at));
  }
  if (!encodesTo(value, bytes)) return reject('CBOR_NOT_CANONICAL', 'the value has another encoding');
  return ok(value);
}
