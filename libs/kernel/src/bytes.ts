import { assert } from './assert.js';
import type { Hash } from './brand.js';
import { decodeUtf8 } from './utf8.js';

/** Byte strings without Buffer: pure libs run in Node and in browsers. */

const HEX = '0123456789abcdef';
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

const BASE64URL_VALUE = new Int8Array(128).fill(-1);
for (let i = 0; i < 64; i++) BASE64URL_VALUE[BASE64URL.charCodeAt(i)] = i;

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let size = 0;
  for (const part of parts) size += part.length;
  const out = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Lexicographic, unsigned: negative when a < b, 0 when equal. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

export function toHex(bytes: Uint8Array): string {
  const units = new Uint8Array(2 * bytes.length);
  let at = 0;
  for (const byte of bytes) {
    units[at++] = HEX.charCodeAt(byte >> 4);
    units[at++] = HEX.charCodeAt(byte & 15);
  }
  return textOf(units);
}

/**
 * ASCII code units as one piece of text. Text that is put together character by character keeps all its pieces in memory:
 * a hash as a key of a map then costs 1.5 kB.
 */
function textOf(units: Uint8Array): string {
  const text = decodeUtf8(units);
  assert(text !== null, 'textOf: not ASCII');
  return text;
}

/** The bytes of lower-case hex text, or null when it is not exactly that. */
export function fromHex(text: string): Uint8Array | null {
  if (text.length % 2 !== 0) return null;
  const out = new Uint8Array(text.length / 2);
  for (let i = 0; i < out.length; i++) {
    const high = HEX.indexOf(text.charAt(2 * i));
    const low = HEX.indexOf(text.charAt(2 * i + 1));
    if (high < 0 || low < 0) return null;
    out[i] = high * 16 + low;
  }
  return out;
}

/** Characters of `size` bytes in base64url. */
export const base64UrlLength = (size: number): number => Math.ceil((size * 4) / 3);

/** Writes base64url as ASCII into `out` and returns where it ends; up to two bytes beyond that may be written too. */
function putBase64Url(out: Uint8Array, start: number, bytes: Uint8Array): number {
  let at = start;
  for (let i = 0; i < bytes.length; i += 3) {
    // Missing bytes count as zero; the units that they would fill lie beyond the end.
    const word = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    out[at++] = BASE64URL.charCodeAt(word >> 18);
    out[at++] = BASE64URL.charCodeAt((word >> 12) & 63);
    out[at++] = BASE64URL.charCodeAt((word >> 6) & 63);
    out[at++] = BASE64URL.charCodeAt(word & 63);
  }
  return start + base64UrlLength(bytes.length);
}

/** RFC 4648 §5 without padding. */
export function toBase64Url(bytes: Uint8Array): string {
  const units = new Uint8Array(base64UrlLength(bytes.length));
  putBase64Url(units, 0, bytes);
  return textOf(units);
}

/**
 * The bytes of canonical base64url text, or null. Refuses padding, white space, other alphabets and
 * non-zero trailing bits, so one byte string has one text (some JOSE libraries accept several).
 */
export function fromBase64Url(text: string): Uint8Array | null {
  const left = text.length % 4;
  if (left === 1) return null;
  const out = new Uint8Array(Math.floor((text.length * 3) / 4));
  let at = 0;
  let word = 0;
  let bits = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const value = code < 128 ? (BASE64URL_VALUE[code] as number) : -1;
    if (value < 0) return null;
    word = (word << 6) | value;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out[at++] = (word >> bits) & 255;
      word &= (1 << bits) - 1;
    }
  }
  return word === 0 ? out : null;
}

/** ASCII text as bytes. Asserts: callers pass constants or text that a scanner has checked. */
export function asciiBytes(text: string): Uint8Array {
  const out = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    assert(text.charCodeAt(i) < 128, 'asciiBytes: not ASCII');
    out[i] = text.charCodeAt(i);
  }
  return out;
}

export function u32be(value: number): Uint8Array {
  assert(Number.isInteger(value) && value >= 0 && value <= 0xffffffff, 'u32be: out of range');
  return Uint8Array.of(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
}

/** A safe integer ≥ 0 as eight bytes. */
export function u64be(value: number): Uint8Array {
  assert(Number.isSafeInteger(value) && value >= 0, 'u64be: out of range');
  return concatBytes(u32be(Math.floor(value / 0x100000000)), u32be(value % 0x100000000));
}

export function asHash(bytes: Uint8Array): Hash {
  assert(bytes.length === 32, 'asHash: not 32 bytes');
  return bytes as Hash;
}

export const ZERO_HASH: Hash = asHash(new Uint8Array(32));
