import type { Hash, Rejection, Result, Sha256, VerifySignature } from '@lading/kernel';
import { assert, equalBytes, LIMITS, ok, reject, ZERO_HASH } from '@lading/kernel';
import type { Batch, BatchFault } from './batch.js';
import { BATCH_TRANSACTIONS, batchHashOfBytes, decodeBatchHeader, encodeBatchHeader, type BatchHeader } from './batchHeader.js';
import { CborFields } from './cborFields.js';
import { encodeCbor } from './codec/encodeCbor.js';
import type { EpochConfig } from './config.js';
import { sha256Noble } from './crypto/sha256Noble.js';
import { rereadHeader } from './headerForms.js';
import { merkleRoot, merkleRootOfHashes } from './merkle/root.js';
import { leafHash } from './merkle/tree.js';
import type { Transaction } from './transaction.js';
import { checkTransaction, decodeTransaction, verifyTransaction } from './transactionCodec.js';
import { VOTE, voteBytes } from './vote.js';

export function batchHash(header: BatchHeader, sha256: Sha256 = sha256Noble): Hash {
  return batchHashOfBytes(encodeBatchHeader(header), sha256);
}

/** What the lane's author signs: a vote of type BATCH with height = seq and digest = batchHash. */
export function batchSigningBytes(header: BatchHeader, hash: Hash): Uint8Array {
  const { chainId, epoch, lane, seq } = header;
  return voteBytes({ type: VOTE.batch, chainId, epoch, view: 0, height: seq, digest: hash, signer: lane });
}

/** The encoding of a batch from its stored parts: CBOR [header bytes, signature, [encoded transaction…]]. */
export function assembleBatchBytes(
  headerBytes: Uint8Array,
  signature: Uint8Array,
  encodedTransactions: readonly Uint8Array[]
): Uint8Array {
  return encodeCbor([headerBytes, signature, encodedTransactions]);
}

export interface BatchDraft {
  readonly chainId: Hash;
  readonly epoch: number;
  readonly lane: number;
  readonly seq: number;
  /** 32 zero bytes for the first batch of an epoch. */
  readonly prevBatchHash: Hash;
  readonly transactions: readonly Transaction[];
}

/** Makes and signs a batch. Asserts the limits: the batcher keeps them. */
export function buildBatch(
  draft: BatchDraft,
  sign: (message: Uint8Array) => Uint8Array,
  sha256: Sha256 = sha256Noble
): Batch {
  const { transactions, ...place } = draft;
  const encodings = transactions.map((tx) => tx.encoded);
  const header: BatchHeader = {
    ...place,
    txCount: transactions.length,
    txRoot: merkleRoot(encodings, sha256),
    bytes: totalBytes(encodings)
  };
  const headerBytes = encodeBatchHeader(header);
  const hash = batchHashOfBytes(headerBytes, sha256);
  const signature = sign(batchSigningBytes(header, hash));
  const encoded = assembleBatchBytes(headerBytes, signature, encodings);
  assert(header.txCount > 0 && header.txCount <= BATCH_TRANSACTIONS, 'buildBatch: number of transactions');
  assert(encoded.length <= LIMITS.batchBytes, 'buildBatch: over the hard limit');
  return { header, batchHash: hash, signature, transactions, encoded };
}

function totalBytes(encodings: readonly Uint8Array[]): number {
  return encodings.reduce((sum, encoding) => sum + encoding.length, 0);
}

export interface BatchContext {
  readonly config: EpochConfig;
  /** Whether this exact encoded transaction has verified here before, by its leaf under txRoot: a hash of all its bytes. */
  readonly alreadyVerified?: (leaf: Hash) => boolean;
  /** Told of every transaction whose signature has just been verified, by its leaf. */
  readonly onVerified?: (leaf: Hash) => void;
}

/**
 * Static validity (spec/ledger.md §4): a function of the bytes and the epoch's config only. Cheap checks first, the
 * lane author's signature next, the transactions' signatures last: only an author can make a node verify those.
 */
