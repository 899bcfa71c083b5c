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
import type { EvidenceSeen } from './evidencePlace.js';
import type { StoredBatch } from './input.js';
import type { Checkpoint, NewView, PhaseVote, PrePrepare, Status, ViewChange } from './message.js';
import type { ViewRecord } from './leader.js';
import type { CoreOptions, Timing } from './options.js';
import type { Mutant } from './mutants.js';
import type { Output, Safety } from './output.js';

export type TimerName =
  | 'status'
  | 'progress'
  | 'inclusion'
  | 'leader'
  | 'checkpoint'
  | 'proposal'
  | 'payload'
  | 'sync'
  | 'ack'
  | 'link';

/** Stored batches of one organization, above the committed cursor. */
export interface Lane {
  /** By key of the batch hash. */
  readonly stored: Map<string, { readonly batch: StoredBatch; readonly sinceMs: number }>;
  readonly bySeq: Map<number, string[]>;
  /** The batch at the committed cursor, since when it waits here, and when it was last sent to the leader (spec T2). */
  head: { readonly key: string; readonly sinceMs: number; forwardedMs: number } | null;
  /** A3: its author signed something false: this node neither proposes nor waits for it until the next epoch. */
  frozen: boolean;
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
  /** S2: when this node's newest vote for it was asked for. */
  votedMs: number;
  /** Second votes of a signer, by kind and hash; counted by a mutant only (spec M2). */
  readonly repeated: Map<string, number>;
}

/** What a peer said last. */
export interface Peer {
  readonly index: number;
  status: Status | null;
  lastHeardMs: number | null;
  lastServedMs: number;
  /** T6: since when the connection that stood is gone. */
  lostMs: number | null;
  /** Highest view that it wants to leave, −1 before the first word. */
  suspect: number;
  viewChange: ViewChange | null;
  /** Its two newest, ascending. */
  checkpoints: readonly Checkpoint[];
  /** A1: for every lane, the first sequence number that it has not told to hold. */
  tips: readonly number[];
  /** E2: the COMMIT of highest (view, height). */
  commit: PhaseVote | null;
}

/** N1: the committed block that ends the epoch, until it is executed. */
export interface Ending {
  readonly block: Block;
  readonly certificate: Certificate;
  readonly next: EpochConfig;
}

export interface Buffered {
  readonly message: PrePrepare;
  /** Judged on arrival (spec P2). */
  timely: boolean;
  /** Key of the parent on which it was refused: it is judged again on another one, or when it comes again. */
  refusedOn: string | null;
}

/** P1: how long blocks take from proposal to execution at this node. */
export interface Pace {
  /** The block whose way is being measured; one at a time. */
  sample: { readonly height: number; readonly sinceMs: number } | null;
  /** 0 until the first was measured. */
  roundMs: number;
}

/** Everything one node knows. Mutable, owned by the caller, changed only by `step`. */
export interface CoreState {
  readonly options: CoreOptions;
  config: EpochConfig;
  /** Own index in the epoch, −1 for an observer. */
  self: number;
  /** The own validator key: its index in later epochs. */
  readonly validatorKey: Uint8Array | null;
  n: number;
  q: number;
  f: number;
  w: number;
  /** W and L: heights in flight, and how far execution may lag. */
  window: number;
  /** L1, L2: who leads in this epoch, ascending. */
  leaders: readonly number[];
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
  epoch: number;
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

  // The epoch.
  /** Height and hash of the block that it began from (genesis in epoch 0). */
  epochBase: Safety['base'];
  /** L2: by originView of committed blocks. */
  views: Map<number, ViewRecord>;
  ending: Ending | null;

  // The chain.
  committed: Point;
  /** View of the certificate that committed the head. */
  headCertView: number;
  /** Hash and header of recent committed heights. */
  readonly recent: Map<number, { readonly hash: Hash; readonly block: Block | null }>;
  known: Map<string, Known>;
  /** This view's chain from base (when uncommitted) upward. */
  accepted: Map<number, Known>;
  /** End of the accepted chain; null while base is not linked to the committed head. */
  top: Point | null;
  /** Proposals not accepted yet: view → height. */
  proposals: Map<number, Map<number, Buffered>>;
  slots: Map<string, Slot>;
  /** Commit certificates above the head, by height. */
  commitCerts: Map<number, Certificate>;
  /** Blocks with proofs from a peer's answer, above the head, by height. */
  synced: Map<number, { readonly block: Block; readonly proof: CommitProof }>;

  executed: number;
  readonly roots: Map<number, Hash>;
  stable: CheckpointCertificate | null;
  ownCheckpoint: number;

  lanes: readonly Lane[];
  /** Missing batches: when each is due to be asked for. */
  asked: Map<string, number>;
  peers: readonly Peer[];
  /** V6, M1: accepted NEW-VIEWs of this view and the one before. */
  newViews: Map<number, NewView>;

  // Timers and pace.
  readonly deadlines: Map<TimerName, number>;
  readonly armed: Map<TimerName, number>;
  backoff: number;
  latencies: number[];
  lastViewChangeMs: number;
  changingSinceMs: number;
  lastProposalMs: number;
  readonly pace: Pace;
  lastGrowthMs: number;
  leaderHeardMs: number;
  sync: { readonly peer: number; readonly untilMs: number } | null;
  syncTurn: number;
  payloadAttempt: number;
  proposalFetch: { readonly hash: Hash; readonly untilMs: number } | null;
  proposalFetchTurn: number;
  observerTurn: number;
  /** P8: this node is about to stop. */
  leaving: boolean;
  /** E1: what was shown already. */
  evidenceSeen: EvidenceSeen;
  /** X2: heights whose root was complained about. */
  rootsDoubted: Set<number>;
}
