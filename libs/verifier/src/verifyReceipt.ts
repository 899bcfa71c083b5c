import { equalBytes, ok, toHex, type Hash, type Sha256 } from '@lading/kernel';
import {
  batchHashOfBytes, blockHash, checkTransaction, decodeBatchHeader, decodeBlockHeader, decodeCommitProof, decodeOutcome,
  decodeTransaction,
  leafHash, outcomesLogLeaf, RECEIPT, RECEIPT_FORMAT, refLeaf, verifyCommitProof, verifyInclusion, verifyTransaction,
  type BatchHeader, type BlockHeader, type CommitProof, type EpochConfig, type InclusionClaim, type OutcomeRecord, type Receipt,
  type Transaction
} from '@lading/ledger/reading';
import { CERTIFIED, checkAnchor, nameList, names, quorumText, type Certified } from './anchor.js';
import { NOBLE, type VerifierCrypto } from './crypto.js';
import { isOfEpoch, type Epoch } from './epochs.js';
import { openParts } from './openParts.js';
import {
  check, KEY_HOLDERS, MOVED_ON, networkFacts, PHYSICAL_WORLD, verifyFile,
  type Check, type Ground, type ProofKind, type ReceiptFacts, type Report
} from './report.js';

const NOT_CHECKED: readonly string[] = [
  MOVED_ON,
  'freshness: later transactions may have corrected, cancelled or built upon this one',
  'whether the signing key is still active today; it was judged at the block above',
  KEY_HOLDERS,
  PHYSICAL_WORLD
];

/** A receipt with every part decoded and hashed. Nothing is verified yet. */
interface OpenReceipt extends Certified {
  readonly receipt: Receipt;
  readonly transaction: Transaction;
  readonly batchHeader: BatchHeader;
  readonly blockHeader: BlockHeader;
  readonly blockHash: Hash;
  readonly commitProof: CommitProof;
  readonly outcome: OutcomeRecord;
}

const KIND: ProofKind<Receipt, OpenReceipt, ReceiptFacts> = {
  format: RECEIPT_FORMAT,
  shape: RECEIPT,
  open(receipt, { sha256 }) {
    const parts = openParts(receipt, {
      transaction: (bytes: Uint8Array) => decodeTransaction(bytes, sha256),
      batchHeader: decodeBatchHeader,
      blockHeader: decodeBlockHeader,
      commitProof: decodeCommitProof,
      outcome: decodeOutcome,
      ...CERTIFIED
    });
    return parts.ok ? ok({ receipt, ...parts.value, blockHash: blockHash(parts.value.blockHeader, sha256) }) : parts;
  },
  judge(proof, ground) {
    const { epochs, last, crypto } = ground;
    const { checkpoint, blockHeader, blockHash: hash } = proof;
    // Where the chain of epochs does not reach, its last epoch stands in, and the checks below fail.
    const own = epochs[blockHeader.epoch] ?? last;
    const isAbove = checkpoint.height > blockHeader.height || equalBytes(checkpoint.blockHash, hash);
    const checks = [
      checkSignature(proof, own.config, crypto),
      checkBatch(proof, own.config, crypto.sha256),
      checkBlock(proof, crypto.sha256),
      checkCommit(proof, own, crypto),
      checkOutcome(proof, crypto.sha256),
      checkPosition(proof),
      checkOutcomesLog(proof, crypto.sha256),
      ...checkAnchor(proof.receipt, proof, ground, isAbove)
    ];
    return { checks, notChecked: NOT_CHECKED, facts: factsOf(proof, ground) };
  }
};

/** Verifies a receipt offline (spec/proofs.md §2). Everything that can be computed is; sizes and indexes come from hashed structures. */
export function verifyReceipt(file: Uint8Array | string, genesisBytes: Uint8Array, crypto: VerifierCrypto = NOBLE): Report {
  return verifyFile(KIND, file, genesisBytes, crypto);
}

/** R1: made for this chain, with a lawful lifetime and lanes, and signed under the key in its own kid. */
function checkSignature({ transaction }: OpenReceipt, config: EpochConfig, { verify }: VerifierCrypto): Check {
  const lawful = checkTransaction(transaction, config.chainId, config);
  if (!lawful.ok) return check('transaction', false, '', `${lawful.code}: ${lawful.detail}`);
  const signed = verifyTransaction(transaction, verify);
  return check('transaction', signed, `signed by ${transaction.header.kid}`, 'the signature is not valid');
}

/** R2: the transaction is in a batch of this chain and epoch, in a lane that it lists. */
function checkBatch({ receipt, transaction, batchHeader }: OpenReceipt, config: EpochConfig, sha256: Sha256): Check {
  const { lane, seq, txCount: size, txRoot: root, epoch, chainId } = batchHeader;
  const author = config.organizations[lane]?.id;
  const included = isLeaf(transaction.encoded, { index: receipt.batchIndex, size, path: receipt.batchPath, root }, sha256);
  const listed = author !== undefined && transaction.header.lanes.includes(author);
  const here = equalBytes(chainId, config.chainId) && epoch === config.epoch;
  const found = `transaction ${receipt.batchIndex + 1} of ${size} in batch ${seq} of ${author ?? ''}`;
  const missing = 'the transaction is not in this batch, or the batch is not of this chain and lane';
  return check('batch', included && listed && here, found, missing);
}

