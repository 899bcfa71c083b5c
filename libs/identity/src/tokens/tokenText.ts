import { fromBase64Url, ok, reject } from '@lading/kernel';
import type { Result } from '@lading/kernel';
import { scanJson, toPlainJson } from '@lading/ledger';
import { TOKEN_ALGORITHM, TOKEN_TYPE } from './issueToken.js';

export type TokenFault =
  | 'TOKEN_MISSING'
  | 'TOKEN_MALFORMED'
  | 'TOKEN_TOO_LONG'
  | 'TOKEN_EXPIRED'
  | 'TOKEN_NOT_YET_VALID'
  | 'TOKEN_WRONG_NETWORK'
  | 'TOKEN_KEY_UNKNOWN'
  | 'TOKEN_KEY_REVOKED'
  | 'TOKEN_SIGNATURE'
  | 'TOKEN_MEMBER_UNKNOWN';

/** Characters of a token; ours have about 500. Bounds what an unauthenticated caller can make us parse and cache. */
export const TOKEN_CHARACTERS = 4096;

/** The claims that a verified token must carry; others are ignored. */
export interface TokenClaims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string;
  readonly scope: string;
  readonly iat: number;
  readonly exp: number;
  readonly jti: string;
}

export interface TokenText {
  readonly kid: string;
  readonly claims: TokenClaims;
}

type Members = Readonly<Record<string, unknown>>;

/**
 * Reads a token's text without believing it. One token has one text: every segment must be the canonical base64url
 * of its bytes, which JOSE libraries do not insist on (they accept spaces and stray trailing bits), and both JSON
 * texts pass the ledger's strict scanner, so duplicate members cannot be read two ways.
 */
export function parseTokenText(text: string): Result<TokenText, TokenFault> {
  if (text.length > TOKEN_CHARACTERS)
    return reject('TOKEN_TOO_LONG', `the token has more than ${TOKEN_CHARACTERS} characters`);
  const segments = text.split('.');
  if (segments.length !== 3) return reject('TOKEN_MALFORMED', 'a token is three base64url segments joined by dots');
  const [head, claims, signature] = segments.map((segment) => (segment === '' ? null : fromBase64Url(segment)));
  if (!head || !claims || !signature) return reject('TOKEN_MALFORMED', 'a segment is not canonical base64url');
  const header = jsonObject(head);
  if (header === null) return reject('TOKEN_MALFORMED', 'the header is not a strict JSON object');
  if (header['alg'] !== TOKEN_ALGORITHM) return reject('TOKEN_MALFORMED', `the header's alg is not ${TOKEN_ALGORITHM}`);
  if (header['typ'] !== TOKEN_TYPE) return reject('TOKEN_MALFORMED', `the header's typ is not ${TOKEN_TYPE}`);
  // jku, x5u, jwk and the like are not read: the key comes from the ledger only.
  const kid = header['kid'];
  if (typeof kid !== 'string') return reject('TOKEN_MALFORMED', 'the header has no kid');
  const payload = jsonObject(claims);
  const read = payload === null ? null : readClaims(payload);
  if (read === null) return reject('TOKEN_MALFORMED', 'a claim is missing or has another type');
  return ok({ kid, claims: read });
}

function jsonObject(bytes: Uint8Array): Members | null {
  const scanned = scanJson(bytes);
  return scanned.ok && scanned.value.type === 'object' ? (toPlainJson(scanned.value) as Members) : null;
}

function readClaims(claims: Members): TokenClaims | null {
  const { iss, sub, aud, scope, iat, exp, jti } = claims;
  if (typeof iss !== 'string' || typeof sub !== 'string' || typeof aud !== 'string') return null;
  if (typeof scope !== 'string' || typeof jti !== 'string' || jti === '' || jti.length > 128) return null;
  if (!isSeconds(iat) || !isSeconds(exp)) return null;
  return { iss, sub, aud, scope, iat, exp, jti };
}

const isSeconds = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
