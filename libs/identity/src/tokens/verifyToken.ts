import { createPublicKey } from 'node:crypto';
import { ok, reject } from '@lading/kernel';
import type { Rejection, Result } from '@lading/kernel';
import { errors, jwtVerify } from 'jose';
import { TOKEN_ALGORITHM, TOKEN_LIFE_SECONDS, TOKEN_TYPE } from './issueToken.js';
import { parseTokenText } from './tokenText.js';
import type { TokenClaims, TokenFault, TokenText } from './tokenText.js';
import type { Caller, KeyRegistry } from './registry.js';

export interface TokenRules {
  /** base64url of the chain id. */
  readonly audience: string;
  readonly registry: KeyRegistry;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/** Between the clocks of two organizations. */
export const CLOCK_TOLERANCE_SECONDS = 30;

export interface VerifiedToken {
  readonly caller: Caller;
  /** Milliseconds since 1970 after which the token is refused. */
  readonly expiresMs: number;
}

/**
 * The caller that a bearer token names. Any organization's token is good on any node: the key is looked up on the
 * ledger by its exact kid, must be registered for tokens by the token's issuer and active now; one algorithm, one
 * type, one audience. Roles are those of the member's ledger record that the token's scopes also name.
 */
export async function verifyToken(text: string, rules: TokenRules): Promise<Result<VerifiedToken, TokenFault>> {
  const parsed = parseTokenText(text);
  if (!parsed.ok) return parsed;
  const { claims, kid } = parsed.value;
  const key = await rules.registry.key(kid);
  if (key === null) return reject('TOKEN_KEY_UNKNOWN', 'the key in kid is not registered on the ledger');
  if (key.purpose !== 'token' || key.organization !== claims.iss)
    return reject('TOKEN_KEY_UNKNOWN', 'the key in kid may not sign tokens of this issuer');
  if (key.status !== 'active') return reject('TOKEN_KEY_REVOKED', 'the key in kid is revoked');
  const refused = await verifyJwt(text, parsed.value, rules);
  if (refused !== null) return refused;
  if (claims.exp - claims.iat > TOKEN_LIFE_SECONDS)
    return reject('TOKEN_TOO_LONG', `the token lives longer than ${TOKEN_LIFE_SECONDS} s`);
  return callerOf(claims, rules.registry);
}

async function callerOf(claims: TokenClaims, registry: KeyRegistry): Promise<Result<VerifiedToken, TokenFault>> {
  if (!claims.sub.startsWith(`${claims.iss}/`))
    return reject('TOKEN_MEMBER_UNKNOWN', 'the token speaks for a member of another organization');
  const member = await registry.member(claims.sub);
  if (member === null || member.status !== 'active')
    return reject('TOKEN_MEMBER_UNKNOWN', 'the member in sub is not active on the ledger');
  const scopes = new Set(claims.scope.split(' '));
  const roles = member.roles.filter((role) => scopes.has(role));
  return ok({
    caller: { organization: claims.iss, member: claims.sub, roles, tokenId: claims.jti },
    expiresMs: (claims.exp + CLOCK_TOLERANCE_SECONDS) * 1000
  });
}

async function verifyJwt(text: string, token: TokenText, rules: TokenRules): Promise<Rejection<TokenFault> | null> {
  const x = token.kid.slice(token.kid.indexOf('#') + 1);
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    await jwtVerify(text, key, {
      algorithms: [TOKEN_ALGORITHM],
      typ: TOKEN_TYPE,
      issuer: token.claims.iss,
      audience: rules.audience,
      currentDate: new Date(rules.nowMs),
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      maxTokenAge: TOKEN_LIFE_SECONDS,
      requiredClaims: ['exp', 'iat', 'sub', 'jti']
    });
    return null;
  } catch (error) {
    return reject(codeOf(error), error instanceof errors.JOSEError ? error.message : 'the token cannot be verified');
  }
}

function codeOf(error: unknown): TokenFault {
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'TOKEN_SIGNATURE';
  if (error instanceof errors.JWTExpired) return error.claim === 'exp' ? 'TOKEN_EXPIRED' : 'TOKEN_TOO_LONG';
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'aud') return 'TOKEN_WRONG_NETWORK';
    if (error.claim === 'iat' || error.claim === 'nbf') return 'TOKEN_NOT_YET_VALID';
  }
  return 'TOKEN_MALFORMED';
}
