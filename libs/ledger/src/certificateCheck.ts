import type { Hash, Sha256, VerifySignature } from '@lading/kernel';
import { equalBytes } from '@lading/kernel';
import { blockHash, type BlockHeader } from './blockHeader.js';
import { ascending, type Certificate, type CheckpointCertificate, type CommitProof, type Signers } from './certificate.js';
import type { EpochConfig } from './config.js';
import { sha256Noble } from './crypto/sha256Noble.js';
import { hashTagged } from './hash.js';
import { quorum } from './quorum.js';
import { VOTE, voteBytes, type Vote } from './vote.js';

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
