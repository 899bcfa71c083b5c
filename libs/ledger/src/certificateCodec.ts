import type { Hash, Height, Result, Sha256, VerifySignature } from '@lading/kernel';
import { equalBytes, LIMITS, ok, reject } from '@lading/kernel';
import type { BlockHeader } from './block.js';
import { blockHash, decodeBlockHeader, encodeBlockHeader } from './blockCodec.js';
import { CborFields, MAX_SIGNER, MAX_U32 } from './cborFields.js';
import type { Certificate, CheckpointCertificate, CommitProof, Vote } from './certificate.js';
import { VOTE } from './certificate.js';
import type { CborValue } from './codec/encodeCbor.js';
import { encodeCbor } from './codec/encodeCbor.js';
import type { EpochConfig } from './config.js';
import { sha256Noble } from './crypto/sha256Noble.js';
import { hashTagged } from './hash.js';
import { quorum } from './quorum.js';
import { voteBytes } from './vote.js';

export type CertificateFault = 'CERTIFICATE_MALFORMED';

/** Greatest `window` a network can have: a bound on a commit proof's descendants for any config. */
const DESCENDANTS = 64;

/** Array form for embedding in messages: [kind, epoch, view, height, hash, [signer…], [signature…]]. */
export function certificateToCbor(certificate: Certificate): CborValue {
  const { kind, epoch, view, height, hash, signers, signatures } = certificate;
  return [kind, epoch, view, height, hash, signers, signatures];
}

export function encodeCertificate(certificate: Certificate): Uint8Array {
  return encodeCbor(certificateToCbor(certificate));
}

export function decodeCertificate(bytes: Uint8Array): Result<Certificate, CertificateFault> {
  return finish(CborFields.decode(bytes, 7, 'certificate'), readCertificate);
}

export function certificateFromCbor(value: CborValue): Result<Certificate, CertificateFault> {
  return finish(CborFields.of(value, 7, 'certificate'), readCertificate);
}

function finish<T>(fields: CborFields, read: (fields: CborFields) => T): Result<T, CertificateFault> {
  const value = read(fields);
  return fields.fault === null ? ok(value) : reject('CERTIFICATE_MALFORMED', fields.fault);
}

function readCertificate(fields: CborFields): Certificate {
  const kind = fields.text('kind', 1);
  if (kind !== 'P' && kind !== 'C') fields.refuse('kind', 'is neither P nor C');
  return {
    kind: kind === 'P' ? 'P' : 'C',
    epoch: fields.uint('epoch', MAX_U32),
    view: fields.uint('view', MAX_U32),
    height: fields.uint('height') as Height,
    hash: fields.hash('hash'),
    ...readSigners(fields)
  };
}

type Signers = Pick<Certificate, 'signers' | 'signatures'>;

/** Signers strictly ascending and one signature each; how many they must be depends on the config. */
function readSigners(fields: CborFields): Signers {
  const signers = fields.list('signers', LIMITS.validators, (list) => list.uint('signer', MAX_SIGNER));
  const signatures = fields.list('signatures', LIMITS.validators, (list) => list.bytes('signature', 64));
  if (signers.length !== signatures.length) fields.refuse('signatures', 'are not one for each signer');
  if (!ascending(signers)) fields.refuse('signers', 'are not strictly ascending');
  return { signers, signatures };
}

function ascending(values: readonly number[]): boolean {
  return values.every((value, index) => index === 0 || (values[index - 1] as number) < value);
}

/** Array form: [certificate, [descendant header bytes…]]. */
export function commitProofToCbor(proof: CommitProof): CborValue {
  return [certificateToCbor(proof.certificate), proof.descendants.map(encodeBlockHeader)];
}

export function encodeCommitProof(proof: CommitProof): Uint8Array {
  return encodeCbor(commitProofToCbor(proof));
}

export function decodeCommitProof(bytes: Uint8Array): Result<CommitProof, CertificateFault> {
  return finish(CborFields.decode(bytes, 2, 'commit proof'), readCommitProof);
}

export function commitProofFromCbor(value: CborValue): Result<CommitProof, CertificateFault> {
  return finish(CborFields.of(value, 2, 'commit proof'), readCommitProof);
}

function readCommitProof(fields: CborFields): CommitProof {
  const certificate = readCertificate(fields.nested('certificate', 7));
  const encodings = fields.list('descendants', DESCENDANTS, (list) => list.bytesUpTo('header', 512));
  const descendants: BlockHeader[] = [];
  for (const encoding of encodings) {
    const header = decodeBlockHeader(encoding);
    if (header.ok) descendants.push(header.value);
    else fields.refuse('descendants', header.detail);
  }
  return { certificate, descendants };
}

