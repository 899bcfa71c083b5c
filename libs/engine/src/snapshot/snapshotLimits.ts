/** Bounds of snapshots (spec/ledger.md §8) and of the pace at which they are made and asked for. */
export const SNAPSHOT_LIMITS = {
  manifestBytes: 4 << 20,
  /** A chunk is closed above the first; no chunk is larger than the second. */
  chunkBytes: 512 << 10,
  chunkBytesMax: 4 << 20,
  chunks: 120_000,
  /** No state is believed to be larger than so many times what f + 1 validators say theirs takes, and so much more (8.7). */
  stateFactor: 8,
  stateSlackBytes: 16 << 20,
  /** A new one is made for whoever asks when the kept one is so many blocks old, and no sooner than this after the last. */
  ageBlocks: 4096,
  intervalMs: 60_000,
  /** How long execution rests for a view of the state to be opened. */
  restMs: 2000,
  /** How long the database holds the state of a height whose certificate is awaited, and how long writing it may take. */
  certificateMs: 30_000,
  writingMs: 3_600_000,
  /** What an answer costs the peer that asks (driver/peerPace.ts): a part, and views of an epoch's headers. */
  partUnits: 50,
  contextUnits: 500,
  /** Joining: an answer, a part, a pause between questions, until the first peer answers, until one has a snapshot. */
  answerMs: 5000,
  partMs: 20_000,
  pauseMs: 500,
  firstAnswerMs: 60_000,
  offerMs: 900_000,
  /** Times that a part is asked for before another peer is. */
  partTries: 3,
  /** Times that a peer may be silent, or throw away what it has offered, before it is not asked any more. */
  peerTries: 16
} as const;
