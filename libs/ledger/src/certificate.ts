import type { Result } from '@lading/kernel';
import { LIMITS, ok, reject } from '@lading/kernel';
import { decodeBlockHeader, type BlockHeader } from './blockHeader.js';
import { CborFields } from './cborFields.js';
import { COLUMN, readRecord, widthOf, type RecordOf, type Table } from './cborRecord.js';

export type CertificateFault = 'CERTIFICATE_MALFORMED';

/** Greatest `window` a network can have: a bound on a commit proof's descendants for any config. */
const DESCENDANTS = 64;

/** Strictly ascending, and one signature each: `signatures[i]` belongs to `signers[i]`; how many they must be, a config says. */
const SIGNERS = {
  signers: COLUMN.list(LIMITS.validators, COLUMN.signer),
  signatures: COLUMN.list(LIMITS.validators, COLUMN.bytes(64))
} as const;
export type Signers = RecordOf<typeof SIGNERS>;

/** P of the votes of the second phase, C of those that commit. */
function phase(fields: CborFields, name: string): 'P' | 'C' {
  const kind = fields.text(name, 1);
  if (kind !== 'P' && kind !== 'C') fields.refuse(name, 'is neither P nor C');
  return kind === 'P' ? 'P' : 'C';
}

/** spec/ledger.md 6.2. */
export const CERTIFICATE = {
  kind: phase,
  epoch: COLUMN.u32,
  view: COLUMN.u32,
  height: COLUMN.height,
  hash: COLUMN.hash,
  ...SIGNERS
} as const;
export type Certificate = RecordOf<typeof CERTIFICATE>;

/** spec/ledger.md 6.4: CHECKPOINT signatures over H("lading/checkpoint/1", blockHash, stateRoot). */
export const CHECKPOINT = {
  epoch: COLUMN.u32,
  height: COLUMN.height,
  blockHash: COLUMN.hash,
  stateRoot: COLUMN.hash,
  ...SIGNERS
} as const;
export type CheckpointCertificate = RecordOf<typeof CHECKPOINT>;

/**
 * A block's commit proof (spec/ledger.md 6.3): its own commit certificate (`descendants` empty), or that of a descendant at
 * most W heights away with the headers between, ascending, the certified one last.
 */
export interface CommitProof {
  readonly certificate: Certificate;
  readonly descendants: readonly BlockHeader[];
}

/** What a reader has read, or the first fault of its fields. */
export function finish<T>(fields: CborFields, read: (fields: CborFields) => T): Result<T, CertificateFault> {
  const value = read(fields);
  return fields.fault === null ? ok(value) : reject('CERTIFICATE_MALFORMED', fields.fault);
}

export function ascending(values: readonly number[]): boolean {
  return values.every((value, index) => index === 0 || (values[index - 1] as number) < value);
}

function signed<T extends Table & typeof SIGNERS>(table: T): (fields: CborFields) => RecordOf<T> {
  return (fields) => {
    const record = readRecord(fields, table);
    const { signers, signatures }: Signers = record;
    if (signers.length !== signatures.length) fields.refuse('signatures', 'are not one for each signer');
    if (!ascending(signers)) fields.refuse('signers', 'are not strictly ascending');
    return record;
  };
}

export const readCertificate = signed(CERTIFICATE);
export const readCheckpoint = signed(CHECKPOINT);

export function readCommitProof(fields: CborFields): CommitProof {
  const certificate = readCertificate(fields.nested('certificate', widthOf(CERTIFICATE)));
  const encodings = fields.list('descendants', DESCENDANTS, (list) => list.bytesUpTo('header', 512));
  const descendants: BlockHeader[] = [];
  for (const encoding of encodings) {
    const header = decodeBlockHeader(encoding);
    if (header.ok) descendants.push(header.value);
    else fields.refuse('descendants', header.detail);
  }
  return { certificate, descendants };
}

export const decodeCertificate = (bytes: Uint8Array): Result<Certificate, CertificateFault> =>
  finish(CborFields.decode(bytes, widthOf(CERTIFICATE), 'certificate'), readCertificate);

export const decodeCommitProof = (bytes: Uint8Array): Result<CommitProof, CertificateFault> =>
  finish(CborFields.decode(bytes, 2, 'commit proof'), readCommitProof);

export const decodeCheckpoint = (bytes: Uint8Array): Result<CheckpointCertificate, CertificateFault> =>
  finish(CborFields.decode(bytes, widthOf(CHECKPOINT), 'checkpoint'), readCheckpoint);
