import type { VerifySignature } from '@lading/kernel';
import { mixBytes } from './dice.js';

/**
 * Signatures that cost little: a fast keyed hash of the message. Enough where no simulated node forges: the power of
 * an adversary (adversaries/power.ts) signs with its own key alone. Deterministic, as Ed25519 is.
 */
export function signSymbolic(key: number, message: Uint8Array): Uint8Array {
  const signature = new Uint8Array(64);
  writeWords(signature, mixBytes(message, key + 1));
  signature[63] = key & 255;
  return signature;
}

function writeWords(into: Uint8Array, [a, b]: readonly [number, number]): void {
  for (let i = 0; i < 4; i++) {
    into[i] = a >>> (8 * i);
    into[4 + i] = b >>> (8 * i);
  }
}

/** The "public key" of a validator carries its number in the first two bytes. */
export function symbolicKey(key: number): Uint8Array {
  const bytes = new Uint8Array(32).fill((key & 255) + 1);
  bytes[0] = key >> 8;
  bytes[1] = key & 255;
  return bytes;
}

export const verifySymbolic: VerifySignature = (signature, message, publicKey) => {
  const key = ((publicKey[0] ?? 0) << 8) | (publicKey[1] ?? 0);
  const [a, b] = mixBytes(message, key + 1);
  for (let i = 0; i < 4; i++) {
    if (signature[i] !== ((a >>> (8 * i)) & 255) || signature[4 + i] !== ((b >>> (8 * i)) & 255)) return false;
  }
  return signature[63] === (key & 255);
};
