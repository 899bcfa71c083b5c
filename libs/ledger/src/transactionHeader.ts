import type { KeyId, OrganizationId, Result } from '@lading/kernel';
import { asciiBytes, LIMITS, ok, reject } from '@lading/kernel';
import { OPERATION_PATTERN, ORGANIZATION_PATTERN, parseKeyId } from './identifiers.js';
import { JsonFields } from './jsonFields.js';
import type { TransactionFault, TransactionHeader } from './transaction.js';

const MEMBERS = ['alg', 'typ', 'kid', 'chain', 'op', 'jti', 'iat', 'exp', 'lanes'] as const;

/** `<org>/<member>#<key>` at most: 63 + 1 + 63 + 1 + 43. */
const KEY_ID_LENGTH = 171;
const CHAIN_PATTERN = /^[A-Za-z0-9_-]{43}$/;
export const JTI_LENGTH = 128;

/** Header members in the order in which this project writes them; any order is accepted. */
export function encodeHeader(header: TransactionHeader): Uint8Array {
  const { alg, typ, kid, chain, op, jti, iat, exp, lanes } = header;
  return asciiBytes(JSON.stringify({ alg, typ, kid, chain, op, jti, iat, exp, lanes }));
}

/** Decodes a protected header: exactly the members of spec/ledger.md §3, plain ASCII strings, plain integers. */
export function decodeHeader(bytes: Uint8Array): Result<TransactionHeader, TransactionFault> {
  if (bytes.length > LIMITS.headerBytes) return reject('TX_TOO_LARGE', `header over ${LIMITS.headerBytes} bytes`);
  const fields = JsonFields.scan(bytes, MEMBERS);
  fields.plain('alg', 7, /^Ed25519$/);
  fields.plain('typ', 10, /^lading\+jws$/);
  const header: TransactionHeader = {
    alg: 'Ed25519',
    typ: 'lading+jws',
    kid: fields.plain('kid', KEY_ID_LENGTH) as KeyId,
    chain: fields.plain('chain', 43, CHAIN_PATTERN),
    op: fields.plain('op', 64, OPERATION_PATTERN),
    jti: fields.plain('jti', JTI_LENGTH, /./),
    iat: fields.uint('iat'),
    exp: fields.uint('exp'),
    lanes: fields.plainList('lanes', LIMITS.validators, ORGANIZATION_PATTERN) as readonly OrganizationId[]
  };
  if (parseKeyId(header.kid) === null) fields.refuse('kid', 'is not <org>/<member>#<base64url key>');
  if (header.lanes.length === 0) fields.refuse('lanes', 'is empty');
  if (new Set(header.lanes).size !== header.lanes.length) fields.refuse('lanes', 'names an organization twice');
  const { fault } = fields;
  return fault === null ? ok(header) : reject('TX_HEADER', fault.detail, fault.pointer);
}
