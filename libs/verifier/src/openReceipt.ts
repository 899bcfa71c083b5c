import type { Result, Sha256 } from '@lading/kernel';
import { ok } from '@lading/kernel';
import {
  batchHashOfBytes,
  blockHash,
  decodeBatchHeader,
  decodeBlockHeader,
  decodeCheckpoint,
  decodeCommitProof,
  decodeOutcome,
  decodeReceipt,
  decodeTransaction,
  type BatchHeader,
  type BlockHeader,
  type CheckpointCertificate,
  type CommitProof,
  type OutcomeRecord,
  type Receipt,
  type Transaction
} from '@lading/ledger';
import type { Hash } from '@lading/kernel';
import { inside, openLinks } from './anchor.js';
import type { OpenLink } from './epochs.js';

/** A receipt with every part decoded and hashed. Nothing is verified yet. */
export interface OpenReceipt {
  readonly receipt: Receipt;
  readonly transaction: Transaction;
  readonly batchHeader: BatchHeader;
  readonly batchHash: Hash;
  readonly header: BlockHeader;
  readonly blockHash: Hash;
  readonly commitProof: CommitProof;
  readonly outcome: OutcomeRecord;
  readonly checkpointHeader: BlockHeader;
  readonly checkpoint: CheckpointCertificate;
  readonly checkpointHash: Hash;
  readonly links: readonly OpenLink[];
}

/** Opens the file with the strict decoders: each has one byte string for one value. */
export function openReceipt(file: Uint8Array | string, sha256: Sha256): Result<OpenReceipt> {
  const receipt = decodeReceipt(file);
  if (!receipt.ok) return receipt;
  const parts = receipt.value;
  const transaction = decodeTransaction(parts.transaction, sha256);
  if (!transaction.ok) return inside('/transaction', transaction);
  const batchHeader = decodeBatchHeader(parts.batchHeader);
  if (!batchHeader.ok) return inside('/batchHeader', batchHeader);
  const header = decodeBlockHeader(parts.blockHeader);
  if (!header.ok) return inside('/blockHeader', header);
  const commitProof = decodeCommitProof(parts.commitProof);
  if (!commitProof.ok) return inside('/commitProof', commitProof);
  const outcome = decodeOutcome(parts.outcome);
  if (!outcome.ok) return inside('/outcome', outcome);
  const checkpointHeader = decodeBlockHeader(parts.checkpointHeader);
  if (!checkpointHeader.ok) return inside('/checkpointHeader', checkpointHeader);
  const checkpoint = decodeCheckpoint(parts.checkpoint);
  if (!checkpoint.ok) return inside('/checkpoint', checkpoint);
  const links = openLinks(parts.epochs, sha256);
  if (!links.ok) return links;
  return ok({
    receipt: parts,
    transaction: transaction.value,
    batchHeader: batchHeader.value,
    batchHash: batchHashOfBytes(parts.batchHeader, sha256),
    header: header.value,
    blockHash: blockHash(header.value, sha256),
    commitProof: commitProof.value,
    outcome: outcome.value,
    checkpointHeader: checkpointHeader.value,
    checkpoint: checkpoint.value,
    checkpointHash: blockHash(checkpointHeader.value, sha256),
    links: links.value
  });
}
