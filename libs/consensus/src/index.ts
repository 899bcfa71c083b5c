/**
 * @lading/consensus — Chained PBFT as a pure function (spec/consensus.md): step(state, input, nowMs) → outputs.
 * Not here: I/O, clocks, randomness, signing, storage, anything about provenance.
 * May import: membership, ledger, kernel.
 */
export * from './input.js';
export * from './message.js';
export * from './options.js';
export * from './output.js';
export { createState } from './create.js';
export { messageVoteBytes, withSignature } from './digest.js';
export { bareEvidence, isEvidenceWanted } from './evidence.js';
export {
  EVIDENCE_PER_VALIDATOR, evidencePlace, isUnseen, noteSeen, type EvidencePlace, type EvidenceSeen
} from './evidencePlace.js';
export { allValidators, epochLeaders, excludedLeaders, leaderOf, nextLeaders } from './leader.js';
export type { PastEpoch, ViewRecord } from './leader.js';
export { heldMessages, memoryBounds, type HeldMessages } from './memory.js';
export { decodeMessage, messageEpoch, type MessageFault } from './messageCodec.js';
export { encodeMessage } from './messageEncoding.js';
export { MUTANTS, type Mutant } from './mutants.js';
export { decodePersistRecord, encodePersistRecord, type RecordFault } from './recordCodec.js';
export type { CoreState } from './state.js';
export { decodeEvidence, evidenceStatement, proveEvidence, type EvidenceFault, type EvidenceStatement } from './proveEvidence.js';
export { step } from './step.js';
export { summarize, type Summary } from './summary.js';
export { credibleHeight } from './sync.js';
export { batchEvidence, evidenceOfNewView, isBatchSigned, verifyEvidence } from './verifyEvidence.js';
export { verifyMessage } from './verifyMessage.js';
