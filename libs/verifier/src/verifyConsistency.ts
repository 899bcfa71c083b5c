import { ok, toHex, type Sha256 } from '@lading/kernel';
import {
  blockHash, CONSISTENCY, CONSISTENCY_FORMAT, decodeBlockHeader, decodeCheckpoint, leafHash, verifyConsistency as verifyPath,
  verifyInclusion,
  type ConsistencyProof
} from '@lading/ledger/reading';
import { checkCertificate, checkEpochs, isCertified, type Certified } from './anchor.js';
import { NOBLE, type VerifierCrypto } from './crypto.js';
import { isSame } from './epochs.js';
import { openParts } from './openParts.js';
import {
  check, MOVED_ON, networkFacts, verifyFile,
  type Check, type Ground, type NetworkFacts, type ProofKind, type Report
} from './report.js';

/** A certified point of the history. */
export interface HistoryPoint {
  readonly height: number;
  readonly epoch: number;
  /** Lower-case hex. */
  readonly blockHash: string;
}

export interface ConsistencyFacts extends NetworkFacts {
  readonly from: HistoryPoint;
  readonly to: HistoryPoint;
}

const NOT_CHECKED: readonly string[] = [
  'what the blocks hold: only that the later history contains the earlier one, block for block',
  MOVED_ON
];

interface Opened {
  readonly proof: ConsistencyProof;
  readonly from: Certified;
  readonly to: Certified;
}

const PARTS = {
  fromHeader: decodeBlockHeader,
  fromCheckpoint: decodeCheckpoint,
  toHeader: decodeBlockHeader,
  toCheckpoint: decodeCheckpoint
} as const;

const KIND: ProofKind<ConsistencyProof, Opened, ConsistencyFacts> = {
  format: CONSISTENCY_FORMAT,
  shape: CONSISTENCY,
  open(proof) {
    const parts = openParts(proof, PARTS);
    if (!parts.ok) return parts;
    const { fromHeader, fromCheckpoint, toHeader, toCheckpoint } = parts.value;
    const from = { checkpointHeader: fromHeader, checkpoint: fromCheckpoint };
    return ok({ proof, from, to: { checkpointHeader: toHeader, checkpoint: toCheckpoint } });
  },
  judge({ proof, from, to }, ground) {
    const { sha256 } = ground.crypto;
    const [oldSize, newSize] = [from.checkpointHeader.height, to.checkpointHeader.height];
    const checks = [
      checkPoint(from, ground),
      checkPoint(to, ground),
      check(
        'history',
        extendsHistory(proof, from, to, sha256),
        `height ${newSize} extends height ${oldSize}`,
        'the later history does not contain the earlier one'
      ),
      // K1.
      checkEpochs(ground, to.checkpoint.epoch)
    ];
    return { checks, notChecked: NOT_CHECKED, facts: { ...networkFacts(ground), from: pointOf(from, sha256), to: pointOf(to, sha256) } };
  }
};

/** Verifies that the history of one checkpoint extends that of another (spec/proofs.md 6.1). */
export function verifyConsistency(
  file: Uint8Array | string,
  genesisBytes: Uint8Array,
  crypto: VerifierCrypto = NOBLE
): Report<ConsistencyFacts> {
  return verifyFile(KIND, file, genesisBytes, crypto);
}

/** K2. Where the chain of epochs does not reach, its last epoch stands in, and the check fails. */
function checkPoint(point: Certified, { epochs, last, crypto }: Ground): Check {
  const epoch = epochs[point.checkpoint.epoch] ?? last;
  return checkCertificate(isCertified(point, epoch, crypto), point, epoch);
}

/** K3: the sizes are heights, which the headers' hashes commit to. */
function extendsHistory(
  { consistencyPath, inclusionPath }: ConsistencyProof,
  { checkpointHeader: from }: Certified,
  { checkpointHeader: to }: Certified,
  sha256: Sha256
): boolean {
  const [oldSize, newSize] = [from.height, to.height];
  const roots = { oldRoot: from.historyRoot, newRoot: to.historyRoot };
  if (oldSize < 1 || !verifyPath({ oldSize, newSize, ...roots, path: consistencyPath }, sha256)) return false;
  if (oldSize === newSize) return isSame(from, to, sha256) && inclusionPath.length === 0;
  const leaf = { leafHash: leafHash(blockHash(from, sha256), sha256), index: oldSize, size: newSize };
  return verifyInclusion({ ...leaf, path: inclusionPath, root: to.historyRoot }, sha256);
}

const pointOf = ({ checkpoint, checkpointHeader }: Certified, sha256: Sha256): HistoryPoint => ({
  height: checkpoint.height,
  epoch: checkpoint.epoch,
  blockHash: toHex(blockHash(checkpointHeader, sha256))
});
