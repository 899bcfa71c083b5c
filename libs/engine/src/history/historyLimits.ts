/** Bounds of fetching the blocks below a snapshot (spec/ledger.md 8.8): little at a time, and at most half of the time. */
export const HISTORY_LIMITS = {
  /** Blocks and transactions that are asked for, executed and written at once; a block with more goes alone. */
  windowBlocks: 64,
  windowTransactions: 512,
  /** Bytes of blocks, and of batches, in an answer; one that is larger goes alone. */
  answerBytes: 1 << 20,
  /** Batches in one question. */
  batches: 16,
  /** Rest after a window: as long as it took, within these bounds. */
  restMinMs: 5,
  restMaxMs: 500,
  /** How long it lets blocks and submissions that wait go first, before it does a window nevertheless. */
  yieldMs: 1000,
  yieldPollMs: 20,
  /** How long a peer is not asked that was silent, or did not have what was asked for. */
  silentMs: 5000,
  lackingMs: 60_000,
  /** Pause where no peer can be asked, and how long that lasts before it is told. */
  idleMs: 1000,
  unservedMs: 30_000,
  /** What an answer costs the peer that asks (driver/peerPace.ts). */
  units: 50
} as const;
