import { inspect } from 'node:util';
import { generateKeyPair, sodiumSign } from '../c1.js';
import type { KeyPair } from '../sodium/sodium.js';

/** Signs with one Ed25519 key, wherever it is kept (a file, later a token or a key service). */
export interface Signer {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** 64 bytes over exactly these bytes. */
  sign(message: Uint8Array): Uint8Array;
}

/** A key in this process's memory. It prints, serializes and logs as its public key only. */
export class SeedSigner implements Signer {
  readonly publicKey: Uint8Array;
  readonly #pair: KeyPair;

  /** `seed` is 32 bytes; without it a new key is made. */
  constructor(seed?: Uint8Array) {
    this.#pair = generateKeyPair(seed);
    this.publicKey = this.#pair.publicKey;
  }

  sign(message: Uint8Array): Uint8Array {
    return sodiumSign(message, this.#pair.secretKey);
  }

  toJSON(): { readonly publicKey: string } {
    return { publicKey: Buffer.from(this.publicKey).toString('base64url') };
  }

  [inspect.custom](): string {
    return `Signer(${this.toJSON().publicKey})`;
  }
}
