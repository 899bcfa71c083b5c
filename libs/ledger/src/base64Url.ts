import { asciiBytes } from '@lading/kernel';

/** RFC 4648 §5, as bytes of ASCII. */
export const BASE64URL_UNITS = asciiBytes('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');

/** Writes base64url as ASCII into `out` and returns where it ends: for inputs of some hundred bytes, where time counts. */
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
