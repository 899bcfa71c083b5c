import type { Hash, Height, Rejection, Result } from '@lading/kernel';
import type { AnchorParts, ConsistencyProof, Outcome, StateProof, Transaction, TransactionFault } from '@lading/ledger';
import type { HistoryProgress } from './history/historyPorts.js';

/** What the applications ask of a running node. */

export interface CommittedTransaction {
  readonly txId: Hash;
  readonly height: Height;
  readonly index: number;
  readonly timestampMs: number;
  readonly outcome: Outcome;
  /** True when an earlier submission had already been committed: this is the first outcome. */
  readonly replayed: boolean;
}

export type SubmitFault =
  | 'JTI_CONFLICT'
  | 'LANE_NOT_LISTED'
  | 'MEMPOOL_FULL'
  | 'NODE_HALTED'
  | 'NODE_SYNCING'
  | 'EXPIRED'
  | 'NOT_YET_VALID'
  | 'KEY_NOT_ACTIVE'
  | 'COMMIT_TIMEOUT'
  | 'STORE_UNAVAILABLE'
  /** Its jti was used in a block that this node does not hold. */
  | 'HISTORY_NOT_HELD'
  /** Fails a check of its bytes: it would spoil the batch it is in. */
  | TransactionFault;

/** What came of a submission. */
export type SubmitAnswer = CommittedTransaction | Rejection<SubmitFault>;

export type ReceiptFault = 'TRANSACTION_UNKNOWN' | 'NOT_CERTIFIED_YET' | 'HISTORY_NOT_HELD';

export interface PeerState {
  readonly index: number;
  readonly organization: string;
  readonly connected: boolean;
  /** Last STATUS heard; null before the first. */
  readonly committedHeight: Height | null;
  readonly view: number | null;
  readonly lastHeardMs: number | null;
}

export interface NodeStatus {
  readonly organization: string;
  readonly chainId: string;
  readonly mode: 'BOOT' | 'SYNCING' | 'NORMAL' | 'CHANGING' | 'OBSERVER' | 'HALTED';
  readonly height: Height;
  readonly blockHash: string;
  readonly blockTimeMs: number;
  readonly stateRoot: string;
  readonly certifiedHeight: Height;
  readonly epoch: number;
  readonly view: number;
  readonly leader: string;
  readonly validators: number;
  readonly quorum: number;
  /** Validators heard from recently, this node included. */
  readonly reachable: number;
  /** reachable − quorum: failures that can still be borne; negative means no progress is possible. */
  readonly quorumMargin: number;
  readonly pendingTransactions: number;
  /** Median and 99th percentile of the last submissions, milliseconds; null before the first. */
  readonly commitLatencyMs: { readonly median: number; readonly p99: number; readonly count: number } | null;
  /** One sentence for a person when not healthy: what is wrong, what it means, what to do. Else null. */
  readonly reason: string | null;
  readonly peers: readonly PeerState[];
  /** Present while this node waits for its database to come back. */
  readonly databaseAway?: true;
  /** Present on a node that began from a snapshot: nothing is held of the blocks between genesis and this height. */
  readonly historyFrom?: Height;
  /** Present beside `historyFrom` while the blocks below are fetched in the background: then all is held, and both are gone. */
  readonly history?: HistoryProgress;
}

/** Of the last block that is durable here, and of the last stored checkpoint. */
export type NodeHeights = Pick<NodeStatus, 'height' | 'certifiedHeight'>;

/** One key at a certified height. */
export interface ProvenState {
  /** Null where the key is absent. */
  readonly value: Uint8Array | null;
  readonly proof: StateProof;
}

/** The state as of a checkpoint. */
export interface CertifiedStateView {
  readonly height: Height;
  readonly anchor: AnchorParts;
  /** Rejects with STATE_PASSED when blocks have run away from the checkpoint: open a newer one. */
  prove(keys: readonly string[]): Promise<ReadonlyMap<string, ProvenState>>;
  close(): void;
}

export interface LedgerNodeApi {
  /**
   * Orders a statically valid transaction, and resolves when it is committed (executed and durable in this node's
   * PostgreSQL). The member's signature is checked here, once per node. A retry with the same jti and content
   * resolves with the first outcome. `timeoutMs`: then COMMIT_TIMEOUT, which means unknown: ask again with the same
   * transaction. `onWaiting` is called once the transaction waits in this node's lane: what is submitted after that call is
   * ordered after it. It is not called for one that is refused, or that has been ordered already.
   */
  submit(
    transaction: Transaction,
    timeoutMs: number,
    onWaiting?: () => void
  ): Promise<CommittedTransaction | Rejection<SubmitFault>>;
  status(): NodeStatus;
  /** The two heights that answers carry: what `status` costs is not spent on every one of them. */
  heights(): NodeHeights;
  /**
   * The receipt (ledger.md §7) of a transaction as JSON text, up to the newest checkpoint. NOT_CERTIFIED_YET: wait
   * for `onCertified` or ask again in a moment.
   */
  receipt(txId: Hash): Promise<Result<string, ReceiptFault>>;
  /**
   * The state at the newest checkpoint, with proofs of keys (spec/proofs.md 4.2). Whoever opens it closes it, soon.
   * NOT_CERTIFIED_YET as for a receipt.
   */
  certifiedState(): Promise<Result<CertifiedStateView, 'NOT_CERTIFIED_YET'>>;
  /** Proof that one checkpoint's history extends another's; null where this node has not stored both of them, or all blocks. */
  consistency(from: Height, to: Height): Promise<ConsistencyProof | null>;
  /** Called after each group of blocks is durable; returns an unsubscribe function. */
  onCommitted(listener: (height: Height) => void): () => void;
  /** Called when a checkpoint certificate is stored. */
  onCertified(listener: (height: Height) => void): () => void;
}
