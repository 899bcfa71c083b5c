/**
 * Lexical parts of the scanner: pure functions over bytes that return where the token ends, or a negative
 * {@link TOKEN} that says what is wrong (the caller knows the position and builds the rejection).
 */
export const TOKEN = { syntax: -1, utf8: -2, surrogate: -3, range: -4 } as const;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const ESCAPE_LETTERS = new Set([0x22, 0x5c, 0x2f, 0x62, 0x66, 0x6e, 0x72, 0x74]);

function hexDigit(code: number | undefined): number {
  if (code === undefined) return -1;
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** The code unit of the `\uXXXX` whose backslash is at `at`, or −1. */
function unicodeEscape(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== BACKSLASH || bytes[at + 1] !== 0x75) return -1;
  let unit = 0;
  for (let i = at + 2; i < at + 6; i++) {
    const digit = hexDigit(bytes[i]);
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

/** End of the escape whose backslash is at `at`. A surrogate must be a high one followed at once by a low one. */
function escapeEnd(bytes: Uint8Array, at: number): number {
  if (ESCAPE_LETTERS.has(bytes[at + 1] as number)) return at + 2;
  const unit = unicodeEscape(bytes, at);
  if (unit < 0) return TOKEN.syntax;
  if (unit < 0xd800 || unit > 0xdfff) return at + 6;
  const low = unit <= 0xdbff ? unicodeEscape(bytes, at + 6) : -1;
  return low >= 0xdc00 && low <= 0xdfff ? at + 12 : TOKEN.surrogate;
}

/** End of the UTF-8 sequence of two to four bytes at `at` (RFC 3629: no overlong forms, surrogates, > U+10FFFF). */
function sequenceEnd(bytes: Uint8Array, at: number): number {
  const first = bytes[at] as number;
  const size = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (size === 0) return TOKEN.utf8;
  const second = bytes[at + 1] ?? 0;
  const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < lowest || second > highest) return TOKEN.utf8;
  for (let i = at + 2; i < at + size; i++) if (((bytes[i] ?? 0) & 0xc0) !== 0x80) return TOKEN.utf8;
  return at + size;
}

/** End of a string and whether it has escapes. */
export interface StringToken {
  end: number;
  /** Where the fault is, when `end` is negative. */
  at: number;
  escaped: boolean;
}

/** Scans the string whose opening quote is at `start` into `token` (one object is used again and again). */
export function scanString(bytes: Uint8Array, start: number, token: StringToken): void {
  token.escaped = false;
  let at = start + 1;
  while (at >= 0) {
    const code = bytes[at];
    token.at = at;
    if (code === undefined || code < 0x20) {
      at = TOKEN.syntax;
    } else if (code === QUOTE) {
      token.end = at + 1;
      return;
    } else if (code === BACKSLASH) {
      token.escaped = true;
      at = escapeEnd(bytes, at);
    } else {
      at = code < 0x80 ? at + 1 : sequenceEnd(bytes, at);
    }
  }
  token.end = at;
}

const isDigit = (code: number | undefined): boolean => code !== undefined && code >= 0x30 && code <= 0x39;

function digitsEnd(bytes: Uint8Array, start: number): number {
  let at = start;
  while (isDigit(bytes[at])) at++;
  return at;
}

/** End of the number at `start`. With `bounded`, numbers outside spec/encoding.md §3.4 are {@link TOKEN}.range. */
export function scanNumber(bytes: Uint8Array, start: number, bounded: boolean): number {
  const integer = bytes[start] === 0x2d ? start + 1 : start;
  const point = digitsEnd(bytes, integer);
  if (point === integer || (bytes[integer] === 0x30 && point > integer + 1)) return TOKEN.syntax;
  let end = point;
  if (bytes[point] === 0x2e) {
    end = digitsEnd(bytes, point + 1);
    if (end === point + 1) return TOKEN.syntax;
  }
  const mantissaEnd = end;
  if (bytes[end] === 0x65 || bytes[end] === 0x45) {
    const sign = bytes[end + 1];
    const from = sign === 0x2b || sign === 0x2d ? end + 2 : end + 1;
    end = digitsEnd(bytes, from);
    if (end === from) return TOKEN.syntax;
  }
  return bounded && !inRange(bytes, start, integer, point, mantissaEnd, end) ? TOKEN.range : end;
}

/** spec/encoding.md §3.4: limits of every number that is not a quantity. */
export const NUMBER = { lexemeBytes: 64, significantDigits: 18, lowestExponent: -9, highestExponent: 18 } as const;

const exponentFits = (value: number): boolean => value >= NUMBER.lowestExponent && value <= NUMBER.highestExponent;

function inRange(
  bytes: Uint8Array,
  start: number,
  integer: number,
  point: number,
  mantissaEnd: number,
  end: number
): boolean {
  if (end - start > NUMBER.lexemeBytes) return false;
  // The usual number: an integer or decimal of a few digits, not below 1 or without a fraction.
  const plain = mantissaEnd === end;
  if (plain && end - integer <= NUMBER.significantDigits && (bytes[integer] !== 0x30 || point === end)) return true;
  const written = plain ? 0 : writtenExponent(bytes, mantissaEnd + 1, end);
  if (!exponentFits(written)) return false;
  let first = integer;
  while (first < mantissaEnd && (bytes[first] === 0x30 || bytes[first] === 0x2e)) first++;
  if (first === mantissaEnd) return true;
  const digits = mantissaEnd - first - (first < point && point < mantissaEnd ? 1 : 0);
  if (digits > NUMBER.significantDigits) return false;
  // Exponent of the scientific notation: of the first significant digit.
  const scientific = first < point ? point - 1 - first : point - first;
  return exponentFits(scientific + written);
}

function writtenExponent(bytes: Uint8Array, start: number, end: number): number {
  const negative = bytes[start] === 0x2d;
  let value = 0;
  for (let at = start; at < end; at++) {
    const code = bytes[at] as number;
    // No overflow: the lexeme is at most 64 bytes, and an inexact large value is as out of range as an exact one.
    if (code >= 0x30) value = value * 10 + (code - 0x30);
  }
  return negative ? -value : value;
}
