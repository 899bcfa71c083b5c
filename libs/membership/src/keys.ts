import type { Hash, KeyId } from '@lading/kernel';
import { toBase64Url } from '@lading/kernel';

/** State keys of the core (spec/membership.md §1). Ids hold no "/" but the ones written here. */

export const organizationKey = (organization: string): string => `core/org/${organization}`;

export const memberKey = (organization: string, member: string): string => `core/member/${organization}/${member}`;

export const keyKey = (kid: KeyId | string): string => `core/key/${kid}`;

/** Whose public key this is: every public key is registered at most once in a network. */
export const publicKeyKey = (publicKey: Uint8Array): string => `core/publickey/${toBase64Url(publicKey)}`;

/** `jtiHash` = SHA-256 of the jti's ASCII bytes. */
export const jtiKey = (organization: string, jtiHash: Hash): string =>
  `core/jti/${organization}/${toBase64Url(jtiHash)}`;

/** Seconds of this minute since 1970 at which dedupe entries expire, with their number of lists. */
export const expiryMinuteKey = (minute: number): string => `core/jtiexp/${minute}`;

/** One list of dedupe entries that expire in this second. */
export const expiryListKey = (second: number, list: number): string => `core/jtiexp/${second}/${list}`;
