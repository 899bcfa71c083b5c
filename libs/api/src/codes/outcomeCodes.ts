import { entry } from './types.js';

/** Outcomes of contracts: the ledger ordered the transaction and refused it, or recorded it as evidence. */
export const OUTCOME_CODES = {
  AFTER_FINAL: entry(409, 'ValidationException', 'The item is no longer in use'),
  CUSTODY_MODE_OFF: entry(403, 'SecurityException', 'The organization does not sign for others'),
  DOUBLE_COMMISSION: entry(409, 'ValidationException', 'The item exists already'),
  EVENT_ID_CONFLICT: entry(409, 'ResourceAlreadyExistsException', 'The event id was used for other content'),
  NOT_HOLDER: entry(403, 'SecurityException', 'The signer does not hold the item'),
  ON_BEHALF_OF: entry(403, 'SecurityException', 'onBehalfOf does not fit the signing key')
} as const;
