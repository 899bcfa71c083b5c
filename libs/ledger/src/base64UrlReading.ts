import { BASE64URL_UNITS } from './base64Url.js';

/** By byte; −1 for what is not in the alphabet. */
const VALUES = new Int8Array(256).fill(-1);
for (const [value, unit] of BASE64URL_UNITS.entries()) VALUES[unit] = value;

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
 * −1 for what `fromBase64Url` refuses.
 */
export function putFromBase64Url(out: Uint8Array, start: number, text: Uint8Array, from: number, to: number): number {
  const left = (to - from) % 4;
  const values = VALUES;
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
