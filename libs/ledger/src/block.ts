import type { Hash, Height } from '@lading/kernel';
import type { BatchRef } from './batch.js';

/** spec/ledger.md §4: the hashed header. `proposer` is an index into the epoch's organizations. */
export interface BlockHeader {
  readonly chainId: Hash;
  readonly epoch: number;
  readonly height: Height;
  readonly parentHash: Hash;
  /** RFC 9162 root over the block hashes 0 … height−1. */
  readonly historyRoot: Hash;
  readonly originView: number;
  readonly proposer: number;
  /** Milliseconds since 1970, strictly increasing. */
  readonly timestampMs: number;
  readonly refsRoot: Hash;
  readonly refCount: number;
  readonly txCount: number;
  readonly laneCursorsRoot: Hash;
  readonly executedHeight: Height;
  readonly executedStateRoot: Hash;
  readonly turnEnd: boolean;
  readonly epochEnd: boolean;
  readonly nextConfigHash: Hash;
}

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
