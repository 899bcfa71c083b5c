import { toBase64Url } from '@lading/kernel';
import { SeedSigner } from '../keys/signer.js';
import type { KeyRegistry, RegisteredKey, RegisteredMember } from './registry.js';

export const CHAIN = 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA';
export const NOW_MS = 1_790_000_000_000;
export const NOW = NOW_MS / 1000;

export const SIGNER = new SeedSigner(new Uint8Array(32).fill(7));
export const KID = `finca-alta/tokens#${toBase64Url(SIGNER.publicKey)}`;

/** A registry in memory that counts its questions. */
export class MemoryRegistry implements KeyRegistry {
  readonly keys = new Map<string, RegisteredKey>([
    [KID, { purpose: 'token', status: 'active', organization: 'finca-alta', member: 'finca-alta/tokens' }]
  ]);
  readonly members = new Map<string, RegisteredMember>([
    ['finca-alta/ana', { status: 'active', roles: ['capture', 'query'] }]
  ]);
  questions = 0;
  #listener: (() => void) | null = null;

  key(kid: string): Promise<RegisteredKey | null> {
    this.questions++;
    return Promise.resolve(this.keys.get(kid) ?? null);
  }

  member(id: string): Promise<RegisteredMember | null> {
    return Promise.resolve(this.members.get(id) ?? null);
  }

  onChange(listener: () => void): () => void {
    this.#listener = listener;
    return () => (this.#listener = null);
  }

  announceChange(): void {
    this.#listener?.();
  }
}

type Json = Readonly<Record<string, unknown>>;
const segment = (value: Json | string): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

export const HEADER = { alg: 'Ed25519', typ: 'lading+jwt', kid: KID };
export const CLAIMS = {
  iss: 'finca-alta', sub: 'finca-alta/ana', aud: CHAIN, scope: 'capture', iat: NOW, exp: NOW + 600, jti: 'token-1'
};

/** A token of exactly these texts, well signed unless another signer is given. */
export function token(header: Json | string = HEADER, claims: Json | string = CLAIMS, signer = SIGNER): string {
  const signed = `${segment(header)}.${segment(claims)}`;
  return `${signed}.${toBase64Url(signer.sign(Buffer.from(signed)))}`;
}
