import { equalBytes, fromBase64Url } from '@lading/kernel';
import { IdentityFault } from '../fault.js';
import { PUBLIC_KEY_BYTES, SEED_BYTES } from '../sodium/sodium.js';

/**
 * The text of a key file: one JSON object. The secret is the 32-byte Ed25519 seed, sealed with a passphrase, or in
 * the clear in files that say so (`devOnly`), which only demo networks use.
 */
export interface KeyFile {
  readonly version: 1;
  readonly kind: 'ed25519';
  /** `<org>/<member>` or `<org>`; whose key it is. */
  readonly owner: string;
  readonly publicKey: Uint8Array;
  readonly secret: SealedSeed | PlainSeed;
}

export interface PlainSeed {
  readonly devOnly: true;
  readonly seed: Uint8Array;
}

/** scrypt and AES-256-GCM with the parameters of sealedSeed.ts; no others are accepted. */
export interface SealedSeed {
  readonly devOnly: false;
  readonly salt: Uint8Array;
  readonly nonce: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly tag: Uint8Array;
}

export const SALT_BYTES = 16;
export const NONCE_BYTES = 12;
export const TAG_BYTES = 16;

const ALGORITHM = { kdf: 'scrypt', n: 131072, r: 8, p: 1, cipher: 'aes-256-gcm' } as const;
const OWNER = /^[a-z][a-z0-9-]{0,62}(\/[A-Za-z0-9._-]{1,64})?$/;

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

export function encodeKeyFile(file: KeyFile): string {
  const { secret } = file;
  const body = secret.devOnly
    ? { devOnly: true, seed: text(secret.seed) }
    : {
        encrypted: {
          ...ALGORITHM,
          salt: text(secret.salt),
          nonce: text(secret.nonce),
          ciphertext: text(secret.ciphertext),
          tag: text(secret.tag)
        }
      };
  const head = { version: file.version, kind: file.kind, owner: file.owner, publicKey: text(file.publicKey) };
  return `${JSON.stringify({ ...head, ...body }, null, 2)}\n`;
}

/** Throws KEY_FILE_FORMAT naming the member that is wrong; never its value. */
export function decodeKeyFile(source: string, path: string): KeyFile {
  const fail = (what: string): never => {
    throw new IdentityFault('KEY_FILE_FORMAT', `${path}: ${what}`);
  };
  const file = record(source, () => fail('is not a JSON object'));
  if (file['version'] !== 1) fail('"version" is not 1');
  if (file['kind'] !== 'ed25519') fail('"kind" is not "ed25519"');
  const owner = file['owner'];
  if (typeof owner !== 'string' || !OWNER.test(owner)) return fail('"owner" is not <org> or <org>/<member>');
  const bytes = (from: Record<string, unknown>, name: string, size: number): Uint8Array => {
    const value = from[name];
    const decoded = typeof value === 'string' ? fromBase64Url(value) : null;
    return decoded !== null && decoded.length === size ? decoded : fail(`"${name}" is not base64url of ${size} bytes`);
  };
  const head = { version: 1, kind: 'ed25519', owner, publicKey: bytes(file, 'publicKey', PUBLIC_KEY_BYTES) } as const;
  if (file['devOnly'] === true) return { ...head, secret: { devOnly: true, seed: bytes(file, 'seed', SEED_BYTES) } };
  const sealed = file['encrypted'];
  if (!isRecord(sealed)) return fail('holds neither "encrypted" nor a "devOnly" seed');
  // Fixed parameters: a file cannot ask for a cheap derivation, nor for gigabytes of memory.
  for (const [name, value] of Object.entries(ALGORITHM)) if (sealed[name] !== value) fail(`"${name}" is not ${value}`);
  return {
    ...head,
    secret: {
      devOnly: false,
      salt: bytes(sealed, 'salt', SALT_BYTES),
      nonce: bytes(sealed, 'nonce', NONCE_BYTES),
      ciphertext: bytes(sealed, 'ciphertext', SEED_BYTES),
      tag: bytes(sealed, 'tag', TAG_BYTES)
    }
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function record(source: string, fail: () => never): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(source);
    if (isRecord(value)) return value;
  } catch {
    // The parser's message quotes the text, which may be a secret: it is not passed on.
  }
  return fail();
}

/** The derived public key must be the one that the file shows, or the file was put together from two. */
export function assertSameKey(shown: Uint8Array, derived: Uint8Array, path: string): void {
  if (!equalBytes(shown, derived))
    throw new IdentityFault('KEY_FILE_FORMAT', `${path}: "publicKey" does not belong to the secret in the file`);
}
