import { randomBytes } from 'node:crypto';
import type { VerifySignature } from '@lading/kernel';
import { loadNativeSodium } from './sodium/native.js';
import { loadWasmSodium } from './sodium/wasm.js';
import { SEED_BYTES } from './sodium/sodium.js';
import type { KeyPair, Sodium } from './sodium/sodium.js';

/**
 * Rule C1 (spec/encoding.md): libsodium is the only Ed25519 verifier of anything that consensus decides. node:crypto,
 * WebCrypto and other libraries answer differently on hostile signatures, and differ between Node versions.
 * Waits at import, so that verification is a plain function afterwards.
 */
export const sodium: Sodium = await loadNativeSodium().catch(loadWasmSodium);

/** Rule C1.2. The key's admission (C1.1) is checked when it is registered. */
export const sodiumVerify: VerifySignature = sodium.verify;

/** Ed25519 signature, 64 bytes, by libsodium's 64-byte secret key. */
export const sodiumSign = (message: Uint8Array, secretKey: Uint8Array): Uint8Array => sodium.sign(message, secretKey);

/** A new pair from the operating system's randomness, or the pair of a given 32-byte seed. */
export function generateKeyPair(seed: Uint8Array = randomBytes(SEED_BYTES)): KeyPair {
  return sodium.keyPairFromSeed(seed);
}
