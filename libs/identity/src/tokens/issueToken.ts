import { randomUUID } from 'node:crypto';
import { asciiBytes, assert, toBase64Url } from '@lading/kernel';
import type { Signer } from '../keys/signer.js';

export const TOKEN_TYPE = 'lading+jwt';
export const TOKEN_ALGORITHM = 'Ed25519';
/** `exp − iat` at most, seconds: what a stolen token is worth ends with it. */
export const TOKEN_LIFE_SECONDS = 900;

export interface TokenRequest {
  /** Organization id. */
  readonly issuer: string;
  /** `<org>/<member>` for whom the token speaks; a bare member name is completed with the issuer. */
  readonly member: string;
  /** base64url of the chain id. */
  readonly audience: string;
  /** Roles that the token may use; the ledger may grant fewer. */
  readonly scopes: readonly string[];
  /** 1 … 900. */
  readonly lifetimeSeconds?: number;
  /** KeyId under which the ledger knows the token key, e.g. `finca-alta/tokens#…`. */
  readonly kid: string;
  /** Milliseconds since 1970; the clock's when absent. */
  readonly nowMs?: number;
}

const segment = (value: unknown): string => toBase64Url(new Uint8Array(Buffer.from(JSON.stringify(value), 'utf8')));

/**
 * A compact JWT (RFC 7519), signed Ed25519 (RFC 8037 with the fully specified name of RFC 9864) by the
 * organization's token key. The signer can be any Signer, so the text is put together here and not by a library that
 * asks for the key itself.
 */
export function issueToken(request: TokenRequest, signer: Signer): string {
  const lifetime = request.lifetimeSeconds ?? TOKEN_LIFE_SECONDS;
  assert(Number.isInteger(lifetime) && lifetime >= 1 && lifetime <= TOKEN_LIFE_SECONDS, 'issueToken: lifetime');
  assert(request.kid.endsWith(`#${toBase64Url(signer.publicKey)}`), 'issueToken: kid is not of this signer');
  const issuedAt = Math.floor((request.nowMs ?? Date.now()) / 1000);
  const claims = {
    iss: request.issuer,
    sub: request.member.includes('/') ? request.member : `${request.issuer}/${request.member}`,
    aud: request.audience,
    scope: request.scopes.join(' '),
    iat: issuedAt,
    exp: issuedAt + lifetime,
    jti: randomUUID()
  };
  const head = segment({ alg: TOKEN_ALGORITHM, typ: TOKEN_TYPE, kid: request.kid });
  const signed = `${head}.${segment(claims)}`;
  return `${signed}.${toBase64Url(signer.sign(asciiBytes(signed)))}`;
}