/** R3: the block orders that batch. */
function checkBlock({ receipt, batchHeader, blockHeader }: OpenReceipt, sha256: Sha256): Check {
  const ref = { lane: batchHeader.lane, seq: batchHeader.seq, batchHash: batchHashOfBytes(receipt.batchHeader, sha256) };
  const { height, refCount: size, refsRoot: root } = blockHeader;
  const included = isLeaf(refLeaf(ref), { index: receipt.refIndex, size, path: receipt.refsPath, root }, sha256);
  return check('block', included, `batch ${receipt.refIndex + 1} of ${size} in block ${height}`, 'the block does not order this batch');
}

/** R4: a quorum of its epoch committed the block, which lies within that epoch. */
function checkCommit({ commitProof, blockHeader }: OpenReceipt, epoch: Epoch, { sha256, verify }: VerifierCrypto): Check {
  const { config } = epoch;
  const committed = verifyCommitProof(commitProof, blockHeader, config, verify, sha256);
  const found = `committed by ${names(commitProof.certificate.signers, config)} (${quorumText(config)})`;
  const isRight = committed && isOfEpoch(blockHeader, epoch, sha256);
  return check('commit', isRight, found, `no valid commit certificate (${quorumText(config)})`);
}

/** R5: the outcome is the block's outcome of this transaction, at the index the outcome itself names. */
function checkOutcome({ receipt, transaction, blockHeader, outcome }: OpenReceipt, sha256: Sha256): Check {
  const { index, status, code } = outcome;
  const { height, txCount: size } = blockHeader;
  const same = equalBytes(outcome.txId, transaction.txId) && outcome.height === height;
  const included = isLeaf(receipt.outcome, { index, size, path: receipt.outcomePath, root: receipt.outcomeRoot }, sha256);
  const found = `${code === '' ? status : `${status} ${code}`}, transaction ${index + 1} of ${size}`;
  return check('outcome', same && included, found, 'the outcome is not that of this transaction in this block');
}

/** R6: the place in the block leaves room for what the batch and the refs around it hold (each at least one). */
function checkPosition({ receipt, batchHeader, blockHeader, outcome }: OpenReceipt): Check {
  const before = outcome.index - receipt.batchIndex;
  const after = blockHeader.txCount - before - batchHeader.txCount;
  const batchesAfter = blockHeader.refCount - receipt.refIndex - 1;
  const fits = before >= receipt.refIndex && after >= batchesAfter;
  const exact = (receipt.refIndex > 0 || before === 0) && (batchesAfter > 0 || after === 0);
  const found = `height ${blockHeader.height}, index ${outcome.index}`;
  return check('position', fits && exact, found, 'the index in the block does not fit the place in the batch');
}

/** R7: the outcomes log of the checkpoint holds this block with these outcomes. */
function checkOutcomesLog({ receipt, blockHeader, blockHash: hash, checkpoint }: OpenReceipt, sha256: Sha256): Check {
  const { height: index, txCount } = blockHeader;
  const place = { index, size: checkpoint.height + 1, path: receipt.outcomesLogPath, root: receipt.outcomesLogRoot };
  const included = isLeaf(outcomesLogLeaf(index, hash, txCount, receipt.outcomeRoot), place, sha256);
  const missing = 'the outcomes log of the checkpoint does not hold this block with these outcomes';
  return check('outcomes log', included, `entry ${index} of ${place.size}`, missing);
}

const isLeaf = (data: Uint8Array, place: Omit<InclusionClaim, 'leafHash'>, sha256: Sha256): boolean =>
  verifyInclusion({ ...place, leafHash: leafHash(data, sha256) }, sha256);

function factsOf(proof: OpenReceipt, ground: Ground): ReceiptFacts {
  const { transaction, blockHeader, outcome, checkpoint } = proof;
  const { kid, op, jti, iat, exp } = transaction.header;
  const { organization, member, payload } = transaction;
  return {
    ...networkFacts(ground),
    transaction: { txId: toHex(transaction.txId), kid, organization, member, op, jti, iat, exp, payload },
    epoch: blockHeader.epoch,
    height: blockHeader.height,
    index: outcome.index,
    blockHash: toHex(proof.blockHash),
    timestampMs: blockHeader.timestampMs,
    checkpointHeight: checkpoint.height,
    checkpointSigners: nameList(checkpoint.signers, ground.last.config),
    outcome: { status: outcome.status, code: outcome.code, detail: outcome.detail }
  };
}
