import type { Hash } from '@lading/kernel';
import type { BatchHeader } from './batchHeader.js';
import type { Transaction } from './transaction.js';

export interface Batch {
  readonly header: BatchHeader;
  readonly batchHash: Hash;
  /** Lane author's vote-style signature (type BATCH). */
  readonly signature: Uint8Array;
  readonly transactions: readonly Transaction[];
  /** Deterministic CBOR [header, signature, [encodedTransaction…]]. */
  readonly encoded: Uint8Array;
}

export type BatchFault =
  | 'BATCH_MALFORMED'
  | 'BATCH_TOO_LARGE'
  | 'BATCH_WRONG_CHAIN'
  | 'BATCH_LANE'
  | 'BATCH_ROOT'
  | 'BATCH_SIGNATURE'
  | 'BATCH_TRANSACTION';
