import type { Hash, Sha256 } from '@lading/kernel';
import { asHash, assert, encodeUtf8 } from '@lading/kernel';
import { sha256Noble } from './crypto/sha256Noble.js';
import { scratch } from './scratch.js';

/** ascii(tag) ‖ 0x00 of the tags that were used: a fixed number, all of them constants of this program. */
const PREFIXES = new Map<string, Uint8Array>();

function prefixOf(tag: string): Uint8Array {
  const known = PREFIXES.get(tag);
  if (known !== undefined) return known;
  const prefix = new Uint8Array(tag.length + 1);
  for (let i = 0; i < tag.length; i++) {
    const code = tag.charCodeAt(i);
    assert(code > 0 && code < 128, 'hashTagged: a tag is ASCII without NUL');
    prefix[i] = code;
  }
  PREFIXES.set(tag, prefix);
  return prefix;
}

function putU32(out: Uint8Array, at: number, value: number): void {
  out[at] = value >>> 24;
  out[at + 1] = value >>> 16;
  out[at + 2] = value >>> 8;
  out[at + 3] = value;
}

/** Bytes, text by its UTF-8, or a number. */
export type HashPart = Uint8Array | string | number;

/**
 * H(tag, p…) of spec/encoding.md §1: SHA-256(ascii(tag) ‖ 0x00 ‖ for every part u32be(length) ‖ bytes); a number is
 * its u64be (length 8). Every part is framed by its length, so no two lists of parts share an input. Asserts that a text
 * has UTF-8: no half of a surrogate pair.
 */
export function hashTagged(tag: string, parts: readonly HashPart[], sha256: Sha256 = sha256Noble): Hash {
  const prefix = prefixOf(tag);
  let size = prefix.length;
  for (const part of parts) size += 4 + (typeof part === 'number' ? 8 : part.length);
  const input = scratch(size);
  input.set(prefix);
  let at = prefix.length;
  for (const part of parts) {
    if (typeof part === 'number') {
      assert(Number.isSafeInteger(part) && part >= 0, 'hashTagged: not a safe integer >= 0');
      putU32(input, at, 8);
      putU32(input, at + 4, Math.floor(part / 0x100000000));
      putU32(input, at + 8, part % 0x100000000);
      at += 12;
    } else {
      putU32(input, at, part.length);
      if (typeof part !== 'string') input.set(part, at + 4);
      else if (!putAscii(input, at + 4, part)) return hashTagged(tag, parts.map(inUtf8), sha256);
      at += 4 + part.length;
    }
  }
  return asHash(sha256(input));
}

/** False for a text of other characters, too: there a character is not a byte. */
function putAscii(out: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 127) return false;
    out[at + i] = unit;
  }
  return true;
}

function inUtf8(part: HashPart): Uint8Array | number {
  if (typeof part !== 'string') return part;
  const bytes = encodeUtf8(part);
  assert(bytes !== null, 'hashTagged: lone surrogate');
  return bytes;
}
