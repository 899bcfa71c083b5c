/**
 * @lading/sdk — a member's program talks to nodes with this: one client with typed errors, retries that repeat the same
 * transaction, paging by `for await`, and the signing of transactions with a key that never leaves its owner. Not here:
 * key files, tokens, files, printing. Runs wherever `fetch` does.
 * May import: api, verifier, ledger, kernel.
 */
export { LadingClient, type ReadOptions } from './client.js';
export type { ComparedAnswers } from './compared.js';
export { ladingError, LadingError, type ClientCode } from './errors.js';
export type { EventQuery } from './eventQuery.js';
export type { FeedMessage, FeedQuery } from './feed.js';
export { QUESTIONS, type QuestionAnswer, type QuestionName } from './questions.js';
export { envelopePayload, eventPayloads, type CaptureBehaviour, type CaptureEnvelope } from './capture/payloads.js';
export type { CaptureOptions, CaptureResult } from './capture/capture.js';
export type { Call, ClientOptions, Exchange } from './http/options.js';
export {
  configChange,
  keyAdd,
  keyRevoke,
  memberAdd,
  registrations,
  type KeyPurposeToAdd,
  type Registration
} from './membership.js';
export * from './masterData.js';
export type { MemberActions } from './memberActions.js';
export type { Operation, Remarks } from './operationPayload.js';
export * from './recalls.js';
export * from './transfers.js';
export {
  chooseLanes,
  detachedSignature,
  signTransaction,
  type SignRequest,
  type TransactionSigner
} from './signing.js';
export type { SubmitManyOptions } from './submitMany.js';
