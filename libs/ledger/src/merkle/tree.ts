import type { Hash, Sha256 } from '@lading/kernel';
import { asHash } from '@lading/kernel';
import { sha256Noble } from '../crypto/sha256Noble.js';
import { scratch } from '../scratch.js';

/** RFC 9162 §2.1.1: leaf = SHA-256(0x00 ‖ data). */
export function leafHash(data: Uint8Array, sha256: Sha256 = sha256Noble): Hash {
  const input = scratch(data.length + 1);
  input[0] = 0;
  input.set(data, 1);
  return asHash(sha256(input));
}

/** 0x01 and two hashes: memory of its own for each would cost more than hashing it. */
const PAIR = new Uint8Array(65);
PAIR[0] = 1;

/** RFC 9162 §2.1.1: node = SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Uint8Array, right: Uint8Array, sha256: Sha256 = sha256Noble): Hash {
  PAIR.set(left, 1);
  PAIR.set(right, 33);
  return asHash(sha256(PAIR));
}

/** Root of the tree with no leaves: SHA-256 of nothing. */
export function emptyRoot(sha256: Sha256 = sha256Noble): Hash {
  return asHash(sha256(new Uint8Array(0)));
}
