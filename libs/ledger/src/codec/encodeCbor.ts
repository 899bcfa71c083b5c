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

/** UTF-8 of the texts of one value that are not ASCII, in order: computed while measuring, used again while writing. */
type Texts = Uint8Array[];

/** Most texts are ASCII, where a character is a byte: they are written without bytes of their own in between. */
function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}

function measure(value: CborValue, depth: number, texts: Texts): number {
  if (value === null || typeof value === 'boolean') return 1;
  if (typeof value === 'number') {
    assert(Number.isSafeInteger(value) && value >= 0, 'encodeCbor: not a safe integer >= 0');
    return headSize(value);
  }
  if (typeof value === 'string') {
    if (isAscii(value)) return headSize(value.length) + value.length;
    const text = encodeUtf8(value);
    assert(text !== null, 'encodeCbor: text with a lone surrogate');
    texts.push(text);
    return headSize(text.length) + text.length;
  }
  if (value instanceof Uint8Array) return headSize(value.length) + value.length;
  assert(Array.isArray(value), 'encodeCbor: not a CBOR value');
  assert(depth < CBOR_DEPTH, 'encodeCbor: nested too deeply');
  let size = headSize(value.length);
  for (const item of value as readonly CborValue[]) size += measure(item, depth + 1, texts);
  return size;
}

class Writer {
  readonly #out: Uint8Array;
  readonly #texts: Texts;
  #at = 0;
  #text = 0;

  constructor(size: number, texts: Texts) {
    this.#out = new Uint8Array(size);
    this.#texts = texts;
  }

  write(value: CborValue): void {
    if (value === null) this.#out[this.#at++] = 0xf6;
    else if (typeof value === 'boolean') this.#out[this.#at++] = value ? 0xf5 : 0xf4;
    else if (typeof value === 'number') this.#head(TYPE_UINT, value);
    else if (typeof value === 'string') this.#write(value);
    else if (value instanceof Uint8Array) this.#bytes(TYPE_BYTES, value);
    else {
      this.#head(TYPE_ARRAY, value.length);
      for (const item of value) this.write(item);
    }
  }

  finish(): Uint8Array {
    assert(this.#at === this.#out.length, 'encodeCbor: the measured size is wrong');
    return this.#out;
  }

  #write(text: string): void {
    if (!isAscii(text)) {
      this.#bytes(TYPE_TEXT, this.#texts[this.#text++] as Uint8Array);
      return;
    }
    this.#head(TYPE_TEXT, text.length);
    for (let i = 0; i < text.length; i++) this.#out[this.#at++] = text.charCodeAt(i);
  }

  #bytes(type: number, bytes: Uint8Array): void {
    this.#head(type, bytes.length);
    this.#out.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** RFC 8949 §4.2.1: the argument in the shortest form. */
  #head(type: number, argument: number): void {
    const size = headSize(argument);
    const major = type << 5;
    if (size === 1) {
      this.#out[this.#at++] = major | argument;
      return;
    }
    this.#out[this.#at++] = major | (size === 2 ? 24 : size === 3 ? 25 : size === 5 ? 26 : 27);
    let rest = argument;
    for (let i = size - 2; i >= 0; i--) {
      this.#out[this.#at + i] = rest % 256;
      rest = Math.floor(rest / 256);
    }
    this.#at += size - 1;
  }
}

/** The one encoding of a value (RFC 8949 §4.2.1, arrays only). Asserts: what is not a {@link CborValue} is our bug. */
export function encodeCbor(value: CborValue): Uint8Array {
  const texts: Texts = [];
  const writer = new Writer(measure(value, 0, texts), texts);
  writer.write(value);
  return writer.finish();
}