export function decodeBatch(
  encoded: Uint8Array,
  context: BatchContext,
  verify: VerifySignature,
  sha256: Sha256 = sha256Noble
): Result<Batch, BatchFault> {
  const opened = openBatch(encoded, sha256);
  if (!opened.ok) return opened;
  const { header, signature, encodings, leaves } = opened.value;
  const { config } = context;
  const author = config.organizations[header.lane];
  if (!equalBytes(header.chainId, config.chainId)) return reject('BATCH_WRONG_CHAIN', 'made for another chain');
  if (header.epoch !== config.epoch || author === undefined) {
    return reject('BATCH_LANE', `no lane ${header.lane} in epoch ${header.epoch}`);
  }
  if (header.seq === 0 && !equalBytes(header.prevBatchHash, ZERO_HASH)) {
    return reject('BATCH_LANE', 'the first batch of an epoch names a previous one');
  }
  if (!verify(signature, batchSigningBytes(header, opened.value.batchHash), author.validatorKey)) {
    return reject('BATCH_SIGNATURE', `not signed by ${author.id}`);
  }
  const transactions: Transaction[] = [];
  for (const [index, encoding] of encodings.entries()) {
    const tx = decodeTransaction(encoding, sha256, rereadHeader);
    if (!tx.ok) return transactionFault(index, tx);
    const checked = checkTransaction(tx.value, config.chainId, config);
    if (!checked.ok) return transactionFault(index, checked);
    if (!tx.value.header.lanes.includes(author.id)) {
      return transactionFault(index, reject('TX_LANE', `does not list ${author.id}`));
    }
    const leaf = leaves[index] as Hash;
    if (context.alreadyVerified?.(leaf) !== true) {
      if (!verifyTransaction(tx.value, verify)) return transactionFault(index, reject('TX_SIGNATURE', 'is not valid'));
      context.onVerified?.(leaf);
    }
    transactions.push(tx.value);
  }
  return ok({ header, batchHash: opened.value.batchHash, signature, transactions, encoded });
}

function transactionFault(index: number, rejection: Rejection): Rejection<BatchFault> {
  const where = rejection.pointer === undefined ? '' : ` at ${rejection.pointer}`;
  return reject('BATCH_TRANSACTION', `transaction ${index}: ${rejection.code}, ${rejection.detail}${where}`);
}

interface OpenBatch {
  readonly header: BatchHeader;
  readonly batchHash: Hash;
  readonly signature: Uint8Array;
  readonly encodings: readonly Uint8Array[];
  /** Of the tree under txRoot. */
  readonly leaves: readonly Hash[];
}

/** The parts of a batch with counts, sizes and root checked; no signature. */
function openBatch(encoded: Uint8Array, sha256: Sha256): Result<OpenBatch, BatchFault> {
  if (encoded.length > LIMITS.batchBytes) return reject('BATCH_TOO_LARGE', `${encoded.length} bytes`);
  const fields = CborFields.decode(encoded, 3, 'batch');
  const headerBytes = fields.bytesUpTo('header', 1024);
  const signature = fields.bytes('signature', 64);
  const encodings = fields.list('transactions', BATCH_TRANSACTIONS, (list) =>
    list.bytesUpTo('transaction', LIMITS.batchBytes)
  );
  if (fields.fault !== null) return reject('BATCH_MALFORMED', fields.fault);
  // Copies: header and signature outlive the batch, as evidence for instance, and views would keep all its bytes in memory.
  const header = decodeBatchHeader(headerBytes.slice());
  if (!header.ok) return header;
  const { txCount, txRoot, bytes } = header.value;
  if (txCount === 0 || txCount !== encodings.length || bytes !== totalBytes(encodings)) {
    return reject('BATCH_MALFORMED', 'number or size of the transactions differs from the header');
  }
  const leaves = encodings.map((encoding) => leafHash(encoding, sha256));
  if (!equalBytes(txRoot, merkleRootOfHashes(leaves, sha256))) return reject('BATCH_ROOT', 'txRoot differs');
  return ok({ header: header.value, batchHash: batchHashOfBytes(headerBytes, sha256), signature: signature.slice(), encodings, leaves });
}
