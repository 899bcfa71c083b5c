import { decodeUtf8, encodeUtf8 } from '@lading/kernel';

const HEX = '0123456789ABCDEF';

/** Text with every %XX decoded, or null when an escape is broken or the bytes are not UTF-8. */
export function decodePercent(text: string): string | null {
  if (!text.includes('%')) return text;
  const bytes: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) return null;
    if (code !== 37) {
      bytes.push(code);
      continue;
    }
    const hex = text.slice(i + 1, i + 3);
    if (!/^[0-9A-Fa-f]{2}$/.test(hex)) return null;
    bytes.push(parseInt(hex, 16));
    i += 2;
  }
  return decodeUtf8(Uint8Array.from(bytes));
}

const isUnreserved = (code: number): boolean =>
  (code >= 48 && code <= 57) ||
  (code >= 65 && code <= 90) ||
  (code >= 97 && code <= 122) ||
  code === 45 ||
  code === 46 ||
  code === 95 ||
  code === 126;

const UNRESERVED = /^[A-Za-z0-9._~-]*$/;

/**
 * Encodes everything outside A–Z a–z 0–9 - . _ ~ as upper-case %XX. One value has one text, so `%2f`, `%2F` and `/`
 * cannot be three items. Null when the text has no UTF-8.
 */
export function encodePercent(text: string): string | null {
  if (UNRESERVED.test(text)) return text;
  const bytes = encodeUtf8(text);
  if (bytes === null) return null;
  let out = '';
  for (const code of bytes) {
    out += isUnreserved(code) ? String.fromCharCode(code) : '%' + HEX.charAt(code >> 4) + HEX.charAt(code & 15);
  }
  return out;
}

/** A URI's escapes in one form: upper-case hex, unreserved characters bare; everything else stays as written. */
export function normaliseEscapes(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => {
    const code = parseInt(hex, 16);
    return isUnreserved(code) ? String.fromCharCode(code) : '%' + hex.toUpperCase();
  });
}
