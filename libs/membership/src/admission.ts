import type { Hash, Height, Rejection, Result, Sha256 } from '@lading/kernel';
import { asciiBytes, asHash, assert, equalBytes, LIMITS } from '@lading/kernel';
import {
  sha256Noble,
  type EpochConfig,
  type KeyPurpose,
  type Outcome,
  type OutcomeDetail,
  type StateView,
  type Transaction
} from '@lading/ledger';
import { jtiKey, keyKey, memberKey } from './keys.js';
import { decodeJtiRecord, decodeKeyRecord, decodeMemberRecord, encodeJtiRecord } from './records.js';
import type { JtiRecord, KeyRecord, MemberRecord } from './records.js';
import { SERVICE_ROLES } from './roles.js';

/** The generic checks of spec/ledger.md §3.3, in their order. A refused transaction writes nothing. */
export type AdmissionCode = 'NOT_YET_VALID' | 'EXPIRED' | 'KEY_NOT_ACTIVE' | 'DUPLICATE' | 'JTI_CONFLICT';

/** What the contract is told about the signer, from the state before the transaction. */
export interface Admitted {
  readonly keyPurpose: KeyPurpose;
  readonly roles: readonly string[];
}

/** A rejection together with the outcome that the ledger records for it. */
export interface AdmissionRejection extends Rejection<AdmissionCode> {
  readonly outcome: Outcome;
}

export type Admission = { readonly ok: true; readonly value: Admitted } | AdmissionRejection;

export interface AdmissionContext {
  /** Block time. */
  readonly timestampMs: number;
  /** In force for the block. */
  readonly config: EpochConfig;
}

/** SHA-256 of the jti's ASCII bytes. */
export function jtiHash(jti: string, sha256: Sha256 = sha256Noble): Hash {
  return asHash(sha256(asciiBytes(jti)));
}

export const jtiKeyOf = (tx: Transaction, sha256: Sha256 = sha256Noble): string =>
  jtiKey(tx.organization, jtiHash(tx.header.jti, sha256));

/** State keys that {@link admitTransaction} reads. All known from the header. */
export interface AdmissionKeys {
  /** Of the signing key. */
  readonly key: string;
  readonly member: string;
  /** Of the dedupe entry. */
  readonly jti: string;
}

export function admissionKeysOf(tx: Transaction, sha256: Sha256 = sha256Noble): AdmissionKeys {
  const { kid } = tx.header;
  let signer = SIGNERS.get(kid);
  if (signer === undefined) {
    signer = { key: keyKey(kid), member: memberKey(tx.organization, tx.member) };
    if (SIGNERS.size >= MOST_SIGNERS) SIGNERS.clear();
    SIGNERS.set(kid, signer);
  }
  return { key: signer.key, member: signer.member, jti: jtiKeyOf(tx, sha256) };
}

/** Keys of those who sign: they follow from the key id, and whatever is looked up by the same text is found sooner. */
const SIGNERS = new Map<string, Pick<AdmissionKeys, 'key' | 'member'>>();
const MOST_SIGNERS = 4096;

/** As {@link admissionKeysOf}, in one list. */
export function admissionKeys(tx: Transaction, sha256: Sha256 = sha256Noble): readonly string[] {
  const { key, member, jti } = admissionKeysOf(tx, sha256);
  return [key, member, jti];
}

/** Time window, then key, then dedupe (spec/ledger.md 3.6–3.8). `view` must hold {@link admissionKeys}. */
export function admitTransaction(
  tx: Transaction,
  context: AdmissionContext,
  view: StateView,
  sha256: Sha256 = sha256Noble,
  keys: AdmissionKeys = admissionKeysOf(tx, sha256)
): Admission {
  const early = checkTime(tx, context.timestampMs);
  if (early !== null) return early;
  const takesPart = context.config.organizations.some(({ id }) => id === tx.organization);
  const signer = takesPart ? activeSigner(keys, view) : null;
  if (signer === null) return refuse('KEY_NOT_ACTIVE', 'the key is not registered, revoked, or not for signing', []);
  const seen = view.get(keys.jti);
  if (seen === null) return { ok: true, value: signer };
  const first = readJtiRecord(seen);
  const detail = [first.height, first.index];
  return equalBytes(first.txId, tx.txId)
    ? refuse('DUPLICATE', `first ordered at height ${first.height}, index ${first.index}`, detail)
    : refuse('JTI_CONFLICT', `the jti was used at height ${first.height}, index ${first.index}`, detail);
}

function refuse(code: AdmissionCode, detail: string, parameters: readonly OutcomeDetail[]): AdmissionRejection {
  return { ok: false, code, detail, outcome: { status: 'REJECTED', code, detail: parameters } };
}

/** iat − 5 min ≤ block time ≤ exp. */
export function checkTime(tx: Transaction, timestampMs: number): AdmissionRejection | null {
  const { iat, exp } = tx.header;
  if (timestampMs < (iat - LIMITS.clockToleranceSeconds) * 1000) {
    return refuse('NOT_YET_VALID', `valid from ${LIMITS.clockToleranceSeconds} s before iat ${iat}`, [iat]);
  }
  if (timestampMs > exp * 1000) return refuse('EXPIRED', `exp was ${exp}`, [exp]);
  return null;
}

/**
 * Purpose and roles of the transaction's key, or null when it may not sign. Token keys sign tokens, never
 * transactions. Service keys have fixed roles; the others those of their member, who must be active.
 */
export function activeSigner({ key, member: memberOf }: AdmissionKeys, view: StateView): Admitted | null {
  const value = view.get(key);
  if (value === null) return null;
  const { purpose, status } = readOnce(keyRecords, value, decodeKeyRecord, key);
  if (status !== 'active' || purpose === 'token') return null;
  if (purpose === 'service') return { keyPurpose: purpose, roles: SERVICE_ROLES };
  const memberValue = view.get(memberOf);
  if (memberValue === null) return null;
  const member = readOnce(memberRecords, memberValue, decodeMemberRecord, memberOf);
  return member.status === 'active' ? { keyPurpose: purpose, roles: member.roles } : null;
}

/** By the bytes that they were read from, which nobody changes: a member signs thousands of transactions. */
const keyRecords = new WeakMap<Uint8Array, KeyRecord>();
const memberRecords = new WeakMap<Uint8Array, MemberRecord>();

function readOnce<T>(known: WeakMap<Uint8Array, T>, value: Uint8Array, decode: (value: Uint8Array) => Result<T>, key: string): T {
  const before = known.get(value);
  if (before !== undefined) return before;
  const record = decode(value);
  assert(record.ok, `damaged state entry ${key}`);
  known.set(value, record.value);
  return record.value;
}

function readJtiRecord(value: Uint8Array): JtiRecord {
  const record = decodeJtiRecord(value);
  assert(record.ok, 'damaged dedupe entry');
  return record.value;
}

/** The dedupe entry that a transaction writes when it reaches the contract, whatever the contract answers. */
export function dedupeEntry(
  tx: Transaction,
  height: Height,
  index: number,
  sha256: Sha256 = sha256Noble,
  key: string = jtiKeyOf(tx, sha256)
): { readonly key: string; readonly value: Uint8Array } {
  return { key, value: encodeJtiRecord({ txId: tx.txId, height, index, exp: tx.header.exp }) };
}
