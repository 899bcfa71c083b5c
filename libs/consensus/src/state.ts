import type { Hash, Sha256 } from '@lading/kernel';
import type {
  Block,
  Certificate,
  CheckpointCertificate,
  CommitProof,
  CompactRange,
  EpochConfig,
  LaneCursor
} from '@lading/ledger';
import type { StoredBatch } from './input.js';
import type { Checkpoint, PhaseVote, PrePrepare, Status, ViewChange } from './message.js';
import type { CoreOptions, Mutant, Timing } from './options.js';
import type { Output, Safety } from './output.js';

export type TimerName =
  | 'status'
  | 'progress'
  | 'inclusion'
  | 'leader'
  | 'checkpoint'
  | 'proposal'
  | 'payload'
  | 'sync';

/** Stored batches of one organization, above the committed cursor. */
export interface Lane {
  /** By key of the batch hash. */
  readonly stored: Map<string, { readonly batch: StoredBatch; readonly sinceMs: number }>;
  readonly bySeq: Map<number, string[]>;
  /** The batch at the committed cursor and since when it waits here (spec T2). */
  head: { readonly key: string; readonly sinceMs: number; forwarded: boolean } | null;
}

/** A block together with what every child of it is checked against. */
export interface Point {
  readonly block: Block;
  /** Over the block hashes 0 … this height. */
  readonly history: CompactRange;
  /** Before and after this block's refs. */
  readonly before: readonly LaneCursor[];
  readonly cursors: readonly LaneCursor[];
}

/** An uncommitted block that this node holds. */
export interface Known {
  readonly block: Block;
  /** Of its hash: the key in `known`. */
  readonly key: string;
  /** The leader's signed proposal, for peers that missed it; null when it came another way. */
  prePrepare: PrePrepare | null;
  /** A Block record of it was emitted. */
  persisted: boolean;
  /** Whether its batches are stored, and agree with the header. */
  payload: 'missing' | 'ok' | 'bad';
  /** Chain data; null until its ancestors are known down to the committed head. */
  point: Point | null;
  /** When it was first accepted here, for the latency estimate. */
  readonly sinceMs: number;
}

/** Votes of one (view, height): at most one of each kind by every signer (spec M1). */
export interface Slot {
  readonly view: number;
  readonly height: number;
  readonly prepares: (PhaseVote | null)[];
  readonly commits: (PhaseVote | null)[];
  sentPrepare: boolean;
  sentCommit: boolean;
}

/** What a peer said last. */
export interface Peer {
  readonly index: number;
  status: Status | null;
  lastHeardMs: number | null;
  lastServedMs: number;
  /** Highest view that it wants to leave, −1 before the first word. */
  suspect: number;
  viewChange: ViewChange | null;
  /** Its two newest, ascending. */
  checkpoints: readonly Checkpoint[];
}

export interface Buffered {
  readonly message: PrePrepare;
  /** Judged once, on first arrival (spec P2). */
  readonly timely: boolean;
}

/** Everything one node knows. Mutable, owned by the caller, changed only by `step`. */
export interface CoreState {
  readonly options: CoreOptions;
  readonly config: EpochConfig;
  readonly self: number;
  readonly n: number;
  readonly q: number;
  readonly f: number;
  readonly w: number;
  /** W and L: heights in flight, and how far execution may lag. */
  readonly window: number;
  readonly timing: Timing;
  readonly sha256: Sha256;
  readonly mutants: ReadonlySet<Mutant>;

  /** Of the step that runs: the caller's clock, made monotonic for the timers by `offsetMs`. */
  nowMs: number;
  offsetMs: number;
  /** The caller's clock as it is, for block times. */
  wallMs: number;
  outputs: Output[];
  booted: boolean;
  nextToken: number;
  halted: string | null;

  // Durable voting state; `safetyDirty` says that it changed since the last Persist.
  readonly epoch: number;
  view: number;
  mode: 'NORMAL' | 'CHANGING';
  base: Safety['base'];
  baseProof: Safety['baseProof'];
  lastPrepared: Safety['lastPrepared'];
  highCert: Certificate | null;
  ownViewChange: ViewChange | null;
  safetyDirty: boolean;
  /** `highCert` of the last Safety record: one learnt from peers is in memory only until the next vote needs it. */
  writtenHighCert: Certificate | null;

  // The chain.
  committed: Point;
  /** View of the certificate that committed the head. */
  headCertView: number;
  /** Hash and header of recent committed heights. */
  readonly recent: Map<number, { readonly hash: Hash; readonly block: Block | null }>;
  readonly known: Map<string, Known>;
  /** This view's chain from base (when uncommitted) upward. */
  readonly accepted: Map<number, Known>;
  /** End of the accepted chain; null while base is not linked to the committed head. */
  top: Point | null;
  /** Proposals not accepted yet: view → height. */
  readonly proposals: Map<number, Map<number, Buffered>>;
  readonly slots: Map<string, Slot>;
  /** Commit certificates above the head, by height. */
  readonly commitCerts: Map<number, Certificate>;
  /** Blocks with proofs from a peer's answer, above the head, by height. */
  readonly synced: Map<number, { readonly block: Block; readonly proof: CommitProof }>;

  executed: number;
  readonly roots: Map<number, Hash>;
  stable: CheckpointCertificate | null;
  ownCheckpoint: number;

  readonly lanes: readonly Lane[];
  /** Missing batches: when each is due to be asked for. */
  readonly asked: Map<string, number>;
  readonly peers: readonly Peer[];

  // Timers and pace.
  readonly deadlines: Map<TimerName, number>;
  readonly armed: Map<TimerName, number>;
  backoff: number;
  latencies: number[];
  lastViewChangeMs: number;
  changingSinceMs: number;
  lastProposalMs: number;
  lastGrowthMs: number;
  leaderHeardMs: number;
  sync: { readonly peer: number; readonly untilMs: number } | null;
  syncTurn: number;
  payloadAttempt: number;
  proposalFetch: { readonly hash: Hash; readonly untilMs: number } | null;
  proposalFetchTurn: number;
  readonly evidenceSeen: Set<string>;
}
