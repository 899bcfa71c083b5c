import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { asciiBytes, concatBytes } from '@lading/kernel';
import { IdentityFault } from '../fault.js';
import { NONCE_BYTES, SALT_BYTES, TAG_BYTES } from './keyFile.js';
import type { SealedSeed } from './keyFile.js';

/** N = 2^17, r = 8, p = 1 (OWASP password storage): 128 MiB and about 0.4 s a guess. */
const SCRYPT = { N: 1 << 17, r: 8, p: 1, maxmem: 160 << 20 } as const;

/** In the thread pool: a derivation on the event loop would stop consensus for its length. */
function deriveKey(passphrase: string, salt: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFC'), salt, 32, SCRYPT, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

/** Owner and public key are authenticated, so a sealed seed cannot be moved under another name. */
const associatedData = (owner: string, publicKey: Uint8Array): Uint8Array =>
  concatBytes(asciiBytes(`lading/keyfile/1 ${owner} `), publicKey);

export async function sealSeed(
  seed: Uint8Array, passphrase: string, owner: string, publicKey: Uint8Array
): Promise<SealedSeed> {
  const salt = randomBytes(SALT_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const key = await deriveKey(passphrase, salt);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(associatedData(owner, publicKey));
  const ciphertext = concatBytes(cipher.update(seed), cipher.final());
  key.fill(0);
  return { devOnly: false, salt, nonce, ciphertext, tag: cipher.getAuthTag() };
}

/** KEY_PASSPHRASE when the passphrase is wrong or the file was changed: GCM cannot tell which. */
export async function openSeed(
  sealed: SealedSeed, passphrase: string, owner: string, publicKey: Uint8Array
): Promise<Uint8Array> {
  const key = await deriveKey(passphrase, sealed.salt);
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(associatedData(owner, publicKey));
  decipher.setAuthTag(sealed.tag);
  try {
    return concatBytes(decipher.update(sealed.ciphertext), decipher.final());
  } catch {
    throw new IdentityFault('KEY_PASSPHRASE', `the passphrase does not open the key of ${owner}, or the file changed`);
  } finally {
    key.fill(0);
  }
}
