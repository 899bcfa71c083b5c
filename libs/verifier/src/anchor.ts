import type { Hash, Result, Sha256 } from '@lading/kernel';
import { equalBytes, ok, reject, toHex } from '@lading/kernel';
import {
  blockHash,
  configHash,
  decodeBlockHeader,
  decodeCheckpoint,
  decodeCommitProof,
  EPOCH_LINKS,
  quorum,
  stateRoot,
  verifyCheckpoint,
  type AnchorParts,
  type BlockHeader,
  type CheckpointCertificate,
  type EpochConfig,
  type EpochLink
} from '@lading/ledger';
import type { VerifierCrypto } from './crypto.js';
import { followEpochs, isOfEpoch, type Epoch, type OpenLink } from './epochs.js';
import { check, type Check } from './report.js';

/** A certified checkpoint with its parts decoded and hashed (spec/proofs.md 4.1). Nothing is verified yet. */
export interface OpenAnchor {
  readonly treeRoot: Hash;
  readonly outcomesLogRoot: Hash;
  readonly checkpoint: CheckpointCertificate;
  readonly checkpointHeader: BlockHeader;
  readonly checkpointHash: Hash;
  readonly links: readonly OpenLink[];
}

export function openAnchor(parts: AnchorParts, sha256: Sha256): Result<OpenAnchor> {
  const header = decodeBlockHeader(parts.checkpointHeader);
  if (!header.ok) return inside('/checkpointHeader', header);
  const checkpoint = decodeCheckpoint(parts.checkpoint);
  if (!checkpoint.ok) return inside('/checkpoint', checkpoint);
  const links = openLinks(parts.epochs, sha256);
  if (!links.ok) return links;
  const { treeRoot, outcomesLogRoot } = parts;
  return ok({
    treeRoot,
    outcomesLogRoot,
    checkpoint: checkpoint.value,
    checkpointHeader: header.value,
    checkpointHash: blockHash(header.value, sha256),
    links: links.value
  });
}

export function openLinks(links: readonly EpochLink[], sha256: Sha256): Result<readonly OpenLink[]> {
  const opened: OpenLink[] = [];
  if (links.length > EPOCH_LINKS) return reject('PROOF_MALFORMED', `more than ${EPOCH_LINKS} epochs`, '/epochs');
  for (const [index, link] of links.entries()) {
    const header = decodeBlockHeader(link.header);
    if (!header.ok) return inside(`/epochs/${index}/header`, header);
    const proof = decodeCommitProof(link.commitProof);
    if (!proof.ok) return inside(`/epochs/${index}/commitProof`, proof);
    opened.push({ link, header: header.value, hash: blockHash(header.value, sha256), proof: proof.value });
  }
  return ok(opened);
}

export function inside(pointer: string, fault: { readonly code: string; readonly detail: string }): Result<never> {
  return reject('PROOF_MALFORMED', `${fault.code}: ${fault.detail}`, pointer);
}

export interface JudgedAnchor {
  readonly checks: readonly Check[];
  /** Of the epoch that certified. */
  readonly config: EpochConfig;
}

/** R8–R10 for proofs that lead to a checkpoint without a transaction. */
export function judgeAnchor(anchor: OpenAnchor, genesis: EpochConfig, crypto: VerifierCrypto): JudgedAnchor {
  const { epochs, fault } = followEpochs(genesis, anchor.links, crypto);
  const last = epochs.at(-1) as Epoch;
  const { checkpoint, checkpointHeader, checkpointHash } = anchor;
  const certified = isCertified(checkpoint, checkpointHeader, checkpointHash, last, crypto);
  const checks = [
    checkStateRoot(anchor, last.config, crypto.sha256),
    certificateCheck(certified, checkpoint, last.config),
    checkEpochs(anchor.links, checkpoint, fault)
  ];
  return { checks, config: last.config };
}

/** R8: the certified state root was made with these roots, under the config in force. */
export function checkStateRoot(
  { treeRoot, outcomesLogRoot, checkpoint }: Pick<OpenAnchor, 'treeRoot' | 'outcomesLogRoot' | 'checkpoint'>,
  config: EpochConfig,
  sha256: Sha256
): Check {
  const computed = stateRoot(treeRoot, outcomesLogRoot, configHash(config, sha256), sha256);
  return check(
    'state root',
    equalBytes(computed, checkpoint.stateRoot),
    `state root ${toHex(computed).slice(0, 16)}… at height ${checkpoint.height}`,
    'the certified state root was not made with this outcomes log'
  );
}

/**
 * R9: a quorum of the epoch certified this state root for the block whose header is shown. After the last block of an
 * epoch the set of the next one signs, under the next config.
 */
export function isCertified(
  checkpoint: CheckpointCertificate,
  header: BlockHeader,
  hash: Hash,
  epoch: Epoch,
  { sha256, verify }: VerifierCrypto
): boolean {
  const { config, after } = epoch;
  const begins = after !== null && equalBytes(hash, after.hash);
  const shown =
    equalBytes(hash, checkpoint.blockHash) &&
    equalBytes(header.chainId, config.chainId) &&
    header.height === checkpoint.height &&
    (begins || isOfEpoch(header, hash, epoch));
  return shown && verifyCheckpoint(checkpoint, config, verify, sha256);
}

export function certificateCheck(certified: boolean, checkpoint: CheckpointCertificate, config: EpochConfig): Check {
  return check(
    'checkpoint',
    certified,
    `height ${checkpoint.height} certified by ${names(checkpoint.signers, config)} (${quorumText(config)})`,
    `no valid checkpoint certificate (${quorumText(config)})`
  );
}

/** R10: a chain of epochs leads from genesis to the set that certified the checkpoint, and no further. */
export function checkEpochs(
  links: readonly OpenLink[],
  { epoch }: Pick<CheckpointCertificate, 'epoch'>,
  fault: string | null
): Check {
  const found = links.length === 0 ? 'epoch 0: the set of the genesis file' : `epoch ${links.length}, by ${links.length} changes`;
  const missing = `the chain of epochs ends at ${links.length}, the checkpoint is of epoch ${epoch}`;
  return check('epochs', fault === null && epoch === links.length, found, fault ?? missing);
}

export function names(signers: readonly number[], { organizations }: EpochConfig): string {
  return signers.map((signer) => organizations[signer]?.id ?? `no. ${signer}`).join(', ');
}

export function quorumText({ organizations }: EpochConfig): string {
  return `${quorum(organizations.length)} of ${organizations.length} needed`;
}
