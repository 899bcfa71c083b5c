import { assert } from './assert.js';
import type { Hash } from './brand.js';
import { decodeUtf8 } from './utf8.js';

/** Byte strings without Buffer: pure libs run in Node and in browsers. */

const HEX = '0123456789abcdef';
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** By byte; −1 for what is not in the alphabet. */
const BASE64URL_VALUE = new Int8Array(256).fill(-1);
const BASE64URL_UNITS = new Uint8Array(64);
for (let i = 0; i < 64; i++) {
  BASE64URL_UNITS[i] = BASE64URL.charCodeAt(i);
  BASE64URL_VALUE[BASE64URL.charCodeAt(i)] = i;
}

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

/** Bytes as a key of a map, one character a byte: half as long as hex, and quicker made. Not for people. */
export function keyOfBytes(bytes: Uint8Array): string {
  return String.fromCharCode.apply(null, bytes as unknown as number[]);
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

/** Writes base64url as ASCII into `out` and returns where it ends. */
export function putBase64Url(out: Uint8Array, start: number, bytes: Uint8Array): number {
  const units = BASE64URL_UNITS;
  const left = bytes.length % 3;
  const whole = bytes.length - left;
  let at = start;
  for (let i = 0; i < whole; i += 3) {
    const word = ((bytes[i] as number) << 16) | ((bytes[i + 1] as number) << 8) | (bytes[i + 2] as number);
    out[at] = units[word >> 18] as number;
    out[at + 1] = units[(word >> 12) & 63] as number;
    out[at + 2] = units[(word >> 6) & 63] as number;
    out[at + 3] = units[word & 63] as number;
    at += 4;
  }
  if (left === 0) return at;
  const last = ((bytes[whole] as number) << 16) | ((left === 2 ? (bytes[whole + 1] as number) : 0) << 8);
  out[at++] = units[last >> 18] as number;
  out[at++] = units[(last >> 12) & 63] as number;
  if (left === 2) out[at++] = units[(last >> 6) & 63] as number;
  return at;
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
  const out = new Uint8Array(base64UrlBytes(text.length));
  return putFromBase64Url(out, 0, textUnits(text), 0, text.length) < 0 ? null : out;
}

/** Characters as bytes; one that is not ASCII becomes a byte that no alphabet has. */
export function textUnits(text: string): Uint8Array {
  const units = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) units[i] = Math.min(text.charCodeAt(i), 255);
  return units;
}

/** Bytes that as many characters of base64url stand for. */
export const base64UrlBytes = (size: number): number => Math.floor((size * 3) / 4);

/**
 * Writes the bytes of the canonical base64url that lies in `text` from `from` to `to`, and returns where they end in `out`;
 * −1 for what {@link fromBase64Url} refuses.
 */
export function putFromBase64Url(out: Uint8Array, start: number, text: Uint8Array, from: number, to: number): number {
  const left = (to - from) % 4;
  const values = BASE64URL_VALUE;
  const valueAt = (i: number): number => values[text[i] as number] as number;
  let at = start;
  for (let i = from; i < to - left; i += 4) {
    const first = ((values[text[i] as number] as number) << 18) | ((values[text[i + 1] as number] as number) << 12);
    const word = first | ((values[text[i + 2] as number] as number) << 6) | (values[text[i + 3] as number] as number);
    // A character of another alphabet makes the whole negative.
    if (word < 0) return -1;
    out[at++] = word >> 16;
    out[at++] = word >> 8;
    out[at++] = word;
  }
  if (left === 0) return at;
  const last = (valueAt(to - left) << 12) | (valueAt(to - left + 1) << 6) | (left === 3 ? valueAt(to - 1) : 0);
  const trailing = left === 3 ? 3 : 0x3ff;
  if (left === 1 || last < 0 || (last & trailing) !== 0) return -1;
  out[at++] = last >> 10;
  if (left === 3) out[at++] = last >> 2;
  return at;
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
