import type { Hash, Height } from '@lading/kernel';
import type {
  BatchHeader,
  BatchRef,
  Block,
  BlockHeader,
  Certificate,
  CheckpointCertificate,
  CommitProof
} from '@lading/ledger';

/**
 * Messages between validators (consensus.md §2.3). The core receives only messages whose decoding, ranges and
 * signatures a gateway has checked; `peer` is the authenticated channel's validator index.
 */
export interface PrePrepare {
  readonly type: 'PRE-PREPARE';
  readonly epoch: number;
  readonly view: number;
  readonly block: Block;
  /** NEW-VIEW or turn-end certificate that opened the view; unsigned, only with the first proposal of a view. */
  readonly justification: NewView | Certificate | null;
  readonly signer: number;
  readonly signature: Uint8Array;
}

export interface PhaseVote {
  readonly type: 'PREPARE' | 'COMMIT';
  readonly epoch: number;
  readonly view: number;
  readonly height: Height;
  readonly blockHash: Hash;
  readonly signer: number;
  readonly signature: Uint8Array;
}

/** Wish to leave `view`. Channel-authenticated. */
export interface Suspect {
  readonly type: 'SUSPECT';
  readonly epoch: number;
  readonly view: number;
}

/** Rank of a certificate: (epoch, view, height), C above P at equal rank. */
export interface ViewChange {
  readonly type: 'VIEW-CHANGE';
  readonly epoch: number;
  readonly newView: number;
  readonly certEpoch: number;
  readonly certView: number;
  readonly certHeight: Height;
  readonly certHash: Hash;
  readonly certKind: 'P' | 'C';
  readonly committedHeight: Height;
  readonly committedHash: Hash;
  readonly signer: number;
  readonly signature: Uint8Array;
  /** The certificate itself, attached unsigned; null inside a NEW-VIEW's statements and for the base of the epoch. */
  readonly highCert: Certificate | null;
}

export interface NewView {
  readonly type: 'NEW-VIEW';
  readonly epoch: number;
  readonly view: number;
  /** q statements, ascending by signer, without attached certificates. */
  readonly statements: readonly ViewChange[];
  /** The certificate of the highest rank; null stands for the base of the epoch: the block that ended the last, or genesis. */
  readonly top: Certificate | null;
  readonly signer: number;
  readonly signature: Uint8Array;
}

export interface Checkpoint {
  readonly type: 'CHECKPOINT';
  readonly epoch: number;
  readonly height: Height;
  readonly blockHash: Hash;
  readonly stateRoot: Hash;
  readonly signer: number;
  readonly signature: Uint8Array;
}

/** Every 250 ms, and the only cause of retransmission (consensus.md §2.8). Channel-authenticated. */
export interface Status {
  readonly type: 'STATUS';
  readonly epoch: number;
  readonly view: number;
  readonly mode: 'BOOT' | 'SYNCING' | 'NORMAL' | 'CHANGING' | 'OBSERVER' | 'HALTED';
  /** Highest view this node wants to leave, or −1. */
  readonly suspect: number;
  readonly committedHeight: Height;
  readonly committedHash: Hash;
  readonly executedHeight: Height;
  readonly stableCheckpoint: Height;
  /**
   * Per height of (committed, committed+2L], what is held in this view: bit 0 the proposal, bit 1 a prepared
   * certificate; `prepares`/`commits` are bitmaps by signer.
   */
  readonly window: readonly StatusSlot[];
  /** Next sequence number wanted of each lane. */
  readonly laneTips: readonly number[];
}

export interface StatusSlot {
  readonly height: Height;
  readonly hasProposal: boolean;
  readonly prepares: number;
  readonly commits: number;
}

export interface FetchBlocks {
  readonly type: 'FETCH-BLOCKS';
  readonly from: Height;
  readonly to: Height;
}

/** Committed blocks with proofs, ascending from `from`. */
export interface Blocks {
  readonly type: 'BLOCKS';
  readonly blocks: readonly { readonly block: Block; readonly proof: CommitProof }[];
  readonly checkpoint: CheckpointCertificate | null;
}

/**
 * Ask for a block that is not committed yet, wanted because a certificate names its hash, and for its ancestors
 * above `above`. Channel-authenticated.
 */
export interface FetchProposal {
  readonly type: 'FETCH-PROPOSAL';
  readonly hash: Hash;
  readonly above: Height;
}

/** The chain asked for, ascending. Needs no signature: the receiver keeps only blocks whose hashes it wants. */
export interface Proposals {
  readonly type: 'PROPOSALS';
  readonly blocks: readonly Block[];
}

/** Lane tips known stored, for leaders (§2.5 P1). Channel-authenticated. */
export interface BatchAck {
  readonly type: 'BATCH-ACK';
  readonly epoch: number;
  readonly laneTips: readonly number[];
}

/** A lane author's signed header, without its transactions: an item of evidence. */
export interface BatchStatement {
  readonly type: 'BATCH';
  readonly header: BatchHeader;
  readonly signature: Uint8Array;
}

/**
 * What a validator is shown to have done (spec E1, E2): two different signed messages of one slot; CONCEAL, a COMMIT and a
 * later VIEW-CHANGE that hides it; INVALID-NEW-VIEW, whose signed content breaks V6 (first and second are the same).
 */
export type EvidenceKind =
  | 'PRE-PREPARE'
  | 'PREPARE'
  | 'COMMIT'
  | 'VIEW-CHANGE'
  | 'NEW-VIEW'
  | 'CHECKPOINT'
  | 'BATCH'
  | 'CONCEAL'
  | 'INVALID-NEW-VIEW';

export type EvidenceItem = SignedMessage | BatchStatement;

/** Proves itself to everyone who has the epoch's config; passed on once by every node. */
export interface Evidence {
  readonly type: 'EVIDENCE';
  readonly epoch: number;
  readonly what: EvidenceKind;
  readonly first: EvidenceItem;
  readonly second: EvidenceItem;
}

export type Message =
  | Evidence
  | PrePrepare
  | PhaseVote
  | Suspect
  | ViewChange
  | NewView
  | Checkpoint
  | Status
  | FetchBlocks
  | Blocks
  | FetchProposal
  | Proposals
  | BatchAck;

/** A message before the driver has signed it. */
export type Unsigned<M extends { signature: Uint8Array }> = Omit<M, 'signature'>;
export type SignedMessage = PrePrepare | PhaseVote | ViewChange | NewView | Checkpoint;
export type { BatchRef, BlockHeader };
