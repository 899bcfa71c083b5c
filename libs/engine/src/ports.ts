import type { Hash, Height, Sha256, VerifySignature } from '@lading/kernel';
import type {
  Batch,
  BatchRef,
  Block,
  ChainNote,
  CheckpointCertificate,
  CommitProof,
  EpochConfig,
  OutcomeRecord
} from '@lading/ledger';
import type { StateView } from './snapshotPorts.js';

/** What the engine needs from the world; adapters implement these, the simulator has its own. */

/** Milliseconds since 1970 and timers. */
export interface Clock {
  nowMs(): number;
  /** Calls `run` once at `atMs` or later; returns a cancel function. */
  at(atMs: number, run: () => void): () => void;
  /** Runs after the current I/O callbacks: coalesces one tick's work. */
  soon(run: () => void): void;
}

/** The keys of this node and the crypto it was given. `sign` is Ed25519 with the validator key. */
export interface Crypto {
  readonly sha256: Sha256;
  readonly verify: VerifySignature;
  /** 32 bytes, public. */
  readonly validatorKey: Uint8Array;
  sign(message: Uint8Array): Uint8Array;
}

/** Patterns of peer frames. */
export const CHANNEL = { consensus: 1, batch: 2, fetchBatches: 3, batches: 4, newest: 5, fetchSnapshot: 6, snapshot: 7 } as const;
export type Channel = (typeof CHANNEL)[keyof typeof CHANNEL];

/** A key that may connect, and whose it is. */
export interface PeerPin {
  readonly organization: string;
  /** SHA-256 of the DER SubjectPublicKeyInfo of its TLS key. */
  readonly tlsKeyHash: Uint8Array;
}

/**
 * Authenticated frames between nodes. A peer is known by a handle: a small number that stands for one organization as
 * long as the process lives. (driver/epochPeers.ts turns handles into validator indexes.)
 */
export interface PeerTransport {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** False when the peer is not connected or its bounded queue is full: nothing was queued, the core sends again. */
  send(to: number, channel: Channel, bytes: Uint8Array): boolean;
  /** Bytes are the handler's to keep. A handler that throws closes that peer's connection, nothing else. */
  /** The handler may return a promise while it is busy with the peer: its further frames are left unread meanwhile. */
  onFrame(handler: (peer: number, channel: Channel, bytes: Uint8Array) => unknown): void;
  connectedPeers(): readonly number[];
  /** Tells of connections: one that stands from now on, and one that stood and is gone. A new one may come before the end of the old. */
  onLink?(handler: (peer: number, up: boolean) => void): void;
  /** Who may connect from now on, this node's own keys included; other connections are closed. Idempotent. */
  admit(pins: readonly PeerPin[]): void;
  /** The handle of an organization that is or was admitted, or null. */
  handleOf(organization: string): number | null;
}

/**
 * Append-only file with CRC32C per record. Single writer. An error of write or fdatasync is fatal: the adapter
 * rejects and never retries (consensus.md §2.11).
 */
export interface RecordLog {
  /**
   * Gives the intact records in order to `take`, until it returns false; it keeps none of their memory. A torn tail is cut
   * off; damage before the tail rejects with code LOG_CORRUPT.
   */
  visit(take: (record: Uint8Array) => boolean): Promise<void>;
  /** Buffers; durable when a flush called afterwards resolves. */
  append(record: Uint8Array): void;
  /** Group commit: concurrent callers share one write and one fdatasync. */
  flush(): Promise<void>;
  /** Atomically replaces the content (write new file, fdatasync, rename, fsync of the folder). */
  rewrite(records: readonly Uint8Array[]): Promise<void>;
  sizeBytes(): number;
  close(): Promise<void>;
}

/** One changed state entry; value null = deleted. `bucket` = first D bits of keyHash. */
export interface StateChange {
  readonly key: string;
  readonly keyHash: Hash;
  readonly bucket: number;
  readonly value: Uint8Array | null;
  readonly valueHash: Hash | null;
}

export interface BucketEntry {
  readonly keyHash: Hash;
  readonly valueHash: Hash;
}

/** What a contract noted of the chains that a transaction extended (spec/proofs.md 7.1). */
export interface TransactionNote extends ChainNote {
  /** Over all transactions of the block. */
  readonly index: number;
}

/** One extension of a chain that the event's bytes do not tell of; `kind` '' but on chains of anomalies. */
export interface ChainExtension {
  readonly key: string;
  readonly height: number;
  readonly index: number;
  readonly eventIndex: number;
  readonly kind: string;
}

