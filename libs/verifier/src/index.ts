/**
 * @lading/verifier — judges proofs offline, with nothing but the genesis file (spec/proofs.md): a reader's tool, small
 * enough to be read in one sitting, in Node and in browsers. Not here: storage, network, clocks, printing.
 * May import: kernel, and of ledger its entry `reading` alone.
 */
export * from './closure.js';
export * from './countersigned.js';
export * from './crypto.js';
export * from './freshness.js';
export type { Anomaly, ProvenanceFacts, StoryEvent, StoryItem } from './provenanceFacts.js';
export type { RecallFound } from './recallStatus.js';
export * from './report.js';
export * from './shownCheckpoint.js';
export type { Standing } from './standing.js';
export { readStateValue, type StateValue } from './stateValue.js';
export { signerKey } from './stateValue.js';
export { verifyConsistency, type ConsistencyFacts, type HistoryPoint } from './verifyConsistency.js';
export { verifyFraud, type FraudFacts } from './verifyFraud.js';
export * from './verifyProof.js';
export * from './verifyProvenance.js';
export * from './verifyReceipt.js';
export { verifyState, type StateFacts } from './verifyState.js';
