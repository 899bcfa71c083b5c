import type { Hash } from '@lading/kernel';
import type { Transaction } from './transaction.js';

/** spec/ledger.md §4. `lane` is an index into the epoch's organizations. */
export interface BatchHeader {
  readonly chainId: Hash;
  readonly epoch: number;
  readonly lane: number;
  readonly seq: number;
  readonly prevBatchHash: Hash;
  readonly txCount: number;
  readonly txRoot: Hash;
  /** Sum of the sizes of the encoded transactions. */
  readonly bytes: number;
}

export interface Batch {
  readonly header: BatchHeader;
  readonly batchHash: Hash;
  /** Lane author's vote-style signature (type BATCH). */
  readonly signature: Uint8Array;
  readonly transactions: readonly Transaction[];
  /** Deterministic CBOR [header, signature, [encodedTransaction…]]. */
  readonly encoded: Uint8Array;
}

/** What a block orders. */
export interface BatchRef {
  readonly lane: number;
  readonly seq: number;
  readonly batchHash: Hash;
}

export type BatchFault =
  | 'BATCH_MALFORMED'
  | 'BATCH_TOO_LARGE'
  | 'BATCH_WRONG_CHAIN'
  | 'BATCH_LANE'
  | 'BATCH_ROOT'
  | 'BATCH_SIGNATURE'
  | 'BATCH_TRANSACTION';
