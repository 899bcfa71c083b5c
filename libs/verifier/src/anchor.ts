import { equalBytes, toHex, type Hash } from '@lading/kernel';
import {
  blockHash, configHash, decodeBlockHeader, decodeCheckpoint, quorum, stateRoot, verifyCheckpoint,
  type BlockHeader, type CheckpointCertificate, type EpochConfig
} from '@lading/ledger/reading';
import type { VerifierCrypto } from './crypto.js';
import { isOfEpoch, isSame, type Epoch, type EpochChain } from './epochs.js';
import { check, type Check, type Ground } from './report.js';

/** Decoders of the certificate that an anchor shows (spec/proofs.md 4.1), and of the header of its block. */
export const CERTIFIED = { checkpointHeader: decodeBlockHeader, checkpoint: decodeCheckpoint } as const;

export interface Certified {
  readonly checkpointHeader: BlockHeader;
  readonly checkpoint: CheckpointCertificate;
}

/** Of what a certified state root is made, but for the config. */
export interface Roots {
  readonly treeRoot: Hash;
  readonly outcomesLogRoot: Hash;
}

/** R8–R10. `fits`: whatever else a kind asks of its checkpoint. */
export function checkAnchor(roots: Roots, certified: Certified, ground: Ground, fits = true): readonly Check[] {
  const { last, crypto } = ground;
  const isRight = fits && isCertified(certified, last, crypto);
  return [
    checkStateRoot(roots, certified, last.config, crypto),
    checkCertificate(isRight, certified, last),
    checkEpochs(ground, certified.checkpoint.epoch)
  ];
}

/** R8: the certified state root was made with these roots, under the config in force. */
function checkStateRoot(
  { treeRoot, outcomesLogRoot }: Roots,
  { checkpoint }: Certified,
  config: EpochConfig,
  { sha256 }: VerifierCrypto
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
  { checkpoint, checkpointHeader: header }: Certified,
  epoch: Epoch,
  { sha256, verify }: VerifierCrypto
): boolean {
  const { config, after } = epoch;
  const shown =
    equalBytes(blockHash(header, sha256), checkpoint.blockHash) &&
    equalBytes(header.chainId, config.chainId) &&
    header.height === checkpoint.height &&
    ((after !== null && isSame(header, after, sha256)) || isOfEpoch(header, epoch, sha256));
  return shown && verifyCheckpoint(checkpoint, config, verify, sha256);
}

export function checkCertificate(isRight: boolean, { checkpoint }: Certified, { config }: Epoch): Check {
  return check(
    'checkpoint',
    isRight,
    `height ${checkpoint.height} certified by ${names(checkpoint.signers, config)} (${quorumText(config)})`,
    `no valid checkpoint certificate (${quorumText(config)})`
  );
}

/** R10: a chain of epochs leads from genesis to the set that certified the checkpoint, and no further. */
export function checkEpochs({ links, fault }: EpochChain, epoch: number): Check {
  const found = links === 0 ? 'epoch 0: the set of the genesis file' : `epoch ${links}, by ${links} changes`;
  const missing = `the chain of epochs ends at ${links}, the checkpoint is of epoch ${epoch}`;
  return check('epochs', fault === null && epoch === links, found, fault ?? missing);
}

export const nameList = (signers: readonly number[], { organizations }: EpochConfig): readonly string[] =>
  signers.map((signer) => organizations[signer]?.id ?? `no. ${signer}`);
export const names = (signers: readonly number[], config: EpochConfig): string => nameList(signers, config).join(', ');

export function quorumText({ organizations }: EpochConfig): string {
  return `${quorum(organizations.length)} of ${organizations.length} needed`;
}
