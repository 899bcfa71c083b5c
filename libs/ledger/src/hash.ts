import type { Hash, Sha256 } from '@lading/kernel';
import { asHash, assert } from '@lading/kernel';
import { sha256Noble } from './crypto/sha256Noble.js';

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

/** Memory of its own for each input of some hundred bytes would cost more than hashing it; no SHA-256 keeps its input. */
const SCRATCH = new Uint8Array(4096);

function putU32(out: Uint8Array, at: number, value: number): void {
  out[at] = value >>> 24;
  out[at + 1] = value >>> 16;
  out[at + 2] = value >>> 8;
  out[at + 3] = value;
}

/**
 * H(tag, p…) of spec/encoding.md §1: SHA-256(ascii(tag) ‖ 0x00 ‖ for every part u32be(length) ‖ bytes); a number is
 * its u64be (length 8). Every part is framed by its length, so no two lists of parts share an input.
 */
export function hashTagged(
  tag: string,
  parts: readonly (Uint8Array | number)[],
  sha256: Sha256 = sha256Noble
): Hash {
  const prefix = prefixOf(tag);
  let size = prefix.length;
  for (const part of parts) size += 4 + (typeof part === 'number' ? 8 : part.length);
  const input = size <= SCRATCH.length ? SCRATCH : new Uint8Array(size);
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
      input.set(part, at + 4);
      at += 4 + part.length;
    }
  }
  return asHash(sha256(input.subarray(0, size)));
}
