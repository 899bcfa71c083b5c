import type { VerifySignature } from '@lading/kernel';

/** What this lib needs of libsodium; two builds of the same C code implement it. */
export interface Sodium {
  readonly build: 'native' | 'wasm';
  /** Rule C1.2: true iff crypto_sign_verify_detached accepts. Wrong lengths are false, never an exception. */
  readonly verify: VerifySignature;
  /** RFC 8032 Ed25519. `secretKey` is libsodium's 64 bytes: seed, then public key. */
  sign(message: Uint8Array, secretKey: Uint8Array): Uint8Array;
  /** The key pair of a 32-byte seed. */
  keyPairFromSeed(seed: Uint8Array): KeyPair;
}

export interface KeyPair {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** 64 bytes: seed, then public key. */
  readonly secretKey: Uint8Array;
}

export const SEED_BYTES = 32;
export const PUBLIC_KEY_BYTES = 32;
export const SECRET_KEY_BYTES = 64;
export const SIGNATURE_BYTES = 64;
