import type { Hash, Height } from '@lading/kernel';
import type { BatchRef, Block, Certificate, CheckpointCertificate, CommitProof, EpochConfig } from '@lading/ledger';
import type { Evidence, EvidenceItem, EvidenceKind, Message, NewView, SignedMessage, Unsigned } from './message.js';

/** Durable voting state (consensus.md §2.1). */
export interface Safety {
  readonly epoch: number;
  readonly view: number;
  readonly mode: 'NORMAL' | 'CHANGING';
  readonly base: { readonly height: Height; readonly hash: Hash };
  readonly baseProof: NewView | Certificate | null;
  readonly lastPrepared: { readonly view: number; readonly height: Height; readonly hash: Hash } | null;
  readonly highCert: Certificate | null;
  /** Exact bytes of the own VIEW-CHANGE while CHANGING. */
  readonly ownViewChange: Uint8Array | null;
}

/** What Persist writes. `block` is the proposal about to be prepared: header and refs (payload is already durable). */
export type PersistRecord =
  | { readonly kind: 'Safety'; readonly safety: Safety }
  | { readonly kind: 'Block'; readonly block: Block };

export type UnsignedMessage = { [M in SignedMessage as M['type']]: Unsigned<M> }[SignedMessage['type']];

/**
 * Effects, strictly ordered: the driver performs nothing after a Persist until its fdatasync returned, not even
 * outputs of later inputs (consensus.md §2.1). Values, never thunks.
 */
export type Output =
  /** Durable before anything that follows. Answered by Persisted(token). */
  | { readonly kind: 'Persist'; readonly record: PersistRecord; readonly token: number }
  /** Sign with the validator key, send to every peer, and feed back as Message(self). */
  | { readonly kind: 'SignBroadcast'; readonly message: UnsignedMessage }
  | { readonly kind: 'Broadcast'; readonly message: Message }
  | { readonly kind: 'Send'; readonly to: number; readonly message: Message }
  /** Ask these peers for batches that are ordered or proposed and not stored here; answered by BatchStored. */
  | { readonly kind: 'FetchPayload'; readonly refs: readonly BatchRef[]; readonly peers: readonly number[] }
  /** Send these stored batches to that peer, which lacks them; `refs` are ascending within their lane. */
  | { readonly kind: 'SendPayload'; readonly to: number; readonly refs: readonly BatchRef[] }
  /** Final. Ascending, contiguous from the last Commit; every ref's payload is stored. */
  | { readonly kind: 'Commit'; readonly blocks: readonly { readonly block: Block; readonly proof: CommitProof }[] }
  /**
   * Answer a peer's FETCH-BLOCKS from the block store: up to and including the first epochEnd block; with the stable
   * checkpoint only if it is of the same epoch as the blocks, else null: the peer could not verify it. `own`: the block at
   * `from` goes with this certificate of its own, whatever proof is stored with it (spec S3).
   */
  | {
      readonly kind: 'ServeBlocks';
      readonly to: number;
      readonly from: Height;
      readonly until: Height;
      readonly own: Certificate | null;
    }
  /** q CHECKPOINTs agree: store, prune, publish. */
  | { readonly kind: 'Stable'; readonly checkpoint: CheckpointCertificate }
  /** Step with Tick at `at` or later. Replaces the earlier timer of that name; null cancels. */
  | { readonly kind: 'SetTimer'; readonly name: string; readonly atMs: number | null }
  /**
   * Proof that a validator broke the protocol, new to this node: store and show it (spec E1). `message` is
   * self-proving and has been handed to all peers by an earlier output; `first` and `second` are what it contains.
   */
  | {
      readonly kind: 'Evidence';
      readonly what: EvidenceKind;
      readonly first: EvidenceItem;
      readonly second: EvidenceItem;
      readonly message: Evidence;
    }
  /**
   * The core is in this epoch from here on; everything after this output belongs to it, also peer indexes. `self` is
   * null when this node observes. `start` is the height of the block that ended the epoch before.
   */
  | {
      readonly kind: 'EpochEntered';
      readonly epoch: number;
      readonly config: EpochConfig;
      readonly self: number | null;
      readonly start: Height;
      readonly leaders: readonly number[];
    }
  | { readonly kind: 'Alarm'; readonly code: AlarmCode; readonly detail: string };

export type AlarmCode = 'STATE_ROOT_MISMATCH' | 'HALTED' | 'FORK' | 'PEER_INVALID' | 'LANE_FROZEN';
