import { LIMITS } from '@lading/kernel';

/** Bounds of this node's own memory and files. They differ between nodes without harm: consensus does not see them. */
export const ENGINE_LIMITS = {
  /** The safety log is rewritten with its live records above this size. */
  safetyLogBytes: 4 << 20,
  /** The batch log is rewritten with the uncommitted batches above this size. */
  batchLogBytes: 16 << 20,
  /** Executed batches kept in memory for peers that fetch them: what they ask for later comes from the database. */
  recentBatchBytes: 8 << 20,
  /** Bytes of another lane's batches that wait to be ordered; more is dropped and fetched when a block orders it. */
  foreignLaneBytes: LIMITS.laneQuotaBytes,
  /**
   * How long a batch waits for more transactions while another one is being ordered (lanes/lanePace.ts): least, most where
   * batches are ordered soon, and most where that takes seconds.
   */
  batchDelayMs: 5,
  usualBatchDelayMs: 50,
  longestBatchDelayMs: 250,
  /** Hashes in one request for batches. */
  fetchHashes: 64,
  /** A fetch that was not answered is sent to the next peer. */
  fetchRetryMs: 250,
  /** Own batches re-sent to a peer whose STATUS lacks them, and how often. */
  resendBatches: 16,
  resendIntervalMs: 250,
  /**
   * Blocks, transactions and batch bytes executed in one database transaction; a block more than that goes alone. Consensus
   * waits for what is a window behind, so a group should not take seconds.
   */
  groupBlocks: 32,
  groupTransactions: 1000,
  groupBytes: 16 << 20,
  /** Bytes of state values, and buckets, kept in memory between blocks. */
  cachedValueBytes: 32 << 20,
  cachedBuckets: 12_000,
  /** Leaves of transactions whose signature has verified here; half of them are those of all submissions that may be under way. */
  verifiedTransactions: 100_000,
  /** What one peer may make this node work: units a second, and saved up while it is quiet (driver/peerPace.ts). */
  paceUnitsPerSecond: 2000,
  paceBurstUnits: 4000,
  /** Units of a frame that was dropped as invalid or surplus, beside those of its bytes. */
  paceSurplusUnits: 25,
  paceSurplusBytesPerUnit: 512,
  /** SHA-256 of frames whose signatures have verified here. */
  verifiedFrames: 20_000,
  /** Frames of batches that were decoded: a repeated one costs one hash while its batch is in memory. */
  seenBatches: 4096,
  /** Frames of the next epoch that are kept of each peer. */
  earlyFrames: 32,
  /** Evidence that waits for the database, and epochs before the running one of which it is still taken (spec E3). */
  waitingEvidence: 256,
  /** Batches with which a second one for the same place is compared. */
  batchHeads: 4096,
  evidenceEpochs: 8,
  /** What a starting node asks its peers about itself: how often, and the bytes of one message in an answer. */
  newestAskMs: 250,
  newestBytes: 256 << 10,
  /** How long a node that stops waits for another one to take over the lead. */
  handOverMs: 2000,
  /** Messages held back until the validator key may be used. */
  heldMessages: 256,
  /** Transactions of clients between submission and outcome. */
  submissions: 50_000,
  /** How long, and how many at once, wait for the outcome of a transaction that another node has ordered. */
  firstOutcomeMs: 500,
  firstOutcomeWaiters: 1000,
  /** First and longest pause before the database is asked again to write a block. */
  storeRetryMinMs: 50,
  storeRetryMaxMs: 1000,
  /** Latencies from which median and 99th percentile are taken. */
  latencySamples: 1024,
  /** Blocks after the last checkpoint of which is kept what they overwrote. */
  undoBlocks: 1024,
  /** Blocks at the end of the chain that are checked again at every start. */
  recheckedBlocks: 64,
  /** Transactions in them: fewer blocks are checked when these are large, but the last one always. */
  recheckedTransactions: 4096,
  /** Buckets that hold something, and as many others, that are hashed again when the state tree was loaded from its file. */
  recheckedBuckets: 1000,
  /** State values that are hashed again at every start. */
  recheckedValues: 10_000,
  /** A node that is further behind takes no submissions. */
  syncingBlocks: 64,
  /** A peer is reachable when it was heard from this recently. */
  reachableMs: 1500,
  /** Heights whose tree root is remembered for receipts. */
  treeRoots: 1024
} as const;
