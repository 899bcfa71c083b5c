import { entry, retryable } from './types.js';

/** Refusals of bearer tokens and roles. */
export const TOKEN_CODES = {
  ROLE_MISSING: entry(403, 'SecurityException', 'A role is missing'),
  TOKEN_EXPIRED: entry(401, 'SecurityException', 'The token has expired'),
  TOKEN_KEY_REVOKED: entry(401, 'SecurityException', 'The key that signed the token is revoked'),
  TOKEN_KEY_UNKNOWN: entry(401, 'SecurityException', 'The key that signed the token is not registered'),
  TOKEN_MALFORMED: entry(401, 'SecurityException', 'The token cannot be read'),
  TOKEN_MEMBER_UNKNOWN: entry(401, 'SecurityException', 'The member of the token is not active'),
  TOKEN_MISSING: entry(401, 'SecurityException', 'A token is required'),
  TOKEN_NOT_YET_VALID: entry(401, 'SecurityException', 'The token is not valid yet'),
  TOKEN_REGISTRY_UNAVAILABLE: retryable(503, 'ImplementationException', 'The registry cannot be read now', 1),
  TOKEN_SIGNATURE: entry(401, 'SecurityException', 'The signature of the token does not verify'),
  TOKEN_TOO_LONG: entry(401, 'SecurityException', 'The token is too long or lives too long'),
  TOKEN_WRONG_NETWORK: entry(401, 'SecurityException', 'The token is for another network')
} as const;
