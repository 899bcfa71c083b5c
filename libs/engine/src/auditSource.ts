/**
 * Raw rows for `auditLedger` (audit.ts). A store hands out what its tables hold, checked by nobody: an auditor must
 * see a damaged row as bytes, not as an exception. Ranges are inclusive and answered ascending by the row's key.
 * Columns that a table does not have are rebuilt from those it has; a column that cannot be decoded is handed out
 * as an empty byte string (or null where the type allows), never thrown. Optional columns and tables are those that some
 * sources do not keep: what is there is checked, what is not there is not missed.
 */
export interface AuditBlockRow {
  readonly height: number;
  readonly blockHash: Uint8Array;
  /** `Block.encoded`. */
  readonly encoded: Uint8Array;
  /** `encodeCommitProof`; empty for genesis. */
  readonly proof: Uint8Array;
  readonly outcomeRoot: Uint8Array;
  readonly stateRoot: Uint8Array;
  readonly txCount?: number;
}

/** One batch as ordered by a block. */
export interface AuditBatchRow {
  readonly height: number;
  readonly refIndex: number;
  readonly lane: number;
  readonly seq: number;
  readonly batchHash: Uint8Array;
  readonly headerBytes: Uint8Array;
  readonly signature: Uint8Array;
  /** Index in the block of its first transaction, and how many it has. */
  readonly firstIndex?: number;
  readonly txCount?: number;
}

export interface AuditTransactionRow {
  readonly height: number;
  readonly index: number;
  readonly txId: Uint8Array;
  /** Of its batch: the hash, or the place among the refs of the block. */
  readonly batchHash?: Uint8Array;
  readonly refIndex?: number;
  readonly indexInBatch: number;
  /** CBOR [protectedHeader, payload, signature]. */
  readonly encoded: Uint8Array;
}

export interface AuditOutcomeRow {
  readonly height: number;
  readonly index: number;
  readonly txId: Uint8Array;
  readonly status: string;
  readonly code: string;
  /** Nested arrays of strings and numbers as stored; null when the column does not decode. */
  readonly detail: unknown;
}

export interface AuditStateRow {
  readonly key: string;
  readonly keyHash: Uint8Array;
  readonly bucket: number;
  readonly value: Uint8Array;
  readonly valueHash: Uint8Array;
}

export interface AuditCheckpointRow {
  readonly height: number;
  readonly blockHash: Uint8Array;
  readonly stateRoot: Uint8Array;
  /** `encodeCheckpoint`. */
  readonly encoded: Uint8Array;
  /** Null when the node did not know it. */
  readonly treeRoot?: Uint8Array | null;
}

export interface AuditEpochRow {
  readonly epoch: number;
  readonly startHeight: number;
  /** `encodeConfig`. */
  readonly encoded: Uint8Array;
  /** `encodeViews` of the epoch before. */
  readonly previousViews: Uint8Array;
}

export interface AuditGenesisRow {
  readonly chainId: Uint8Array;
  readonly bytes: Uint8Array;
}

export interface AuditEvidenceRow {
  readonly number: number;
  readonly digest: Uint8Array;
  readonly kind: string;
  readonly epoch: number;
  readonly validator: number;
  readonly slot: string;
  readonly encoded: Uint8Array;
}

/** What a source says about its size. Believed for nothing but progress. */
export interface AuditExtent {
  readonly lastHeight: number;
  readonly transactions: number;
}

export interface AuditPosition {
  readonly height: number;
  readonly index: number;
}

/** Everything a source holds of one height. */
export interface BlockRows {
  readonly block: AuditBlockRow;
  readonly batches: readonly AuditBatchRow[];
  readonly transactions: readonly AuditTransactionRow[];
  readonly outcomes: readonly AuditOutcomeRow[];
}

/** Keyset paging: every call is one bounded query. */
export interface AuditSource {
  /** The stored genesis file, or null when there is none. */
  genesisBytes(): Promise<Uint8Array | null>;
  /** All rows of the table of genesis files: there must be one. */
  genesisRows?(): Promise<readonly AuditGenesisRow[]>;
  /** Rows with from ≤ height, ascending, at most `limit`. */
  blocks(from: number, limit: number): Promise<readonly AuditBlockRow[]>;
  /** Ordered by (height, refIndex). */
  batches(from: number, to: number): Promise<readonly AuditBatchRow[]>;
  /** Rows after (height, index) in that order, at most `limit`; start with (0, −1). */
  transactions(after: AuditPosition, limit: number): Promise<readonly AuditTransactionRow[]>;
  /** Rows after (height, index) in that order, at most `limit`; start with (0, −1). */
  outcomes(after: AuditPosition, limit: number): Promise<readonly AuditOutcomeRow[]>;
  /**
   * Every row exactly once, at most `limit` at a time, in any fixed order of the store's choice; `after` is the last
   * key seen, '' at the start.
   */
  state(after: string, limit: number): Promise<readonly AuditStateRow[]>;
  checkpoints(from: number, limit: number): Promise<readonly AuditCheckpointRow[]>;
  /** Rows with from ≤ epoch, ascending, at most `limit`. */
  epochs(from: number, limit: number): Promise<readonly AuditEpochRow[]>;
  /** Rows with from ≤ number, ascending, at most `limit`. */
  evidence?(from: number, limit: number): Promise<readonly AuditEvidenceRow[]>;
  /** Heights of the table of snapshots that a ledger began from. */
  bases?(): Promise<readonly number[]>;
  /** All rows of the heights from `from` on, instead of the four tables that hold them: for sources kept block by block. */
  wholeBlocks?(from: number): AsyncIterable<BlockRows>;
  extent?(): Promise<AuditExtent>;
  /** Tables that the source does not keep although a node does: those that are derived from the others. */
  readonly without?: ReadonlySet<'state' | 'epoch'>;
  /** Damage of the source itself that no table shows, found while reading; handed out once. */
  takeFaults?(): readonly { readonly key: string; readonly what: string }[];
}
