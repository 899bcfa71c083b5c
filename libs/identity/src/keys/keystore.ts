import { randomBytes } from 'node:crypto';
import { generateKeyPair } from '../c1.js';
import { IdentityFault } from '../fault.js';
import { SEED_BYTES } from '../sodium/sodium.js';
import { assertSameKey, decodeKeyFile, encodeKeyFile } from './keyFile.js';
import type { KeyFile, PlainSeed, SealedSeed } from './keyFile.js';
import { openSeed, sealSeed } from './sealedSeed.js';
import { readPassphraseFile, readSecretFile, writeSecretFile } from './secretFile.js';
import { SeedSigner } from './signer.js';

/** How a new key is protected: by a passphrase, or openly marked as a demo key. */
export type KeyProtection = { readonly passphrase: string } | { readonly devOnly: true };

/**
 * Makes a key and its file (mode 0600; KEY_FILE_EXISTS rather than replace one). `owner` is `<org>` or
 * `<org>/<member>`; `seed` fixes the key, for networks that are made reproducibly.
 */
export async function createKeyFile(
  path: string, owner: string, protection: KeyProtection, seed: Uint8Array = randomBytes(SEED_BYTES)
): Promise<{ readonly publicKey: Uint8Array }> {
  const { publicKey } = generateKeyPair(seed);
  const secret: SealedSeed | PlainSeed =
    'passphrase' in protection
      ? await sealSeed(seed, protection.passphrase, owner, publicKey)
      : { devOnly: true, seed };
  const text = encodeKeyFile({ version: 1, kind: 'ed25519', owner, publicKey, secret });
  decodeKeyFile(text, path);
  await writeSecretFile(path, text);
  return { publicKey };
}

/** What a key file shows without its passphrase. */
export interface KeyFileInfo {
  readonly owner: string;
  readonly publicKey: Uint8Array;
  /** True for a demo key that lies in the clear. */
  readonly devOnly: boolean;
}

export async function inspectKeyFile(path: string): Promise<KeyFileInfo> {
  const { owner, publicKey, secret } = await readKeyFile(path);
  return { owner, publicKey, devOnly: secret.devOnly };
}

async function readKeyFile(path: string): Promise<KeyFile> {
  return decodeKeyFile(await readSecretFile(path), path);
}

/** A signer whose key lies in a file. */
export class FileSigner extends SeedSigner implements KeyFileInfo {
  private constructor(
    seed: Uint8Array,
    readonly owner: string,
    readonly devOnly: boolean
  ) {
    super(seed);
  }

  /** Opens a key file. A sealed one needs `passphraseFile`; codes KEY_FILE_*, KEY_PASSPHRASE. */
  static async open(path: string, passphraseFile?: string): Promise<FileSigner> {
    const { owner, publicKey, secret } = await readKeyFile(path);
    const seed = secret.devOnly
      ? secret.seed
      : await openSeed(secret, await passphraseOf(path, passphraseFile), owner, publicKey);
    const signer = new FileSigner(seed, owner, secret.devOnly);
    assertSameKey(publicKey, signer.publicKey, path);
    return signer;
  }
}

async function passphraseOf(path: string, passphraseFile: string | undefined): Promise<string> {
  if (passphraseFile === undefined)
    throw new IdentityFault('KEY_PASSPHRASE', `${path} is sealed: name the file that holds its passphrase`);
  return readPassphraseFile(passphraseFile);
}