/** Array form: [epoch, height, blockHash, stateRoot, [signer…], [signature…]]. */
export function checkpointToCbor(checkpoint: CheckpointCertificate): CborValue {
  const { epoch, height, blockHash: hash, stateRoot, signers, signatures } = checkpoint;
  return [epoch, height, hash, stateRoot, signers, signatures];
}

export function encodeCheckpoint(checkpoint: CheckpointCertificate): Uint8Array {
  return encodeCbor(checkpointToCbor(checkpoint));
}

export function decodeCheckpoint(bytes: Uint8Array): Result<CheckpointCertificate, CertificateFault> {
  return finish(CborFields.decode(bytes, 6, 'checkpoint'), readCheckpoint);
}

export function checkpointFromCbor(value: CborValue): Result<CheckpointCertificate, CertificateFault> {
  return finish(CborFields.of(value, 6, 'checkpoint'), readCheckpoint);
}

function readCheckpoint(fields: CborFields): CheckpointCertificate {
  return {
    epoch: fields.uint('epoch', MAX_U32),
    height: fields.uint('height') as Height,
    blockHash: fields.hash('blockHash'),
    stateRoot: fields.hash('stateRoot'),
    ...readSigners(fields)
  };
}

/** Digest of a CHECKPOINT vote: H("lading/checkpoint/1", blockHash, stateRoot). */
export function checkpointDigest(hash: Hash, stateRoot: Hash, sha256: Sha256 = sha256Noble): Hash {
  return hashTagged('lading/checkpoint/1', [hash, stateRoot], sha256);
}

/** Exactly q distinct validators of the config, ascending, each with a C1-valid signature of its own vote. */
function quorumSigned(
  { signers, signatures }: Signers,
  vote: Omit<Vote, 'signer'>,
  config: EpochConfig,
  verify: VerifySignature
): boolean {
  const needed = quorum(config.organizations.length);
  if (signers.length !== needed || signatures.length !== needed || !ascending(signers)) return false;
  return signers.every((signer, index) => {
    const key = config.organizations[signer]?.validatorKey;
    const signature = signatures[index];
    return key !== undefined && signature !== undefined && verify(signature, voteBytes({ ...vote, signer }), key);
  });
}

export function verifyCertificate(certificate: Certificate, config: EpochConfig, verify: VerifySignature): boolean {
  const { kind, epoch, view, height, hash } = certificate;
  if (epoch !== config.epoch) return false;
  const type = kind === 'P' ? VOTE.prepare : VOTE.commit;
  const vote = { type, chainId: config.chainId, epoch, view, height, digest: hash };
  return quorumSigned(certificate, vote, config, verify);
}

/**
 * Whether the proof commits the block of this header: a commit certificate of the block itself, or of a descendant at
 * most `window` heights away with every header between, each naming the hash of the one before.
 */
export function verifyCommitProof(
  proof: CommitProof,
  header: BlockHeader,
  config: EpochConfig,
  verify: VerifySignature,
  sha256: Sha256 = sha256Noble
): boolean {
  const { certificate, descendants } = proof;
  if (certificate.kind !== 'C' || descendants.length > config.parameters.window) return false;
  let tip = header;
  let hash = blockHash(header, sha256);
  for (const descendant of descendants) {
    if (descendant.height !== tip.height + 1 || !equalBytes(descendant.parentHash, hash)) return false;
    tip = descendant;
    hash = blockHash(descendant, sha256);
  }
  const chained = [header, ...descendants].every(
    ({ chainId, epoch }) => equalBytes(chainId, config.chainId) && epoch === config.epoch
  );
  if (!chained || certificate.height !== tip.height || !equalBytes(certificate.hash, hash)) return false;
  return verifyCertificate(certificate, config, verify);
}

export function verifyCheckpoint(
  checkpoint: CheckpointCertificate,
  config: EpochConfig,
  verify: VerifySignature,
  sha256: Sha256 = sha256Noble
): boolean {
  const { epoch, height, blockHash: hash, stateRoot } = checkpoint;
  if (epoch !== config.epoch) return false;
  const digest = checkpointDigest(hash, stateRoot, sha256);
  const vote = { type: VOTE.checkpoint, chainId: config.chainId, epoch, view: 0, height, digest };
  return quorumSigned(checkpoint, vote, config, verify);
}

/** Stands in for a proof of block 0, which is trusted for the genesis file's sake: no signatures, never verifies. */
export function genesisCommitProof(genesisBlockHash: Hash): CommitProof {
  const height = 0 as Height;
  const place = { kind: 'C', epoch: 0, view: 0, height, hash: genesisBlockHash } as const;
  return { certificate: { ...place, signers: [], signatures: [] }, descendants: [] };
}
