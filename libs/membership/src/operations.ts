import type { Result } from '@lading/kernel';
import { ok, reject } from '@lading/kernel';
import {
  JsonFields,
  keyId,
  MEMBER_PATTERN,
  parseKeyId,
  type KeyIdParts,
  type KeyPurpose,
  type Transaction
} from '@lading/ledger';
import { isRole, ROLES, type Role } from './roles.js';

/** Membership operations as their payloads say them (spec/membership.md §3). */
export type MembershipOperation =
  | { readonly op: 'member.add'; readonly member: string; readonly name: string; readonly roles: readonly Role[] }
  | { readonly op: 'key.add'; readonly kid: string; readonly parts: KeyIdParts; readonly purpose: AddedPurpose }
  | { readonly op: 'key.revoke'; readonly kid: string; readonly parts: KeyIdParts };

/** Administrator keys come with genesis and change by ballot only. */
export type AddedPurpose = Exclude<KeyPurpose, 'admin'>;

export type OperationFault = 'PAYLOAD_MALFORMED' | 'ROLE_UNKNOWN' | 'OPERATION_UNKNOWN';

export const MEMBERSHIP_OPERATIONS = ['member.add', 'key.add', 'key.revoke'] as const;

const PURPOSE_PATTERN = /^(?:member|service|token)$/;
const KEY_ID_LENGTH = 171;

export function parseOperation(tx: Transaction): Result<MembershipOperation, OperationFault> {
  switch (tx.header.op) {
    case 'member.add':
      return parseMemberAdd(tx);
    case 'key.add':
      return parseKeyAdd(tx);
    case 'key.revoke':
      return parseKeyRevoke(tx);
    default:
      return reject('OPERATION_UNKNOWN', tx.header.op);
  }
}

/** {"member":"anna","name":"Anna Ruiz","roles":["capture","query"]} */
function parseMemberAdd(tx: Transaction): Result<MembershipOperation, OperationFault> {
  const fields = JsonFields.scan(tx.payload, ['member', 'name', 'roles']);
  const member = fields.plain('member', 63, MEMBER_PATTERN);
  const name = fields.text('name', 200, /./u);
  const named = fields.plainList('roles', ROLES.length, /^[a-z]{1,16}$/);
  if (named.length === 0) fields.refuse('roles', 'is empty');
  if (new Set(named).size !== named.length) fields.refuse('roles', 'names a role twice');
  if (fields.fault !== null) return malformed(fields);
  const roles = named.filter(isRole);
  const unknown = named.findIndex((role) => !isRole(role));
  if (unknown >= 0) return reject('ROLE_UNKNOWN', `known are ${ROLES.join(', ')}`, `/roles/${unknown}`);
  return ok({ op: 'member.add', member, name, roles });
}

/** {"member":"anna","purpose":"member","publicKey":"<base64url of 32 bytes>"} */
function parseKeyAdd(tx: Transaction): Result<MembershipOperation, OperationFault> {
  const fields = JsonFields.scan(tx.payload, ['member', 'purpose', 'publicKey']);
  const member = fields.plain('member', 63, MEMBER_PATTERN);
  const purpose = fields.plain('purpose', 16, PURPOSE_PATTERN) as AddedPurpose;
  const publicKey = fields.bytes('publicKey', 32);
  if (fields.fault !== null) return malformed(fields);
  const { organization } = tx;
  const kid = keyId(organization, member, publicKey);
  return ok({ op: 'key.add', kid, parts: { organization, member, publicKey }, purpose });
}

/** {"kid":"<org>/<member>#<key>"} */
function parseKeyRevoke(tx: Transaction): Result<MembershipOperation, OperationFault> {
  const fields = JsonFields.scan(tx.payload, ['kid']);
  const kid = fields.plain('kid', KEY_ID_LENGTH);
  if (fields.fault !== null) return malformed(fields);
  const parts = parseKeyId(kid);
  if (parts === null) return reject('PAYLOAD_MALFORMED', 'is not a key id', '/kid');
  return ok({ op: 'key.revoke', kid, parts });
}

function malformed(fields: JsonFields): Result<never, OperationFault> {
  return reject('PAYLOAD_MALFORMED', fields.fault?.detail ?? '', fields.fault?.pointer ?? '');
}
