import type { Hash, Result, Sha256 } from '@lading/kernel';
import { asciiBytes, assert, encodeUtf8, equalBytes, ok, reject, toBase64Url } from '@lading/kernel';
import type { Block, BlockHeader } from './block.js';
import { encodeBlockHeader, refLeaf } from './blockCodec.js';
import type { CheckpointCertificate, CommitProof } from './certificate.js';
import { encodeCheckpoint, encodeCommitProof } from './certificateCodec.js';
import type { OutcomeRecord } from './contract.js';
import { sha256Noble } from './crypto/sha256Noble.js';
import { epochLinksFromJson, epochLinksToJson, type EpochLink } from './epochLink.js';
import { JsonFields } from './jsonFields.js';
import { inclusionPath } from './merkle/inclusion.js';
import { leafHash, merkleRootOfHashes } from './merkle/tree.js';
import { OUTCOME_BYTES, outcomeLeaf, outcomeRoot } from './outcome.js';
import { TRANSACTION_BYTES } from './transactionCodec.js';

/**
 * The proof that a transaction was ordered at (height, index) with this outcome (spec/proofs.md §2). Byte fields are
 * encodings with strict decoders of their own; nothing here has been verified.
 */
export interface Receipt {
  /** CBOR [protectedHeader, payload, signature]. */
  readonly transaction: Uint8Array;
  readonly batchHeader: Uint8Array;
  /** Place in the batch; the batch header commits to the number of transactions. */
  readonly batchIndex: number;
  readonly batchPath: readonly Hash[];
  /** Place of the batch among the block's refs; the block header commits to their number. */
  readonly refIndex: number;
  readonly refsPath: readonly Hash[];
  readonly blockHeader: Uint8Array;
  readonly commitProof: Uint8Array;
  /** Outcome leaf, which holds height, index and txId. */
  readonly outcome: Uint8Array;
  readonly outcomePath: readonly Hash[];
  readonly outcomeRoot: Hash;
  /** From the block's leaf to the outcomes log of the checkpoint's height H, size H + 1. */
  readonly outcomesLogPath: readonly Hash[];
  readonly outcomesLogRoot: Hash;
  readonly treeRoot: Hash;
  /** Header of block H. */
  readonly checkpointHeader: Uint8Array;
  readonly checkpoint: Uint8Array;
  /** From epoch 0 to the checkpoint's epoch. */
  readonly epochs: readonly EpochLink[];
}

export type ProofFault = 'PROOF_MALFORMED' | 'PROOF_NOT_ONE_FORM' | 'PROOF_TOO_LARGE' | 'PROOF_UNSUPPORTED';

export const RECEIPT_FORMAT = 'lading/receipt/1';
export const RECEIPT_MEDIA_TYPE = 'application/vnd.lading.receipt+json';
/** A transaction and an outcome in base64url, and room for certificates, headers, paths and the chain of epochs. */
export const RECEIPT_BYTES = Math.ceil(((TRANSACTION_BYTES + OUTCOME_BYTES) * 4) / 3) + (256 << 10) + (16 << 20);

const MEMBERS = [
  'format',
  'transaction',
  'batchHeader',
  'batchIndex',
  'batchPath',
  'refIndex',
  'refsPath',
  'blockHeader',
  'commitProof',
  'outcome',
  'outcomePath',
  'outcomeRoot',
  'outcomesLogPath',
  'outcomesLogRoot',
  'treeRoot',
  'checkpointHeader',
  'checkpoint',
  'epochs'
] as const;

/** Formats of proofs, of this version and of others. */
const FORMAT_PATTERN = /^lading\/[a-z]{1,16}\/[0-9]{1,4}$/;

/** Longest path of a tree whose size is a safe integer. */
const PATH = 53;
const HEADER_BYTES = 1024;
const CERTIFICATE_BYTES = 65_536;

/** The one form: these members in this order, base64url, no white space. */
export function encodeReceipt(receipt: Receipt): string {
  const hashes = (path: readonly Hash[]): string[] => path.map(toBase64Url);
  return JSON.stringify({
    format: RECEIPT_FORMAT,
    transaction: toBase64Url(receipt.transaction),
    batchHeader: toBase64Url(receipt.batchHeader),
    batchIndex: receipt.batchIndex,
    batchPath: hashes(receipt.batchPath),
    refIndex: receipt.refIndex,
    refsPath: hashes(receipt.refsPath),
    blockHeader: toBase64Url(receipt.blockHeader),
    commitProof: toBase64Url(receipt.commitProof),
    outcome: toBase64Url(receipt.outcome),
    outcomePath: hashes(receipt.outcomePath),
    outcomeRoot: toBase64Url(receipt.outcomeRoot),
    outcomesLogPath: hashes(receipt.outcomesLogPath),
    outcomesLogRoot: toBase64Url(receipt.outcomesLogRoot),
    treeRoot: toBase64Url(receipt.treeRoot),
    checkpointHeader: toBase64Url(receipt.checkpointHeader),
    checkpoint: toBase64Url(receipt.checkpoint),
    epochs: epochLinksToJson(receipt.epochs)
  });
}

/** Form only: exactly the members, their types and bounds, and the one form. Meaning is the verifier's. */
export function decodeReceipt(file: Uint8Array | string): Result<Receipt, ProofFault> {
  if (file.length > RECEIPT_BYTES) return reject('PROOF_TOO_LARGE', `over ${RECEIPT_BYTES} bytes`);
  const bytes = typeof file === 'string' ? encodeUtf8(file) : file;
  if (bytes === null) return reject('PROOF_MALFORMED', 'not Unicode text');
  const json = JsonFields.scan(bytes, MEMBERS);
  const format = json.plain('format', 32, FORMAT_PATTERN);
  const receipt: Receipt = {
    transaction: json.bytesUpTo('transaction', TRANSACTION_BYTES),
    batchHeader: json.bytesUpTo('batchHeader', HEADER_BYTES),
    batchIndex: json.uint('batchIndex'),
    batchPath: json.hashList('batchPath', PATH),
    refIndex: json.uint('refIndex'),
    refsPath: json.hashList('refsPath', PATH),
    blockHeader: json.bytesUpTo('blockHeader', HEADER_BYTES),
    commitProof: json.bytesUpTo('commitProof', CERTIFICATE_BYTES),
    outcome: json.bytesUpTo('outcome', OUTCOME_BYTES),
    outcomePath: json.hashList('outcomePath', PATH),
    outcomeRoot: json.hash('outcomeRoot'),
    outcomesLogPath: json.hashList('outcomesLogPath', PATH),
    outcomesLogRoot: json.hash('outcomesLogRoot'),
    treeRoot: json.hash('treeRoot'),
    checkpointHeader: json.bytesUpTo('checkpointHeader', HEADER_BYTES),
    checkpoint: json.bytesUpTo('checkpoint', CERTIFICATE_BYTES),
    epochs: epochLinksFromJson(json, 'epochs')
  };
  if (format !== RECEIPT_FORMAT && FORMAT_PATTERN.test(format)) {
    return reject('PROOF_UNSUPPORTED', `a ${format}, where this program reads ${RECEIPT_FORMAT}`, '/format');
  }
  if (json.fault !== null) return reject('PROOF_MALFORMED', json.fault.detail, json.fault.pointer);
  if (!equalBytes(asciiBytes(encodeReceipt(receipt)), bytes)) {
    return reject('PROOF_NOT_ONE_FORM', 'order, white space or spelling differs from spec/proofs.md §2');
  }
  return ok(receipt);
}

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
