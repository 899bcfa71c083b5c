import { assert } from '@lading/kernel';
import { PUBLIC_KEY_BYTES, SECRET_KEY_BYTES, SEED_BYTES, SIGNATURE_BYTES } from './sodium.js';
import type { Sodium } from './sodium.js';

/** libsodium compiled to WebAssembly: for platforms without a prebuilt binary; 2.3 times slower to verify. */
export async function loadWasmSodium(): Promise<Sodium> {
  const library = (await import('libsodium-wrappers')).default;
  await library.ready;
  return {
    build: 'wasm',
    verify: (signature, message, publicKey) =>
      signature.length === SIGNATURE_BYTES &&
      publicKey.length === PUBLIC_KEY_BYTES &&
      library.crypto_sign_verify_detached(signature, message, publicKey),
    sign(message, secretKey) {
      assert(secretKey.length === SECRET_KEY_BYTES, 'sign: secret key is not 64 bytes');
      return library.crypto_sign_detached(message, secretKey);
    },
    keyPairFromSeed(seed) {
      assert(seed.length === SEED_BYTES, 'keyPairFromSeed: seed is not 32 bytes');
      const pair = library.crypto_sign_seed_keypair(seed);
      return { publicKey: pair.publicKey, secretKey: pair.privateKey };
    }
  };
}