export interface LeafLinks {
  readonly height: number;
  readonly index: number;
  readonly eventIndex: number;
  readonly links: Uint8Array;
}

/** Everything one executed block adds to the store. */
export interface ExecutedBlock {
  readonly block: Block;
  readonly proof: CommitProof;
  /** In ref order; transactions of all of them in order have the indexes of `outcomes`. */
  readonly batches: readonly Batch[];
  readonly outcomes: readonly OutcomeRecord[];
  readonly outcomeRoot: Hash;
  readonly changes: readonly StateChange[];
  /** In the order in which they were made; proofs need them, nothing is hashed of them. */
  readonly notes?: readonly TransactionNote[];
  readonly stateRoot: Hash;
  /** The config that is in force from the next block on, given by blocks that end their epoch and by genesis only. */
  readonly nextConfig?: EpochConfig;
}

export interface StoredBlock {
  readonly block: Block;
  readonly proof: CommitProof;
  readonly outcomeRoot: Hash;
  readonly stateRoot: Hash;
}

/** One transaction row with its outcome row. */
export interface StoredTransaction {
  readonly height: Height;
  readonly index: number;
  readonly batchHash: Hash;
  /** Position inside its batch. */
  readonly indexInBatch: number;
  /** CBOR [protectedHeader, payload, signature]. */
  readonly encoded: Uint8Array;
  readonly outcome: OutcomeRecord;
}

/** A transaction as it was stored a moment ago, with the time of its block in milliseconds since 1970. */
export interface JustStored extends StoredTransaction {
  readonly recordTimeMs: number;
}

/** The batch as ordered in a block: its position among the block's refs, and its signed header. */
export interface StoredBatchHeader {
  readonly height: Height;
  readonly refIndex: number;
  readonly ref: BatchRef;
  /** CBOR of the batch header, and the lane author's signature. */
  readonly headerBytes: Uint8Array;
  readonly signature: Uint8Array;
}

/** One epoch that has begun. */
export interface StoredEpoch {
  readonly config: EpochConfig;
  /** Height of the block that ended the epoch before; 0 for epoch 0. Its first own block is the next one. */
  readonly startHeight: Height;
  /** What its blocks say about its views, once it has ended; null for the newest. */
  readonly views: readonly StoredView[] | null;
}

/** A view that left blocks in an epoch. Its leader did its duty when `ended`, or when no later view exists. */
export interface StoredView {
  readonly view: number;
  readonly lastHeight: Height;
  /** Whether its last block has turnEnd or epochEnd. */
  readonly ended: boolean;
}

/** A checkpoint, and the tree root its stateRoot was made of where this node knew it. */
export interface CertifiedState {
  readonly checkpoint: CheckpointCertificate;
  readonly treeRoot: Hash | null;
}

/** What the outcomes log holds of one block. */
export interface BlockOutcomeRoot {
  readonly blockHash: Hash;
  readonly txCount: number;
  readonly outcomeRoot: Hash;
}

/** Proof that a validator broke the protocol, as it is stored (spec E3). */
export interface NewEvidence {
  /** SHA-256 of `encoded`. */
  readonly digest: Hash;
  readonly kind: string;
  readonly epoch: number;
  /** Whom it is against: an index of the epoch's config. */
  readonly validator: number;
  /** Its place among those of its kind: there is one of each. */
  readonly slot: string;
  /** The EVIDENCE message: proves itself to whoever has the epoch's config. */
  readonly encoded: Uint8Array;
}

export interface StoredEvidence extends NewEvidence {
  /** 1, 2, … in the order in which this node found them. */
  readonly number: number;
  readonly recordedAtMs: number;
}

/** A verified snapshot as a database that is empty takes it (spec/ledger.md §8). */
export interface SnapshotRows {
  readonly genesisBytes: Uint8Array;
  /** Block 0, without its state. */
  readonly genesis: StoredBlock;
  readonly head: StoredBlock;
  readonly certified: CertifiedState;
  /** From epoch 0 on; `previousViews` of the epoch before each. */
  readonly epochs: readonly (Omit<StoredEpoch, 'views'> & { readonly previousViews: readonly StoredView[] })[];
  /** Encoded manifest. */
  readonly base: Uint8Array;
  readonly state: () => AsyncIterable<readonly StateChange[]>;
}

/**
 * One PostgreSQL database (ledger.md §8). Every method is one round trip, or one transaction. An error with the code
 * STORE_UNAVAILABLE says that the server cannot be reached for now: the engine asks again.
 */
