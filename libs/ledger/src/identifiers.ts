import type { KeyId, OrganizationId } from '@lading/kernel';
import { fromBase64Url, toBase64Url } from '@lading/kernel';

/** `<org>`: 1–63 of a–z, 0–9, "-", starting with a letter. */
export const ORGANIZATION_PATTERN = /^[a-z][a-z0-9-]{0,62}$/;
/** `<member>`: 1–63 of a–z, 0–9, ".", "_", "-", starting with a letter or digit. */
export const MEMBER_PATTERN = /^[a-z0-9][a-z0-9._-]{0,62}$/;
/** Operations are dotted lower-case words: `epcis.capture`, `member.add`. At most 64 characters. */
export const OPERATION_PATTERN = /^[a-z][a-z0-9]{0,31}(?:\.[a-z][a-z0-9]{0,31})+$/;

export function isOrganizationId(text: string): text is OrganizationId {
  return ORGANIZATION_PATTERN.test(text);
}

/** Parts of a key id. */
export interface KeyIdParts {
  readonly organization: OrganizationId;
  readonly member: string;
  readonly publicKey: Uint8Array;
}

/** Takes `<org>/<member>#<base64url of the 32-byte public key>` apart; null when it is not exactly that. */
export function parseKeyId(kid: string): KeyIdParts | null {
  const slash = kid.indexOf('/');
  const hash = kid.indexOf('#');
  if (slash < 0 || hash < slash) return null;
  const organization = kid.slice(0, slash);
  const member = kid.slice(slash + 1, hash);
  const publicKey = fromBase64Url(kid.slice(hash + 1));
  if (!isOrganizationId(organization) || !MEMBER_PATTERN.test(member) || publicKey?.length !== 32) return null;
  return { organization, member, publicKey };
}

export function keyId(organization: string, member: string, publicKey: Uint8Array): KeyId {
  return `${organization}/${member}#${toBase64Url(publicKey)}` as KeyId;
}
