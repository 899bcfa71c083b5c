import { asHash, equalBytes, type Hash, type Height, type Sha256 } from '@lading/kernel';
import { decodeBlock, decodeCbor, decodeCommitProof, transactionId, type OutcomeDetail, type OutcomeRecord } from '@lading/ledger';
import type { StoredBlock, StoredTransaction } from '@lading/engine';
import { StorageFault } from '../storageFault.js';

/** Rows as pg answers them: bigint as text, bytea as Buffer. Only what decodes and hashes right leaves this file. */
export interface BlockRow {
  readonly height: string;
  readonly block_hash: Buffer;
  readonly encoded: Buffer;
  readonly proof: Buffer;
  readonly outcome_root: Buffer;
  readonly state_root: Buffer;
}

export interface OutcomeRow {
  readonly height: string;
  readonly tx_index: number;
  readonly tx_id: Buffer;
  readonly status: string;
  readonly code: string;
  readonly detail: Buffer;
}

export interface TransactionRow {
  readonly height: string;
  readonly tx_index: number;
  readonly index_in_batch: number;
  /** Null when the pack is missing, or ends before. */
  readonly encoded: Buffer | null;
  /** Null when the batch row is missing. */
  readonly batch_hash: Buffer | null;
  /** Null when the outcome row is missing. */
  readonly status: string | null;
  readonly tx_id: Buffer;
  readonly code: string;
  readonly detail: Buffer;
}

const NO_ID = new Uint8Array(0);

/** A plain view of pg's bytes: Buffer.slice() shares memory where pure code expects a copy. */
export const bytes = (buffer: Buffer): Uint8Array => new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);

export function hash(buffer: Buffer, what: string): Hash {
  if (buffer.length !== 32) throw corrupt(what, 'a hash has not 32 bytes');
  return asHash(bytes(buffer));
}

export const corrupt = (what: string, why: string): StorageFault =>
  new StorageFault('STORE_CORRUPT', `${what} in the database is damaged: ${why}`);

export function toStoredBlock(row: BlockRow, sha256: Sha256): StoredBlock {
  const what = `block ${row.height}`;
  const block = decodeBlock(bytes(row.encoded), sha256);
  if (!block.ok) throw corrupt(what, block.detail);
  if (!equalBytes(block.value.blockHash, row.block_hash)) throw corrupt(what, 'its hash differs');
  if (block.value.header.height !== Number(row.height)) throw corrupt(what, 'its height differs');
  const proof = decodeCommitProof(bytes(row.proof));
  if (!proof.ok) throw corrupt(what, proof.detail);
  return {
    block: block.value,
    proof: proof.value,
    outcomeRoot: hash(row.outcome_root, what),
    stateRoot: hash(row.state_root, what)
  };
}

export function toOutcome(row: OutcomeRow): OutcomeRecord {
  const what = `outcome ${row.height}/${row.tx_index}`;
  const detail = decodeCbor(bytes(row.detail));
  if (!detail.ok || !Array.isArray(detail.value) || !detail.value.every(isDetail)) throw corrupt(what, 'its detail');
  const { status } = row;
  if (status !== 'APPLIED' && status !== 'RECORDED' && status !== 'REJECTED') throw corrupt(what, 'its status');
  const height = Number(row.height) as Height;
  return { height, index: row.tx_index, txId: hash(row.tx_id, what), status, code: row.code, detail: detail.value };
}

/** What the bytes of a transaction hash to, null when they are none. The id is stored with the outcome only. */
export function storedId(encoded: Uint8Array, sha256: Sha256): Hash | null {
  const read = decodeCbor(encoded);
  const [header, payload] = read.ok && Array.isArray(read.value) ? (read.value as readonly unknown[]) : [];
  return header instanceof Uint8Array && payload instanceof Uint8Array ? transactionId(header, payload, sha256) : null;
}

export function toStoredTransaction(row: TransactionRow, sha256: Sha256): StoredTransaction {
  const what = `transaction ${row.height}/${row.tx_index}`;
  const { batch_hash: batchHash, status, encoded } = row;
  if (encoded === null) throw corrupt(what, 'its bytes are missing');
  if (batchHash === null) throw corrupt(what, 'its batch is missing');
  if (status === null) throw corrupt(what, 'its outcome is missing');
  if (!equalBytes(storedId(bytes(encoded), sha256) ?? NO_ID, row.tx_id)) throw corrupt(what, 'it has not the id of its outcome');
  return {
    height: Number(row.height) as Height,
    index: row.tx_index,
    batchHash: hash(batchHash, what),
    indexInBatch: row.index_in_batch,
    encoded: bytes(encoded),
    outcome: toOutcome({ ...row, status })
  };
}

function isDetail(value: unknown): value is OutcomeDetail {
  if (Array.isArray(value)) return value.every(isDetail);
  return typeof value === 'string' || typeof value === 'number';
}
