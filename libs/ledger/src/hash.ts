import type { Hash, Sha256 } from '@lading/kernel';
import { asHash, assert } from '@lading/kernel';
import { sha256Noble } from './crypto/sha256Noble.js';

/**
 * H(tag, p…) of spec/encoding.md §1: SHA-256(ascii(tag) ‖ 0x00 ‖ for every part u32be(length) ‖ bytes); a number is
 * its u64be (length 8). Every part is framed by its length, so no two lists of parts share an input.
 */
export function hashTagged(
  tag: string,
  parts: readonly (Uint8Array | number)[],
  sha256: Sha256 = sha256Noble
): Hash {
  let size = tag.length + 1;
  for (const part of parts) size += 4 + (typeof part === 'number' ? 8 : part.length);
  const input = new Uint8Array(size);
  const view = new DataView(input.buffer);
  for (let i = 0; i < tag.length; i++) {
    const code = tag.charCodeAt(i);
    assert(code > 0 && code < 128, 'hashTagged: a tag is ASCII without NUL');
    input[i] = code;
  }
  let at = tag.length + 1;
  for (const part of parts) {
    if (typeof part === 'number') {
      assert(Number.isSafeInteger(part) && part >= 0, 'hashTagged: not a safe integer >= 0');
      view.setUint32(at, 8);
      view.setUint32(at + 4, Math.floor(part / 0x100000000));
      view.setUint32(at + 8, part % 0x100000000);
      at += 12;
    } else {
      view.setUint32(at, part.length);
      input.set(part, at + 4);
      at += 4 + part.length;
    }
  }
  return asHash(sha256(input));
}
