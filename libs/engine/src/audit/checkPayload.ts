import { equalBytes } from '@lading/kernel';
import {
  assembleBatchBytes,
  batchHashOfBytes,
  decodeBatch,
  decodeBatchHeader,
  decodeTransaction,
  verifyTransaction
} from '@lading/ledger';
import type { Batch, BatchRef, Block, Transaction } from '@lading/ledger';
import type { AuditBatchRow, AuditTransactionRow } from '../auditSource.js';
import type { CheckTools } from './checkTools.js';
import type { Finding } from './finding.js';
import type { BlockRows } from '../auditSource.js';

export interface CheckedPayload {
  /** Null when a batch or transaction is missing or damaged: the block cannot be executed again. */
  readonly batches: readonly Batch[] | null;
  readonly findings: readonly Finding[];
}

/** The batches of the block's refs rebuilt from their rows, and what is wrong with those rows. */
export function checkPayload(rows: BlockRows, block: Block, tools: CheckTools): CheckedPayload {
  const findings: Finding[] = [];
  const batches: Batch[] = [];
  const byIndex = new Map(rows.batches.map((row) => [row.refIndex, row]));
  let first = 0;
  for (const [refIndex, ref] of block.refs.entries()) {
    const key = `${rows.block.height}/${refIndex}`;
    const row = byIndex.get(refIndex);
    if (row === undefined) {
      findings.push({ table: 'batch', key, what: 'row is missing' });
      continue;
    }
    for (const what of batchRowFaults(row, ref, first, tools)) findings.push({ table: 'batch', key, what });
    const mine = transactionsOf(rows, row, ref, first, tools);
    const encodings = mine.map((tx) => tx.encoded);
    const assembled = assembleBatchBytes(row.headerBytes, row.signature, encodings);
    const batch = decodeBatch(assembled, tools, tools.verify, tools.sha256);
    const faults = transactionFaults(mine, row, first, batch.ok ? batch.value.transactions : null, tools);
    findings.push(...faults);
    if (batch.ok) batches.push(batch.value);
    else if (faults.length === 0) findings.push({ table: 'batch', key, what: `${batch.code}: ${batch.detail}` });
    first += mine.length;
  }
  for (const row of rows.batches) {
    if (row.refIndex >= 0 && row.refIndex < block.refs.length) continue;
    findings.push({ table: 'batch', key: `${row.height}/${row.refIndex}`, what: 'no ref of the block orders it' });
  }
  findings.push(...countFaults(rows, block));
  const complete = batches.length === block.refs.length && first === block.header.txCount;
  return { batches: complete ? batches : null, findings };
}

function batchRowFaults(row: AuditBatchRow, ref: BatchRef, first: number, tools: CheckTools): string[] {
  const faults: string[] = [];
  if (row.lane !== ref.lane) faults.push('lane differs from the block');
  if (row.seq !== ref.seq) faults.push('seq differs from the block');
  if (!equalBytes(row.batchHash, ref.batchHash)) faults.push('batch_hash differs from the block');
  if (!equalBytes(batchHashOfBytes(row.headerBytes, tools.sha256), ref.batchHash)) {
    faults.push('header does not have the hash that the block orders');
  }
  if (row.firstIndex !== undefined && row.firstIndex !== first) faults.push(`first_index is ${first} by the block`);
  const header = decodeBatchHeader(row.headerBytes);
  if (row.txCount !== undefined && header.ok && row.txCount !== header.value.txCount) {
    faults.push('tx_count differs from the header');
  }
  return faults;
}

/** By place in the block, not by what their rows say of their batch: a damaged column is then one finding, not many. */
function transactionsOf(
  rows: BlockRows,
  batch: AuditBatchRow,
  ref: BatchRef,
  first: number,
  tools: CheckTools
): readonly AuditTransactionRow[] {
  const header = decodeBatchHeader(batch.headerBytes);
  const isOrdered = equalBytes(batchHashOfBytes(batch.headerBytes, tools.sha256), ref.batchHash);
  if (header.ok && isOrdered) {
    const end = first + header.value.txCount;
    return rows.transactions.filter((tx) => tx.index >= first && tx.index < end);
  }
  return rows.transactions.filter((tx) =>
    tx.batchHash === undefined ? tx.refIndex === batch.refIndex : equalBytes(tx.batchHash, batch.batchHash)
  );
}

