import { CborFields, encodeCbor } from '@lading/ledger';
import type { CborValue } from '@lading/ledger';
import type { AuditBatchRow, AuditOutcomeRow, AuditTransactionRow, BlockRows } from '../auditSource.js';

const MOST = Number.MAX_SAFE_INTEGER;

/** What an export holds of one height (spec/export.md 3): the rows as they are, checked by nobody. */
export function encodeExportRecord({ block, batches, transactions, outcomes }: BlockRows): Uint8Array {
  const { height, blockHash, encoded, proof, outcomeRoot, stateRoot } = block;
  return encodeCbor([
    ...[height, blockHash, encoded, proof, outcomeRoot, stateRoot],
    batches.map(({ refIndex, lane, seq, batchHash, headerBytes, signature }) => {
      return [integer(refIndex), integer(lane), integer(seq), batchHash, headerBytes, signature];
    }),
    transactions.map(({ index, txId, indexInBatch, encoded: tx, refIndex }) => {
      return [integer(index), txId, integer(refIndex ?? 0), integer(indexInBatch), tx];
    }),
    outcomes.map(({ index, txId, status, code, detail }) => [integer(index), txId, status, code, detailOf(detail)])
  ]);
}

/** Damaged numbers need not be such as CBOR here has; what stands in their place is found just as well. */
const integer = (value: number): number => (Number.isSafeInteger(value) && value >= 0 ? value : MOST);

/** Null stands for what did not decode in the database either. */
const detailOf = (detail: unknown): CborValue => (Array.isArray(detail) ? (detail as CborValue) : null);

/** The rows of a record, or null when it is none. */
export function decodeExportRecord(record: Uint8Array): BlockRows | null {
  const fields = CborFields.decode(record, 9, 'export record');
  const height = fields.uint('height');
  const blockHash = bytesOf(fields, 'blockHash');
  const encoded = bytesOf(fields, 'encoded');
  const proof = bytesOf(fields, 'proof');
  const outcomeRoot = bytesOf(fields, 'outcomeRoot');
  const stateRoot = bytesOf(fields, 'stateRoot');
  const batches = fields.list('batches', MOST, (list) => batchOf(list.nested('batch', 6), height));
  const transactions = fields.list('transactions', MOST, (list) => transactionOf(list.nested('transaction', 5), height));
  const outcomes = fields.list('outcomes', MOST, (list) => outcomeOf(list.nested('outcome', 5), height));
  if (fields.fault !== null) return null;
  return { block: { height, blockHash, encoded, proof, outcomeRoot, stateRoot }, batches, transactions, outcomes };
}

const bytesOf = (fields: CborFields, name: string): Uint8Array => fields.bytesUpTo(name, MOST);

function batchOf(fields: CborFields, height: number): AuditBatchRow {
  return {
    height,
    refIndex: fields.uint('refIndex'),
    lane: fields.uint('lane'),
    seq: fields.uint('seq'),
    batchHash: bytesOf(fields, 'batchHash'),
    headerBytes: bytesOf(fields, 'header'),
    signature: bytesOf(fields, 'signature')
  };
}

function transactionOf(fields: CborFields, height: number): AuditTransactionRow {
  return {
    height,
    index: fields.uint('index'),
    txId: bytesOf(fields, 'txId'),
    refIndex: fields.uint('refIndex'),
    indexInBatch: fields.uint('indexInBatch'),
    encoded: bytesOf(fields, 'encoded')
  };
}

function outcomeOf(fields: CborFields, height: number): AuditOutcomeRow {
  const index = fields.uint('index');
  const txId = bytesOf(fields, 'txId');
  const status = fields.text('status', MOST);
  const code = fields.text('code', MOST);
  return { height, index, txId, status, code, detail: fields.any() };
}
