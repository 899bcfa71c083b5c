import type { VerifySignature } from '@lading/kernel';
import { equalBytes } from '@lading/kernel';
import { expand, mixBytes } from './dice.js';

/**
 * Signatures that cost nothing: a fast keyed hash of the message. Enough where no simulated node forges: a Byzantine
 * node here is two honest instances with one key. Deterministic, as Ed25519 is.
 */
export function signSymbolic(index: number, message: Uint8Array): Uint8Array {
  return expand(mixBytes(message, index + 1), 64);
}

/** The "public key" of a validator carries its index in the first two bytes. */
export function symbolicKey(index: number): Uint8Array {
  const key = new Uint8Array(32).fill(index + 1);
  key[0] = index >> 8;
  key[1] = index & 255;
  return key;
}

export const verifySymbolic: VerifySignature = (signature, message, publicKey) => {
  const index = ((publicKey[0] ?? 0) << 8) | (publicKey[1] ?? 0);
  return equalBytes(signature, signSymbolic(index, message));
};
