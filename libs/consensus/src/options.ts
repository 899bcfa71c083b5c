import type { Hash, Height, Sha256 } from '@lading/kernel';
import { PARAMETER_RANGES } from '@lading/ledger';
import type {
  Block,
  CheckpointCertificate,
  CommitProof,
  CompactRange,
  EpochConfig,
  LaneCursor
} from '@lading/ledger';
import type { StoredBatch } from './input.js';
import type { ViewRecord } from './leader.js';
import type { Mutant } from './mutants.js';
import type { Safety } from './output.js';

/** Local pace, milliseconds. Nothing here needs to be equal on all nodes. */
export interface Timing {
  /** Between two STATUS messages (spec S1). */
  readonly statusMs: number;
  /** At least this much between two proposals while blocks are not executed (spec P1). */
  readonly proposalIntervalMs: number;
  /** The interval grows with the time that blocks take, up to this. */
  readonly longestIntervalMs: number;
  /** Quiet time after the last executed block until it is checkpointed (spec S6). */
  readonly idleCheckpointMs: number;
  /** Wait for a batch in transit before it is fetched. */
  readonly payloadPatienceMs: number;
  /** Between two attempts to fetch the same thing. */
  readonly fetchRetryMs: number;
  /** Wait before lane tips that no proposal covers are told to the leader (spec A1). */
  readonly ackMs: number;
}

export const DEFAULT_TIMING: Timing = {
  statusMs: 250,
  proposalIntervalMs: 10,
  longestIntervalMs: 250,
  idleCheckpointMs: 100,
  payloadPatienceMs: 20,
  fetchRetryMs: 500,
  ackMs: 10
};

export interface CoreOptions {
  /** In force for the block after the head: after an epochEnd block, the next one. */
  readonly config: EpochConfig;
  /** Own index among the epoch's organizations; null: this node observes (spec N4). */
  readonly self: number | null;
  /** Own public validator key, by which the own index in later epochs is found. Default: that of `self`. */
  readonly validatorKey?: Uint8Array | null;
  readonly genesis: Block;
  /** Default: the pure one of @lading/ledger. */
  readonly sha256?: Sha256;
  readonly timing?: Partial<Timing>;
  readonly mutants?: ReadonlySet<Mutant>;
}

/** Twice the widest window: headers of an epoch with a wider window than the last reach back further (spec N2). */
export const RECENT_HEIGHTS = 2 * PARAMETER_RANGES.window[1];

/** What a committed height looked like. */
export interface PastBlock {
  readonly height: Height;
  readonly blockHash: Hash;
  /** State root after executing it. */
  readonly stateRoot: Hash;
}

/**
 * What a node knows when it starts. The "head" is the last block that is executed and durable in the database; a
 * block that was only decided comes back from the log's records or from peers.
 *
 * First start: safety null, proposals empty, head = {genesis block, proof null}, history = CompactRange of genesis'
 * hash (size 1), cursors = the initial ones, recent = [{0, genesis hash, state root after genesis}], checkpoint null.
 */
export interface Restored {
  /** The last intact Safety record of the log, of this or an earlier epoch; null when there never was one. */
  readonly safety: Safety | null;
  /** Every intact Block record of the log above the head, in log order (several of one height are possible). */
  readonly proposals: readonly Block[];
  readonly head: { readonly block: Block; readonly proof: CommitProof | null };
  /**
   * The epoch in force for the block after the head; absent only in epoch 0 with nothing but genesis committed.
   * `start`: height of the block that ended the epoch before, 0 in epoch 0. `views`: one record for each originView
   * among the committed headers start+1 … head. `leaders`: epochLeaders of all epochs before.
   */
  readonly epoch?: {
    readonly start: Height;
    readonly views: readonly ViewRecord[];
    readonly leaders: readonly number[];
  };
  /** Over the block hashes 0 … head.height: size = head.height + 1. */
  readonly history: CompactRange;
  /** Lane cursors after the head, one for each lane in lane order; after an epochEnd block they begin anew. */
  readonly cursors: readonly LaneCursor[];
  /**
   * Ascending: heights max(0, head − RECENT_HEIGHTS) … head, and also safety.base.height, safety.lastPrepared.height and
   * epoch.start where those are lower. A missing one only makes this node mute until the next view.
   */
  readonly recent: readonly PastBlock[];
  /** Stored batches at or above the cursors: fsynced and statically valid, in any order. */
  readonly batches: readonly StoredBatch[];
  readonly checkpoint: CheckpointCertificate | null;
}
