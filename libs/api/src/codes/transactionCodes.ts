import { entry, retryable } from './types.js';

/** Refusals of transactions before and at execution (spec/ledger.md §3), and the state of the node. */
export const TRANSACTION_CODES = {
  COMMIT_TIMEOUT: retryable(504, 'ImplementationException', 'Not committed in time: outcome unknown', 1),
  DUPLICATE: entry(409, 'ResourceAlreadyExistsException', 'This transaction was already ordered'),
  EXPIRED: entry(400, 'SecurityException', 'The transaction has expired'),
  JTI_CONFLICT: entry(409, 'ResourceAlreadyExistsException', 'The idempotency key was used for other content'),
  KEY_NOT_ACTIVE: entry(403, 'SecurityException', 'The signing key is not active'),
  KEY_ROUNDS: entry(409, 'ImplementationException', 'The transaction touches too deep a structure'),
  LANE_NOT_LISTED: entry(400, 'ValidationException', 'The transaction does not allow this node to batch it'),
  MEMPOOL_FULL: retryable(429, 'ImplementationException', 'The node is busy', 1),
  NODE_HALTED: retryable(503, 'ImplementationException', 'The node is halted', 5),
  NODE_SYNCING: retryable(503, 'ImplementationException', 'The node is catching up', 2),
  NOT_YET_VALID: entry(400, 'SecurityException', 'The transaction is not valid yet'),
  OPERATION_UNKNOWN: entry(400, 'ValidationException', 'Unknown operation'),
  STORE_UNAVAILABLE: retryable(503, 'ImplementationException', 'The node’s database does not answer', 2),
  TX_HEADER: entry(400, 'ValidationException', 'The protected header is not valid'),
  TX_LANE: entry(400, 'ValidationException', 'The lanes of the transaction are not valid'),
  TX_LIFETIME: entry(400, 'ValidationException', 'The life of the transaction is not valid'),
  TX_MALFORMED: entry(400, 'ValidationException', 'The transaction cannot be decoded'),
  TX_SIGNATURE: entry(403, 'SecurityException', 'The signature does not verify'),
  TX_TOO_LARGE: entry(413, 'CaptureLimitExceededException', 'The transaction is too large'),
  TX_WRONG_CHAIN: entry(403, 'SecurityException', 'The transaction is for another network')
} as const;
