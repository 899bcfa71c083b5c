/**
 * Every queue, list, payload and depth has a limit with a name. Limits that consensus depends on are the defaults
 * of genesis parameters (spec/ledger.md); the others bound memory.
 */
export const LIMITS = {
  /** JSON nesting of headers and payloads. */
  jsonDepth: 32,
  /** Members of one JSON object (HashDoS). */
  jsonMembers: 10_000,
  /** Bytes of a transaction's payload. */
  payloadBytes: 1 << 20,
  /** Bytes of a transaction's protected header. */
  headerBytes: 2048,
  /** EPCIS events in one transaction. */
  eventsPerTransaction: 1000,
  /** `exp − iat`, seconds. */
  transactionLifeSeconds: 24 * 3600,
  /** Bytes of an encoded batch: hard limit. */
  batchBytes: 1_310_720,
  /** Bytes and transactions that flush a batch. */
  batchFlushBytes: 256 << 10,
  batchFlushTransactions: 512,
  /** Refs of one lane in a block. */
  refsPerLane: 64,
  /** Batch bytes that one block orders beyond the first head of each lane. */
  blockBytes: 4 << 20,
  /** Uncommitted bytes of one organization: what waits for a batch, and what its lane holds. */
  laneQuotaBytes: 4 << 20,
  /** HTTP bodies: signed routes; custody-mode capture. */
  httpBodyBytes: 1 << 20,
  custodyBodyBytes: 16 << 20,
  /** Validators of a network. */
  validators: 31,
  /** Rounds of keys a contract may ask for. */
  keyRounds: 8,
  /** Aggregation levels. */
  nestingDepth: 8,
  /** Children a DELETE without a list expands to. */
  expandedChildren: 10_000,
  /** Seconds before `iat` at which a transaction is already acceptable. */
  clockToleranceSeconds: 300,
  /** Peer frames: one frame; queued frames and bytes per peer and direction. */
  frameBytes: 8 << 20,
  peerQueueFrames: 256,
  peerQueueBytes: 5 << 20,
  /** Blocks in one BLOCKS answer, and their bytes. */
  syncBlocks: 64,
  syncBytes: 4 << 20,
  /** Transactions waiting in a node for a batch; their bytes count against the lane's quota. */
  mempoolTransactions: 20_000,
  /** Page size of lists. */
  perPageDefault: 30,
  perPageMax: 200
} as const;
