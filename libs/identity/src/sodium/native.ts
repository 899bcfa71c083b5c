import { assert } from '@lading/kernel';
import { PUBLIC_KEY_BYTES, SECRET_KEY_BYTES, SEED_BYTES, SIGNATURE_BYTES } from './sodium.js';
import type { Sodium } from './sodium.js';

/** The part of sodium-native's interface used here; its published types ask for Buffer where any bytes do. */
interface SodiumNative {
  crypto_sign_verify_detached(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean;
  crypto_sign_detached(signature: Uint8Array, message: Uint8Array, secretKey: Uint8Array): void;
  crypto_sign_seed_keypair(publicKey: Uint8Array, secretKey: Uint8Array, seed: Uint8Array): void;
}

/** Rejects when the platform has no prebuilt binary. */
export async function loadNativeSodium(): Promise<Sodium> {
  const library = (await import('sodium-native')).default as unknown as SodiumNative;
  return {
    build: 'native',
    verify: (signature, message, publicKey) =>
      // The addon checks "at least" these lengths; C1 asks for exactly these.
      signature.length === SIGNATURE_BYTES &&
      publicKey.length === PUBLIC_KEY_BYTES &&
      library.crypto_sign_verify_detached(signature, message, publicKey),
    sign(message, secretKey) {
      assert(secretKey.length === SECRET_KEY_BYTES, 'sign: secret key is not 64 bytes');
      const signature = new Uint8Array(SIGNATURE_BYTES);
      library.crypto_sign_detached(signature, message, secretKey);
      return signature;
    },
    keyPairFromSeed(seed) {
      assert(seed.length === SEED_BYTES, 'keyPairFromSeed: seed is not 32 bytes');
      const publicKey = new Uint8Array(PUBLIC_KEY_BYTES);
      const secretKey = new Uint8Array(SECRET_KEY_BYTES);
      library.crypto_sign_seed_keypair(publicKey, secretKey, seed);
      return { publicKey, secretKey };
    }
  };
}
