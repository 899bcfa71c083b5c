import type { Value } from './shape.js';

/** The members of every kind of proof in their order (spec/proofs.md §2–7). */

/** spec/proofs.md §3: the block that ends an epoch, and the config it leads to, empty where that is the successor. */
export const EPOCH_LINK = { header: 'bytes', commitProof: 'bytes', config: 'bytes' } as const;
export type EpochLink = Value<typeof EPOCH_LINK>;

/** spec/proofs.md §2. */
export const RECEIPT = {
  transaction: 'bytes',
  batchHeader: 'bytes',
  /** Place in the batch; the batch header commits to the number of transactions. */
  batchIndex: 'uint',
  batchPath: ['hash'],
  /** Place of the batch among the block's refs; the block header commits to their number. */
  refIndex: 'uint',
  refsPath: ['hash'],
  blockHeader: 'bytes',
  commitProof: 'bytes',
  /** Outcome leaf, which holds height, index and txId. */
  outcome: 'bytes',
  outcomePath: ['hash'],
  outcomeRoot: 'hash',
  /** From the block's leaf to the outcomes log of the checkpoint's height H, size H + 1. */
  outcomesLogPath: ['hash'],
  outcomesLogRoot: 'hash',
  treeRoot: 'hash',
  /** Header of block H. */
  checkpointHeader: 'bytes',
  checkpoint: 'bytes',
  epochs: [EPOCH_LINK]
} as const;
export const RECEIPT_FORMAT = 'lading/receipt/1';
export type Receipt = Value<typeof RECEIPT>;

/** spec/proofs.md 4.1: where a proof is judged. */
export const ANCHOR = {
  checkpointHeader: 'bytes',
  checkpoint: 'bytes',
  treeRoot: 'hash',
  outcomesLogRoot: 'hash',
  epochs: [EPOCH_LINK]
} as const;
export type AnchorParts = Value<typeof ANCHOR>;

/** spec/proofs.md 4.2: one key of the state; an empty value stands for its absence. */
export const STATE_ENTRY = {
  key: 'text',
  value: 'bytes',
  count: 'uint',
  innerRoot: 'hash',
  entries: [{ keyHash: 'hash', valueHash: 'hash', index: 'uint', path: ['hash'] }],
  treePath: ['hash']
} as const;
export type StateEntryProof = Value<typeof STATE_ENTRY>;

/** What is shown of one bucket. The bucket's hash commits to the count, hence to the index of each entry. */
export type StateProof = Omit<StateEntryProof, 'key' | 'value'>;
export type ShownEntry = StateEntryProof['entries'][number];

/** spec/proofs.md §5. */
export const STATE_PROOF = { state: STATE_ENTRY, ...ANCHOR } as const;
export const PRESENCE_FORMAT = 'lading/presence/1';
export const ABSENCE_FORMAT = 'lading/absence/1';
export type KeyProof = Value<typeof STATE_PROOF>;

/** spec/proofs.md 6.1. */
export const CONSISTENCY = {
  fromHeader: 'bytes',
  fromCheckpoint: 'bytes',
  toHeader: 'bytes',
  toCheckpoint: 'bytes',
  consistencyPath: ['hash'],
  inclusionPath: ['hash'],
  epochs: [EPOCH_LINK]
} as const;
export const CONSISTENCY_FORMAT = 'lading/consistency/1';
export type ConsistencyProof = Value<typeof CONSISTENCY>;

/** spec/proofs.md 6.2. */
export const FRAUD = { kind: 'text', first: 'bytes', second: 'bytes', epochs: [EPOCH_LINK] } as const;
export const FRAUD_FORMAT = 'lading/fraud/1';
export type FraudProof = Value<typeof FRAUD>;

/** One event of a provenance proof; `start` = `end` = 0 where its bytes are withheld. */
export const PROVEN_EVENT = {
  height: 'uint',
  timestampMs: 'uint',
  txId: 'hash',
  eventIndex: 'uint',
  eventBytesHash: 'hash',
  links: 'bytes',
  start: 'uint',
  end: 'uint'
} as const;
export type ProvenEvent = Value<typeof PROVEN_EVENT>;

/** spec/proofs.md 7.1. */
export const PROVEN_CHAIN = {
  key: 'text',
  skipped: 'uint',
  base: 'hash',
  events: ['uint'],
  kinds: ['text'],
  after: ['hash']
} as const;
export type ProvenChain = Value<typeof PROVEN_CHAIN>;

/** spec/proofs.md §7. */
export const PROVENANCE = {
  subject: 'text',
  scope: 'text',
  ...ANCHOR,
  state: [STATE_ENTRY],
  chains: [PROVEN_CHAIN],
  events: [PROVEN_EVENT],
  transactions: ['bytes']
} as const;
export const PROVENANCE_FORMAT = 'lading/provenance/1';
export type ProvenanceProof = Value<typeof PROVENANCE>;
