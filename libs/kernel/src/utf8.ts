/** Strict UTF-8 (RFC 3629) without TextDecoder, which the pure compiler settings do not have. */

/** UTF-8 of a string. Returns null when it holds a lone surrogate, which has no UTF-8. */
export function encodeUtf8(text: string): Uint8Array | null {
  const ascii = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) return encodeAnyUtf8(text);
    ascii[i] = code;
  }
  return ascii;
}

/** The rare case: most texts of the ledger are ASCII, where a character is a byte. */
function encodeAnyUtf8(text: string): Uint8Array | null {
  const out: number[] = [];
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i);
    if (code >= 0xd800 && code <= 0xdfff) {
      const low = text.charCodeAt(i + 1);
      if (code > 0xdbff || !(low >= 0xdc00 && low <= 0xdfff)) return null;
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
      i++;
    }
    if (code < 0x80) out.push(code);
    else if (code < 0x800) out.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) out.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else out.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  }
  return Uint8Array.from(out);
}

/** Arrays of each short length, filled and handed to one call: as arguments a list of numbers costs half of what bytes do. */
const SHORT_UNITS = 128;
const UNITS: readonly number[][] = Array.from({ length: SHORT_UNITS + 1 }, (_, size) => new Array<number>(size).fill(0));

/** Text of a few bytes that are all ASCII, else null. */
function shortAscii(bytes: Uint8Array, start: number, end: number): string | null {
  const units = UNITS[end - start];
  if (units === undefined) return null;
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte > 127) return null;
    units[i - start] = byte;
  }
  return String.fromCharCode.apply(null, units);
}

/** Text of bytes[start, end), or null when that is not well-formed UTF-8 (overlong forms and surrogates included). */
export function decodeUtf8(bytes: Uint8Array, start = 0, end = bytes.length): string | null {
  const short = shortAscii(bytes, start, end);
  if (short !== null) return short;
  let out = '';
  let i = start;
  const continuation = (at: number): number => {
    const byte = at < end ? (bytes[at] as number) : 0;
    return (byte & 0xc0) === 0x80 ? byte & 63 : -1;
  };
  while (i < end) {
    const first = bytes[i] as number;
    if (first < 0x80) {
      let run = i + 1;
      while (run < end && run - i < 4096 && (bytes[run] as number) < 0x80) run++;
      out += String.fromCharCode.apply(null, bytes.subarray(i, run) as unknown as number[]);
      i = run;
      continue;
    }
    const a = continuation(i + 1);
    if (a < 0) return null;
    if (first >= 0xc2 && first <= 0xdf) {
      out += String.fromCharCode(((first & 31) << 6) | a);
      i += 2;
      continue;
    }
    const b = continuation(i + 2);
    if (b < 0) return null;
    if (first >= 0xe0 && first <= 0xef) {
      const code = ((first & 15) << 12) | (a << 6) | b;
      if (code < 0x800 || (code >= 0xd800 && code <= 0xdfff)) return null;
      out += String.fromCharCode(code);
      i += 3;
      continue;
    }
    const c = continuation(i + 3);
    const code = ((first & 7) << 18) | (a << 12) | (b << 6) | c;
    if (first > 0xf4 || first < 0xf0 || c < 0 || code < 0x10000 || code > 0x10ffff) return null;
    out += String.fromCodePoint(code);
    i += 4;
  }
  return out;
}
