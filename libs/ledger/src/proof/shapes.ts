import type { StateProof } from '../stateProof.js';
import type { Value } from './shape.js';

/** The members of every kind of proof in their order (spec/proofs.md §4–7); a receipt is older and has a codec of its own. */

export const EPOCH_LINK = { header: 'bytes', commitProof: 'bytes', config: 'bytes' } as const;

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
  entries: [{ keyHash: 'hash', valueHash: 'hash', index: 'uint', path: 'hashes' }],
  treePath: 'hashes'
} as const;
export type StateEntryProof = Value<typeof STATE_ENTRY>;

export const stateEntryProof = (key: string, value: Uint8Array | null, proof: StateProof): StateEntryProof => ({
  key,
  value: value ?? new Uint8Array(0),
  ...proof
});

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
  consistencyPath: 'hashes',
  inclusionPath: 'hashes',
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
  events: 'uints',
  kinds: 'texts',
  after: 'hashes'
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
  transactions: 'bytesList'
} as const;
export const PROVENANCE_FORMAT = 'lading/provenance/1';
export type ProvenanceProof = Value<typeof PROVENANCE>;