/** `decoded`: the transactions of the batch when it is valid as a whole; their signatures need no second look then. */
function transactionFaults(
  rows: readonly AuditTransactionRow[],
  batch: AuditBatchRow,
  first: number,
  decoded: readonly Transaction[] | null,
  tools: CheckTools
): Finding[] {
  const findings: Finding[] = [];
  if (isValidBatch(rows, batch, first, decoded)) return [];
  for (const [position, row] of rows.entries()) {
    const note = (what: string): void =>
      void findings.push({ table: 'transaction', key: `${row.height}/${row.index}`, what });
    if (row.batchHash !== undefined && !equalBytes(row.batchHash, batch.batchHash)) note('batchHash differs from the batch');
    if (row.refIndex !== undefined && row.refIndex !== batch.refIndex) note('ref_index is not that of its batch');
    if (row.index !== first + position) note('tx_index differs from its place in the block');
    if (row.indexInBatch !== position) note('index_in_batch differs from its place in the batch');
    const valid = decoded?.[position];
    const tx = valid === undefined ? decodeTransaction(row.encoded, tools.sha256) : null;
    if (tx?.ok === false) note(`encoded does not decode: ${tx.code}`);
    const found = valid ?? (tx?.ok === true ? tx.value : undefined);
    if (found === undefined) continue;
    if (!equalBytes(found.txId, row.txId)) note('tx_id is not the hash of the transaction');
    else if (valid === undefined && !verifyTransaction(found, tools.verify)) note('the signature does not verify');
  }
  return findings;
}

/** Rows of a valid batch that say of it what it is, each of them what it holds. */
function isValidBatch(
  rows: readonly AuditTransactionRow[],
  batch: AuditBatchRow,
  first: number,
  decoded: readonly Transaction[] | null
): boolean {
  if (decoded === null) return false;
  return rows.every((row, at) => {
    const { txId, batchHash, refIndex, index, indexInBatch } = row;
    const found = decoded[at];
    if (found === undefined || !equalBytes(found.txId, txId) || index !== first + at || indexInBatch !== at) return false;
    if (refIndex !== undefined && refIndex !== batch.refIndex) return false;
    return batchHash === undefined || equalBytes(batchHash, batch.batchHash);
  });
}

function countFaults({ block: row, transactions, outcomes }: BlockRows, { header }: Block): Finding[] {
  if (isComplete(transactions, outcomes, header.txCount)) return [];
  const findings: Finding[] = [];
  const seen = new Map(transactions.map((tx) => [tx.index, tx]));
  const judged = new Set(outcomes.map((outcome) => outcome.index));
  for (let index = 0; index < header.txCount; index++) {
    const key = `${row.height}/${index}`;
    if (!seen.has(index)) findings.push({ table: 'transaction', key, what: 'row is missing' });
    if (!judged.has(index)) findings.push({ table: 'outcome', key, what: 'row is missing' });
  }
  const isOutside = (index: number): boolean => index < 0 || index >= header.txCount;
  for (const { height, index } of transactions) {
    if (!isOutside(index)) continue;
    findings.push({ table: 'transaction', key: `${height}/${index}`, what: 'is in no batch of the block' });
  }
  for (const { height, index, txId } of outcomes) {
    const tx = seen.get(index);
    const key = `${height}/${index}`;
    if (isOutside(index)) findings.push({ table: 'outcome', key, what: 'belongs to no transaction of the block' });
    else if (tx !== undefined && !equalBytes(tx.txId, txId)) {
      findings.push({ table: 'outcome', key, what: 'tx_id differs from the transaction' });
    }
  }
  return findings;
}

/** Every index once, and each outcome beside its transaction: as nearly all blocks are. */
function isComplete(
  transactions: readonly AuditTransactionRow[],
  outcomes: BlockRows['outcomes'],
  count: number
): boolean {
  if (transactions.length !== count || outcomes.length !== count) return false;
  return transactions.every((tx, at) => {
    const outcome = outcomes[at];
    return tx.index === at && outcome?.index === at && equalBytes(tx.txId, outcome.txId);
  });
}
