import type { Hash, Result, Sha256 } from '@lading/kernel';
import { LIMITS } from '@lading/kernel';
import { COLUMN, decodeFormat, encodeFormat, type RecordOf } from './cborRecord.js';
import { sha256Noble } from './crypto/sha256Noble.js';
import { hashTagged } from './hash.js';

/** Transactions of one batch at most. */
export const BATCH_TRANSACTIONS = 4096;

/** spec/ledger.md §4. */
const BATCH_HEADER = {
  tag: 'lading/batch/1',
  what: 'batch header',
  fault: 'BATCH_MALFORMED',
  table: {
    chainId: COLUMN.hash,
    epoch: COLUMN.u32,
    /** Index into the epoch's organizations. */
    lane: COLUMN.signer,
    seq: COLUMN.uint,
    prevBatchHash: COLUMN.hash,
    txCount: COLUMN.upTo(BATCH_TRANSACTIONS),
    txRoot: COLUMN.hash,
    /** Sum of the sizes of the encoded transactions. */
    bytes: COLUMN.upTo(LIMITS.batchBytes)
  }
} as const;
export type BatchHeader = RecordOf<(typeof BATCH_HEADER)['table']>;

export const encodeBatchHeader = (header: BatchHeader): Uint8Array => encodeFormat(BATCH_HEADER, header);
export const decodeBatchHeader = (bytes: Uint8Array): Result<BatchHeader, 'BATCH_MALFORMED'> => decodeFormat(BATCH_HEADER, bytes);

/** H("lading/batchhash/1", header bytes). */
export function batchHashOfBytes(headerBytes: Uint8Array, sha256: Sha256 = sha256Noble): Hash {
  return hashTagged('lading/batchhash/1', [headerBytes], sha256);
}