export interface LedgerStore {
  /** Height of the last executed block, or null before genesis is written. */
  lastHeight(): Promise<Height | null>;
  /** Writes block 0 and the genesis state; idempotent for the same genesis, CHAIN_MISMATCH for another. */
  writeGenesis(genesis: ExecutedBlock, genesisBytes: Uint8Array): Promise<void>;
  /**
   * One database transaction for the group, ascending and contiguous; heights already stored with the same hash are
   * skipped.
   */
  appendBlocks(group: readonly ExecutedBlock[]): Promise<void>;
  /** Writes all of a snapshot in one transaction; the database is empty. */
  writeSnapshot(snapshot: SnapshotRows): Promise<void>;
  /** The manifest that the ledger begins from here, or null when every block is held. */
  base(): Promise<Uint8Array | null>;
  /** How many bytes the whole state takes, about: cheap, and never a small part of what its keys and values are. */
  stateBytes(): Promise<number>;
  /** The state as of the last stored block. */
  openStateView(): Promise<StateView>;
  /** Blocks from..to inclusive, ascending, at most `maxBytes` of encodings but at least one when it exists. */
  blocks(from: Height, to: Height, maxBytes: number): Promise<readonly StoredBlock[]>;
  blockHashes(from: Height, to: Height): Promise<readonly Hash[]>;
  /** Outcome-tree root and transaction count of every block from..to, for the outcomes log. */
  outcomeRoots(from: Height, to: Height): Promise<readonly BlockOutcomeRoot[]>;
  /** Whole batches, rebuilt to their exact encoding, for peers that fetch. */
  batchesByHash(hashes: readonly Hash[]): Promise<ReadonlyMap<string, Uint8Array>>;
  batchHeaders(height: Height): Promise<readonly StoredBatchHeader[]>;
  /** Every place where the transaction was ordered, ascending. */
  transactionsById(txId: Hash): Promise<readonly StoredTransaction[]>;
  /** Transactions of blocks from..to in (height, index) order, at most `limit`. */
  transactions(from: { readonly height: Height; readonly index: number }, limit: number): Promise<readonly StoredTransaction[]>;
  /**
   * As {@link transactions}, from memory: `encoded` is the object that was executed. Null when some of it is not there any
   * more. For those who follow the ledger and prove nothing by it.
   */
  justStored?(from: { readonly height: Height; readonly index: number }, limit: number): readonly JustStored[] | null;
  outcomes(height: Height): Promise<readonly OutcomeRecord[]>;
  /** Values of the keys that exist. */
  stateValues(keys: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>>;
  /** Entries whose key starts with `prefix`, in key order, at most `limit`. */
  stateByPrefix(prefix: string, limit: number): Promise<readonly { readonly key: string; readonly value: Uint8Array }[]>;
  /** Noted extensions of these chains, in the order in which they were made. */
  chainExtensions(keys: readonly string[]): Promise<readonly ChainExtension[]>;
  /** Noted links of leaves of these transactions. */
  leafLinks(places: readonly { readonly height: number; readonly index: number }[]): Promise<readonly LeafLinks[]>;
  /** Entries of the buckets, strictly ascending by keyHash; buckets without entries are absent from the map. */
  bucketEntries(buckets: readonly number[]): Promise<ReadonlyMap<number, readonly BucketEntry[]>>;
  /** Every entry in (bucket, keyHash) order, in chunks, for rebuilding the tree. */
  allEntries(): AsyncIterable<readonly { readonly bucket: number; readonly keyHash: Hash; readonly valueHash: Hash }[]>;
  /** `treeRoot`: of the state tree at that height, a part of its stateRoot that receipts need; null when not known. */
  saveCheckpoint(checkpoint: CheckpointCertificate, treeRoot: Hash | null): Promise<void>;
  /** Lowest certified checkpoint at or above the height, or null. */
  checkpointAtOrAbove(height: Height): Promise<CheckpointCertificate | null>;
  latestCheckpoint(): Promise<CheckpointCertificate | null>;
  /** The newest checkpoint with the tree root that was stored with it. */
  latestCertified(): Promise<CertifiedState | null>;
  /** Idempotent: one for each (epoch, validator, kind, slot), at most `perValidator` of one in an epoch; more is dropped. */
  saveEvidence(evidence: NewEvidence, perValidator: number): Promise<void>;
  /** Ascending, those after this number, at most `limit`. */
  evidenceAfter(number: number, limit: number): Promise<readonly StoredEvidence[]>;
  /** Every epoch that has begun, from epoch 0 on. */
  epochs(): Promise<readonly StoredEpoch[]>;
  /** The views of the blocks from..to, all of one epoch, ascending. */
  epochViews(from: Height, to: Height): Promise<readonly StoredView[]>;
}
