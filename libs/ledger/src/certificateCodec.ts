import type { Hash, Height, Result } from '@lading/kernel';
import { encodeBlockHeader } from './blockHeader.js';
import { CborFields } from './cborFields.js';
import { elementsOf, widthOf } from './cborRecord.js';
import {
  CERTIFICATE, CHECKPOINT, finish, readCertificate, readCheckpoint, readCommitProof,
  type Certificate, type CertificateFault, type CheckpointCertificate, type CommitProof
} from './certificate.js';
import { encodeCbor, type CborValue } from './codec/encodeCbor.js';

/** Array form for embedding in messages: [kind, epoch, view, height, hash, [signer…], [signature…]]. */
export const certificateToCbor = (certificate: Certificate): CborValue => elementsOf(CERTIFICATE, certificate);
export const encodeCertificate = (certificate: Certificate): Uint8Array => encodeCbor(certificateToCbor(certificate));
export const certificateFromCbor = (value: CborValue): Result<Certificate, CertificateFault> =>
  finish(CborFields.of(value, widthOf(CERTIFICATE), 'certificate'), readCertificate);

/** Array form: [certificate, [descendant header bytes…]]. */
export const commitProofToCbor = (proof: CommitProof): CborValue => [
  certificateToCbor(proof.certificate),
  proof.descendants.map(encodeBlockHeader)
];
export const encodeCommitProof = (proof: CommitProof): Uint8Array => encodeCbor(commitProofToCbor(proof));
export const commitProofFromCbor = (value: CborValue): Result<CommitProof, CertificateFault> =>
  finish(CborFields.of(value, 2, 'commit proof'), readCommitProof);

/** Array form: [epoch, height, blockHash, stateRoot, [signer…], [signature…]]. */
export const checkpointToCbor = (checkpoint: CheckpointCertificate): CborValue => elementsOf(CHECKPOINT, checkpoint);
export const encodeCheckpoint = (checkpoint: CheckpointCertificate): Uint8Array => encodeCbor(checkpointToCbor(checkpoint));
export const checkpointFromCbor = (value: CborValue): Result<CheckpointCertificate, CertificateFault> =>
  finish(CborFields.of(value, widthOf(CHECKPOINT), 'checkpoint'), readCheckpoint);

/** Stands in for a proof of block 0, which is trusted for the genesis file's sake: no signatures, never verifies. */
export function genesisCommitProof(genesisBlockHash: Hash): CommitProof {
  const height = 0 as Height;
  const place = { kind: 'C', epoch: 0, view: 0, height, hash: genesisBlockHash } as const;
  return { certificate: { ...place, signers: [], signatures: [] }, descendants: [] };
}
