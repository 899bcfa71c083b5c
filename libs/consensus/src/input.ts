import type { Hash, Height } from '@lading/kernel';
import type { BatchRef, EpochConfig } from '@lading/ledger';
import type { Message } from './message.js';

/** A batch that is statically valid and fsynced. */
export interface StoredBatch {
  readonly ref: BatchRef;
  readonly epoch: number;
  readonly prevBatchHash: Hash;
  readonly txCount: number;
  readonly sizeBytes: number;
  /** nextConfigOf this batch under its epoch's config; absent: it changes nothing. */
  readonly nextConfig?: EpochConfig;
}

/** Everything that can happen to the core (consensus.md §2.1). */
export type Input =
  /** `peer` is the sender's validator index; own signed messages come back with the own index. */
  | { readonly kind: 'Message'; readonly peer: number; readonly message: Message }
  | { readonly kind: 'Tick' }
  | { readonly kind: 'BatchStored'; readonly batch: StoredBatch }
  /** Block h is executed and durable in the database; `stateRoot` is the root after it. */
  | { readonly kind: 'Executed'; readonly height: Height; readonly stateRoot: Hash }
  /** The Persist output with this token is on disk. */
  | { readonly kind: 'Persisted'; readonly token: number }
  /** The pool has refs or an epoch end is due. */
  | { readonly kind: 'ProposalNeeded' }
  /** The connection with this validator was closed, or stands again (spec T6). */
  | { readonly kind: 'Link'; readonly peer: number; readonly up: boolean }
  /** This node is about to stop: whenever it leads, its next proposal ends the turn (spec P8). */
  | { readonly kind: 'HandOver' }
  /**
   * The driver has seen a batch of this lane, signed by its author, that is statically invalid, or a second one for a
   * sequence number (spec A3). Batches told by BatchStored are compared here.
   */
  | { readonly kind: 'LaneFault'; readonly lane: number; readonly detail: string };
