import { equalBytes, toBase64Url, toHex, type Sha256 } from '@lading/kernel';
import {
  blockHash,
  CONSISTENCY,
  CONSISTENCY_FORMAT,
  decodeBlockHeader,
  decodeCheckpoint,
  decodeGenesis,
  decodeProof,
  leafHash,
  verifyConsistency as verifyPath,
  verifyInclusion,
  type BlockHeader,
  type CheckpointCertificate,
  type ConsistencyProof
} from '@lading/ledger';
import type { Hash, Result } from '@lading/kernel';
import { ok } from '@lading/kernel';
import { certificateCheck, checkEpochs, inside, isCertified, openLinks } from './anchor.js';
import { NOBLE, type VerifierCrypto } from './crypto.js';
import { followEpochs, type Epoch } from './epochs.js';
import { check, judged, unread, unreadable, type Report } from './report.js';

/** A certified point of the history. */
export interface HistoryPoint {
  readonly height: number;
  readonly epoch: number;
  /** Lower-case hex. */
  readonly blockHash: string;
}

export interface ConsistencyFacts {
  readonly chainId: string;
  readonly network: string;
  readonly from: HistoryPoint;
  readonly to: HistoryPoint;
}

interface Certified {
  readonly checkpoint: CheckpointCertificate;
  readonly header: BlockHeader;
  readonly hash: Hash;
}

const NOT_CHECKED: readonly string[] = [
  'what the blocks hold: only that the later history contains the earlier one, block for block',
  'whether the network has moved on: old validators could still sign blocks for those who do not know of later epochs'
];

/** Verifies that the history of one checkpoint extends that of another (spec/proofs.md 6.1). */
export function verifyConsistency(
  file: Uint8Array | string,
  genesisBytes: Uint8Array,
  crypto: VerifierCrypto = NOBLE
): Report<ConsistencyFacts> {
  const { sha256 } = crypto;
  const genesis = decodeGenesis(genesisBytes, sha256);
  if (!genesis.ok) return unread('UNCHECKABLE', genesis.code, `trust anchor: ${genesis.detail}`);
  const decoded = decodeProof(file, CONSISTENCY_FORMAT, CONSISTENCY);
  if (!decoded.ok) return unreadable(decoded);
  const proof = decoded.value;
  const from = openCertified(proof.fromHeader, proof.fromCheckpoint, 'from', sha256);
  if (!from.ok) return unreadable(from);
  const to = openCertified(proof.toHeader, proof.toCheckpoint, 'to', sha256);
  if (!to.ok) return unreadable(to);
  const links = openLinks(proof.epochs, sha256);
  if (!links.ok) return unreadable(links);
  const { epochs, fault } = followEpochs(genesis.value.config, links.value, crypto);
  const certified = ({ checkpoint, header, hash }: Certified) => {
    // Where the chain of epochs does not reach, genesis stands in, and the check fails.
    const epoch = epochs[checkpoint.epoch] ?? (epochs[0] as Epoch);
    return certificateCheck(isCertified(checkpoint, header, hash, epoch, crypto), checkpoint, epoch.config);
  };
  const checks = [
    certified(from.value),
    certified(to.value),
    check(
      'history',
      extendsHistory(proof, from.value, to.value, sha256),
      `height ${to.value.header.height} extends height ${from.value.header.height}`,
      'the later history does not contain the earlier one'
    ),
    checkEpochs(links.value, to.value.checkpoint, fault)
  ];
  const { chainId, name } = genesis.value;
  const facts = { chainId: toBase64Url(chainId), network: name, from: pointOf(from.value), to: pointOf(to.value) };
  return judged(checks, NOT_CHECKED, facts);
}

function openCertified(
  headerBytes: Uint8Array,
  checkpointBytes: Uint8Array,
  which: 'from' | 'to',
  sha256: Sha256
): Result<Certified> {
  const header = decodeBlockHeader(headerBytes);
  if (!header.ok) return inside(`/${which}Header`, header);
  const checkpoint = decodeCheckpoint(checkpointBytes);
  if (!checkpoint.ok) return inside(`/${which}Checkpoint`, checkpoint);
  return ok({ checkpoint: checkpoint.value, header: header.value, hash: blockHash(header.value, sha256) });
}

/** K3: the sizes are heights, which the headers' hashes commit to. */
function extendsHistory(proof: ConsistencyProof, from: Certified, to: Certified, sha256: Sha256): boolean {
  const [oldSize, newSize] = [from.header.height, to.header.height];
  const { consistencyPath, inclusionPath } = proof;
  const roots = { oldRoot: from.header.historyRoot, newRoot: to.header.historyRoot };
  if (oldSize < 1 || !verifyPath({ oldSize, newSize, ...roots, path: consistencyPath }, sha256)) return false;
  if (oldSize === newSize) return equalBytes(from.hash, to.hash) && inclusionPath.length === 0;
  const leaf = { leafHash: leafHash(from.hash, sha256), index: oldSize, size: newSize };
  return verifyInclusion({ ...leaf, path: inclusionPath, root: to.header.historyRoot }, sha256);
}

const pointOf = ({ checkpoint, hash }: Certified): HistoryPoint => ({
  height: checkpoint.height,
  epoch: checkpoint.epoch,
  blockHash: toHex(hash)
});
