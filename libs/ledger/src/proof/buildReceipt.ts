import type { Hash, Sha256 } from '@lading/kernel';
import { assert } from '@lading/kernel';
import type { Block } from '../block.js';
import { encodeBlockHeader, refLeaf, type BlockHeader } from '../blockHeader.js';
import type { CheckpointCertificate, CommitProof } from '../certificate.js';
import { encodeCheckpoint, encodeCommitProof } from '../certificateCodec.js';
import { sha256Noble } from '../crypto/sha256Noble.js';
import { inclusionPath } from '../merkle/paths.js';
import { merkleRootOfHashes } from '../merkle/root.js';
import { leafHash } from '../merkle/tree.js';
import { outcomeLeaf, outcomeRoot } from '../outcome.js';
import type { OutcomeRecord } from '../outcomeRecord.js';
import { encodeProof } from './shape.js';
import { RECEIPT, RECEIPT_FORMAT, type EpochLink, type Receipt } from './shapes.js';

export const encodeReceipt = (receipt: Receipt): string => encodeProof(RECEIPT_FORMAT, RECEIPT, receipt);

/** What a node collects for a receipt. */
export interface ReceiptParts {
  readonly block: Block;
  readonly commitProof: CommitProof;
  readonly refIndex: number;
  /** CBOR of the header of the batch at `refIndex`. */
  readonly batchHeader: Uint8Array;
  /** Encoded transactions of that batch, all of them, in order. */
  readonly batchTransactions: readonly Uint8Array[];
  readonly batchIndex: number;
  /** Outcomes of the block, all of them, in order. */
  readonly outcomes: readonly OutcomeRecord[];
  /** Index over all transactions of the block. */
  readonly index: number;
  /** {@link outcomesLogProof} for this block at the checkpoint's height. */
  readonly outcomesLog: OutcomesLogProof;
  /** A checkpoint at or above the block, with the tree root that its stateRoot was made of. */
  readonly checkpoint: CheckpointCertificate;
  readonly checkpointHeader: BlockHeader;
  readonly treeRoot: Hash;
  /** Every epoch that ends at or below the checkpoint's height. */
  readonly epochs: readonly EpochLink[];
}

export interface OutcomesLogProof {
  readonly path: readonly Hash[];
  readonly root: Hash;
}

/** Leaf hashes of the outcomes log for heights 0 … H in order, and the height of the block in question. */
export function outcomesLogProof(
  leafHashes: readonly Uint8Array[],
  height: number,
  sha256: Sha256 = sha256Noble
): OutcomesLogProof {
  return { path: inclusionPath(leafHashes, height, sha256), root: merkleRootOfHashes(leafHashes, sha256) };
}

/** Asserts that the parts are there; whether they agree with each other is what the verifier finds out. */
export function buildReceipt(parts: ReceiptParts, sha256: Sha256 = sha256Noble): Receipt {
  const { block, batchTransactions, batchIndex, refIndex, outcomes, index } = parts;
  const transaction = batchTransactions[batchIndex];
  const outcome = outcomes[index];
  assert(transaction !== undefined && outcome !== undefined, 'buildReceipt: index out of range');
  const leaves = (data: readonly Uint8Array[]): Hash[] => data.map((leaf) => leafHash(leaf, sha256));
  return {
    transaction,
    batchHeader: parts.batchHeader,
    batchIndex,
    batchPath: inclusionPath(leaves(batchTransactions), batchIndex, sha256),
    refIndex,
    refsPath: inclusionPath(leaves(block.refs.map(refLeaf)), refIndex, sha256),
    blockHeader: encodeBlockHeader(block.header),
    commitProof: encodeCommitProof(parts.commitProof),
    outcome: outcomeLeaf(outcome),
    outcomePath: inclusionPath(leaves(outcomes.map(outcomeLeaf)), index, sha256),
    outcomeRoot: outcomeRoot(outcomes, sha256),
    outcomesLogPath: parts.outcomesLog.path,
    outcomesLogRoot: parts.outcomesLog.root,
    treeRoot: parts.treeRoot,
    checkpointHeader: encodeBlockHeader(parts.checkpointHeader),
    checkpoint: encodeCheckpoint(parts.checkpoint),
    epochs: parts.epochs
  };
}
