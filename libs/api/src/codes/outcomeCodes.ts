import { entry } from './types.js';

/**
 * Outcomes of contracts: the ledger ordered the transaction and refused it, or recorded it as evidence. Codes that are
 * not here are answered 409, a conflict with the ledger's state.
 */
export const OUTCOME_CODES = {
  ADMIN_KEY_REQUIRED: entry(403, 'SecurityException', 'The organization’s admin key must sign this'),
  AFTER_FINAL: entry(409, 'ValidationException', 'The item is no longer in use'),
  CONFIG_APPROVALS: entry(403, 'SecurityException', 'Too few organizations approve this change'),
  CONFIG_READY: entry(409, 'ValidationException', 'A new validator has not said that it is ready'),
  CONFIG_RULES: entry(400, 'ValidationException', 'The network may not change in this way'),
  CUSTODY_MODE_OFF: entry(403, 'SecurityException', 'The organization does not sign for others'),
  DOUBLE_COMMISSION: entry(409, 'ValidationException', 'The item exists already'),
  ENVELOPE_MALFORMED: entry(400, 'ValidationException', 'The capture envelope is not valid'),
  EVENT_ID_CONFLICT: entry(409, 'ResourceAlreadyExistsException', 'The event id was used for other content'),
  EVENT_TIME_FUTURE: entry(400, 'ValidationException', 'The event lies in the future'),
  KEY_NOT_ADMISSIBLE: entry(400, 'ValidationException', 'The public key cannot be used'),
  KEY_PURPOSE: entry(403, 'SecurityException', 'This kind of key may not sign this'),
  MEMBER_UNKNOWN: entry(404, 'NoSuchNameException', 'No such member'),
  NOT_DESTINATION: entry(403, 'SecurityException', 'The signer is not the one it was sent to'),
  NOT_HOLDER: entry(403, 'SecurityException', 'The signer does not hold the item'),
  NOT_OWN_ORGANIZATION: entry(403, 'SecurityException', 'This is another organization’s'),
  NOT_SHIPPER: entry(403, 'SecurityException', 'The signer is not the one who shipped it'),
  NUMBER_RANGE: entry(400, 'ValidationException', 'A number is too large or too precise'),
  ON_BEHALF_OF: entry(403, 'SecurityException', 'onBehalfOf does not fit the signing key'),
  PAYLOAD_MALFORMED: entry(400, 'ValidationException', 'The payload of the operation is not valid'),
  ROLE_UNKNOWN: entry(400, 'ValidationException', 'There is no such role'),
  STALE_CONFIG: entry(409, 'ValidationException', 'The network has changed since this was approved')
} as const;
