import type { Hash } from '@lading/kernel';
import type { BatchRef, BlockHeader } from './blockHeader.js';

export interface Block {
  readonly header: BlockHeader;
  readonly blockHash: Hash;
  readonly refs: readonly BatchRef[];
  /** Deterministic CBOR [header, [ref…]]. */
  readonly encoded: Uint8Array;
}

/** Next expected batch of one lane. */
export interface LaneCursor {
  readonly lane: number;
  readonly nextSeq: number;
  readonly lastBatchHash: Hash;
}
