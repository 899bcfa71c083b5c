import type { KeyId, Result } from '@lading/kernel';
import { asHash, ok, reject, type Hash } from '@lading/kernel';
import { CborFields, encodeCbor, type KeyPurpose } from '@lading/ledger';
import { isRole, ROLES, type Role } from './roles.js';

/** Values of the core's state entries: deterministic CBOR arrays that start with their version. */

export interface OrganizationRecord {
  readonly name: string;
  readonly gln: string;
}

export interface MemberRecord {
  readonly name: string;
  readonly status: 'active' | 'revoked';
  /** Ascending, each once. */
  readonly roles: readonly Role[];
}

export interface KeyRecord {
  readonly purpose: KeyPurpose;
  readonly status: 'active' | 'revoked';
  readonly addedHeight: number;
  /** 0 while active. */
  readonly revokedHeight: number;
}

export type RecordFault = 'RECORD_MALFORMED';

const PURPOSES = ['admin', 'member', 'service', 'token'] as const satisfies readonly KeyPurpose[];
const VERSION = 1;

function finish<T>(fields: CborFields, value: T): Result<T, RecordFault> {
  return fields.fault === null ? ok(value) : reject('RECORD_MALFORMED', fields.fault);
}

function readVersion(fields: CborFields): void {
  if (fields.uint('version') !== VERSION) fields.refuse('version', `is not ${VERSION}`);
}

/** [1, name, gln] */
export function encodeOrganizationRecord(record: OrganizationRecord): Uint8Array {
  return encodeCbor([VERSION, record.name, record.gln]);
}

export function decodeOrganizationRecord(value: Uint8Array): Result<OrganizationRecord, RecordFault> {
  const fields = CborFields.decode(value, 3, 'organization record');
  readVersion(fields);
  return finish(fields, { name: fields.text('name', 200), gln: fields.text('gln', 13) });
}

/** [1, name, active, [role…]] */
export function encodeMemberRecord(record: MemberRecord): Uint8Array {
  return encodeCbor([VERSION, record.name, record.status === 'active', [...record.roles].sort()]);
}

export function decodeMemberRecord(value: Uint8Array): Result<MemberRecord, RecordFault> {
  const fields = CborFields.decode(value, 4, 'member record');
  readVersion(fields);
  const name = fields.text('name', 200);
  const status = fields.bool('active') ? 'active' : 'revoked';
  const roles = fields.list('roles', ROLES.length, (list) => list.text('role', 16)).filter(isRole);
  return finish(fields, { name, status, roles });
}

/** [1, purpose, active, addedHeight, revokedHeight] */
export function encodeKeyRecord(record: KeyRecord): Uint8Array {
  return encodeCbor([VERSION, record.purpose, record.status === 'active', record.addedHeight, record.revokedHeight]);
}

export function decodeKeyRecord(value: Uint8Array): Result<KeyRecord, RecordFault> {
  const fields = CborFields.decode(value, 5, 'key record');
  readVersion(fields);
  const text = fields.text('purpose', 16);
  const purpose = PURPOSES.find((known) => known === text);
  if (purpose === undefined) fields.refuse('purpose', 'is not known');
  return finish(fields, {
    purpose: purpose ?? 'member',
    status: fields.bool('active') ? 'active' : 'revoked',
    addedHeight: fields.uint('addedHeight'),
    revokedHeight: fields.uint('revokedHeight')
  });
}

/** Value of `core/publickey/…`: the key id under which the key is registered. */
export function encodePublicKeyOwner(kid: KeyId | string): Uint8Array {
  return encodeCbor([VERSION, kid]);
}

export function decodePublicKeyOwner(value: Uint8Array): Result<string, RecordFault> {
  const fields = CborFields.decode(value, 2, 'public key record');
  readVersion(fields);
  return finish(fields, fields.text('kid', 200));
}

/** First transaction that used a jti: [txId, height, index, exp]. */
export interface JtiRecord {
  readonly txId: Hash;
  readonly height: number;
  readonly index: number;
  /** Seconds since 1970. */
  readonly exp: number;
}

export function encodeJtiRecord(record: JtiRecord): Uint8Array {
  return encodeCbor([record.txId, record.height, record.index, record.exp]);
}

export function decodeJtiRecord(value: Uint8Array): Result<JtiRecord, RecordFault> {
  const fields = CborFields.decode(value, 4, 'jti record');
  return finish(fields, {
    txId: asHash(fields.hash('txId')),
    height: fields.uint('height'),
    index: fields.uint('index'),
    exp: fields.uint('exp')
  });
}
