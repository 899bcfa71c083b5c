import { assert, encodeUtf8 } from '@lading/kernel';

/** What the wire may carry (spec/encoding.md §2): no maps, tags, floats, negative or big integers, no undefined. */
export type CborValue = Uint8Array | string | number | boolean | null | readonly CborValue[];

/** Nesting of arrays: every format of the product needs less than ten. */
export const CBOR_DEPTH = 16;

const TYPE_UINT = 0;
const TYPE_BYTES = 2;
const TYPE_TEXT = 3;
const TYPE_ARRAY = 4;

function headSize(argument: number): number {
  if (argument < 24) return 1;
  if (argument < 0x100) return 2;
  if (argument < 0x10000) return 3;
  return argument < 0x100000000 ? 5 : 9;
}

/** RFC 8949 §4.2.1: the argument in the shortest form. Returns where it ends. */
function putHead(out: Uint8Array, at: number, type: number, argument: number): number {
  const size = headSize(argument);
  const major = type << 5;
  if (size === 1) {
    out[at] = major | argument;
    return at + 1;
  }
  out[at] = major | (size === 2 ? 24 : size === 3 ? 25 : size === 5 ? 26 : 27);
  let rest = argument;
  for (let i = at + size - 1; i > at; i--) {
    out[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return at + size;
}

/** Bytes of a byte string's encoding, and its head written to where the string follows. */
export const sizeOfBytes = (length: number): number => headSize(length) + length;
export const putBytesHead = (out: Uint8Array, at: number, length: number): number => putHead(out, at, TYPE_BYTES, length);

const FIRST_BYTES = 64 << 10;
/** Memory of a larger value is not kept for the next one. */
const KEPT_BYTES = 1 << 20;
/** Longest head: the major type and eight bytes. */
const HEAD_BYTES = 9;

/**
 * Values are written into memory that is used again, and copied out of it once they are whole: their sizes need not be
 * measured before, and nothing is made of a text on the way. One value is encoded at a time.
 */
class Writer {
  #out = new Uint8Array(FIRST_BYTES);
  #at = 0;

  encode(value: CborValue): Uint8Array {
    this.#begin(value);
    return this.#out.slice(0, this.#at);
  }

  #begin(value: CborValue): void {
    this.#at = 0;
    if (this.#out.length > KEPT_BYTES) this.#out = new Uint8Array(FIRST_BYTES);
    this.#write(value, 0);
  }

  #write(value: CborValue, depth: number): void {
    if (typeof value === 'string') this.#text(value);
    else if (typeof value === 'number') {
      assert(Number.isSafeInteger(value) && value >= 0, 'encodeCbor: not a safe integer >= 0');
      this.#head(TYPE_UINT, value, 0);
    } else if (value === null) this.#simple(0xf6);
    else if (value instanceof Uint8Array) this.#bytes(TYPE_BYTES, value);
    else if (typeof value === 'boolean') this.#simple(value ? 0xf5 : 0xf4);
    else {
      assert(Array.isArray(value), 'encodeCbor: not a CBOR value');
      assert(depth < CBOR_DEPTH, 'encodeCbor: nested too deeply');
      const items = value as readonly CborValue[];
      this.#head(TYPE_ARRAY, items.length, 0);
      for (let i = 0; i < items.length; i++) this.#write(items[i] as CborValue, depth + 1);
    }
  }

  #simple(byte: number): void {
    this.#reserve(1);
    this.#out[this.#at++] = byte;
  }

  /** Most texts are ASCII, where a character is a byte; another one is taken back and written from its UTF-8. */
  #text(text: string): void {
    const start = this.#at;
    this.#head(TYPE_TEXT, text.length, text.length);
    const out = this.#out;
    let at = this.#at;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 127) {
        const utf8 = encodeUtf8(text);
        assert(utf8 !== null, 'encodeCbor: text with a lone surrogate');
        this.#at = start;
        this.#bytes(TYPE_TEXT, utf8);
        return;
      }
      out[at++] = unit;
    }
    this.#at = at;
  }

  #bytes(type: number, bytes: Uint8Array): void {
    this.#head(type, bytes.length, bytes.length);
    this.#out.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** `following`: bytes that come behind it. */
  #head(type: number, argument: number, following: number): void {
    this.#reserve(HEAD_BYTES + following);
    this.#at = putHead(this.#out, this.#at, type, argument);
  }

  #reserve(bytes: number): void {
    const size = this.#at + bytes;
    if (size <= this.#out.length) return;
    const larger = new Uint8Array(Math.max(size, 2 * this.#out.length));
    larger.set(this.#out.subarray(0, this.#at));
    this.#out = larger;
  }
}

const WRITER = new Writer();

/** The one encoding of a value (RFC 8949 §4.2.1, arrays only). Asserts: what is not a {@link CborValue} is our bug. */
export const encodeCbor = (value: CborValue): Uint8Array => WRITER.encode(value);

/** Where the head of an item ends that must begin at `at`, or −1. */
function endOfHead(bytes: Uint8Array, at: number, type: number, argument: number): number {
  const size = headSize(argument);
  const major = type << 5;
  if (size === 1) return bytes[at] === (major | argument) ? at + 1 : -1;
  if (bytes[at] !== (major | (size === 2 ? 24 : size === 3 ? 25 : size === 5 ? 26 : 27))) return -1;
  let rest = argument;
  for (let i = at + size - 1; i > at; i--) {
    if (bytes[i] !== rest % 256) return -1;
    rest = Math.floor(rest / 256);
  }
  return at + size;
}

/** Where the encoding of the string ends that must begin at `at`, or −1. */
function endOfBytes(bytes: Uint8Array, at: number, type: number, content: Uint8Array): number {
  const start = endOfHead(bytes, at, type, content.length);
  if (start < 0) return -1;
  // A view of that very place: nothing to compare.
  const isItself = content.buffer === bytes.buffer && content.byteOffset === bytes.byteOffset + start;
  for (let i = 0; !isItself && i < content.length; i++) if (bytes[start + i] !== content[i]) return -1;
  return start + content.length;
}

/** The same of a text: most are ASCII, where a character is a byte. */
function endOfText(bytes: Uint8Array, at: number, text: string): number {
  const start = endOfHead(bytes, at, TYPE_TEXT, text.length);
  let isEqual = start >= 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 127) {
      const utf8 = encodeUtf8(text);
      return utf8 === null ? -1 : endOfBytes(bytes, at, TYPE_TEXT, utf8);
    }
    if (bytes[start + i] !== unit) isEqual = false;
  }
  return isEqual ? start + text.length : -1;
}

/** Where the encoding of the value ends that must begin at `at`, or −1 when that is not its encoding. */
function endOf(value: CborValue, bytes: Uint8Array, at: number): number {
  if (typeof value === 'number') return endOfHead(bytes, at, TYPE_UINT, value);
  if (value instanceof Uint8Array) return endOfBytes(bytes, at, TYPE_BYTES, value);
  if (value === null) return bytes[at] === 0xf6 ? at + 1 : -1;
  if (typeof value === 'boolean') return bytes[at] === (value ? 0xf5 : 0xf4) ? at + 1 : -1;
  if (typeof value === 'string') return endOfText(bytes, at, value);
  let end = endOfHead(bytes, at, TYPE_ARRAY, value.length);
  for (let i = 0; end >= 0 && i < value.length; i++) end = endOf(value[i] as CborValue, bytes, end);
  return end;
}

/** Whether these bytes are that encoding, which is compared and not written. */
export const encodesTo = (value: CborValue, bytes: Uint8Array): boolean => endOf(value, bytes, 0) === bytes.length;
