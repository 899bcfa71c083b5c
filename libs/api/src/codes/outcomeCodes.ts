import { entry } from './types.js';

/**
 * Outcomes of contracts: the ledger ordered the transaction and refused it, or recorded it as evidence. Codes that are
 * not here are answered 409, a conflict with the ledger's state.
 */
export const OUTCOME_CODES = {
  ADMIN_KEY_REQUIRED: entry(403, 'SecurityException', 'The organization’s admin key must sign this'),
  AFTER_FINAL: entry(409, 'ValidationException', 'The item is no longer in use'),
  ASSET_CONSUMED: entry(409, 'ValidationException', 'An asset is not an input'),
  CONFIG_APPROVALS: entry(403, 'SecurityException', 'Too few organizations approve this change'),
  CONFIG_READY: entry(409, 'ValidationException', 'A new validator has not said that it is ready'),
  CONFIG_RULES: entry(400, 'ValidationException', 'The network may not change in this way'),
  CUSTODY_MODE_OFF: entry(403, 'SecurityException', 'The organization does not sign for others'),
  DISPUTE_EXISTS: entry(409, 'ResourceAlreadyExistsException', 'The dispute exists'),
  DISPUTE_UNKNOWN: entry(404, 'NoSuchNameException', 'No such dispute'),
  DOUBLE_COMMISSION: entry(409, 'ValidationException', 'The item exists already'),
  ENVELOPE_MALFORMED: entry(400, 'ValidationException', 'The capture envelope is not valid'),
  EVENT_ID_CONFLICT: entry(409, 'ResourceAlreadyExistsException', 'The event id was used for other content'),
  EVENT_TIME_FUTURE: entry(400, 'ValidationException', 'The event lies in the future'),
  GCP_FOREIGN: entry(403, 'SecurityException', 'No member holds this company prefix'),
  GCP_NOT_OWN: entry(403, 'SecurityException', 'The company prefix belongs to another member'),
  GROUP_UNKNOWN: entry(404, 'NoSuchNameException', 'No such transformation'),
  KEY_NOT_ADMISSIBLE: entry(400, 'ValidationException', 'The public key cannot be used'),
  KEY_PURPOSE: entry(403, 'SecurityException', 'This kind of key may not sign this'),
  LOCATION_NOT_OWN: entry(403, 'SecurityException', 'The place belongs to another organization'),
  MEMBER_UNKNOWN: entry(404, 'NoSuchNameException', 'No such member'),
  NOT_DESTINATION: entry(403, 'SecurityException', 'The signer is not the one it was sent to'),
  NOT_DISPUTANT: entry(403, 'SecurityException', 'This result is not the signer’s to choose'),
  NOT_HOLDER: entry(403, 'SecurityException', 'The signer does not hold the item'),
  NOT_INITIATOR: entry(403, 'SecurityException', 'Only the initiator of the recall does this'),
  NOT_OWNER: entry(403, 'SecurityException', 'Only the owner names another owner'),
  NOT_OWN_ORGANIZATION: entry(403, 'SecurityException', 'This is another organization’s'),
  NOT_PREFIX_HOLDER: entry(403, 'SecurityException', 'Only the holder of the company prefix does this'),
  NOT_SELLER: entry(403, 'SecurityException', 'A sold item comes back to its seller or maker'),
  NOT_SHIPPER: entry(403, 'SecurityException', 'The signer is not the one who shipped it'),
  NUMBER_RANGE: entry(400, 'ValidationException', 'A number is too large or too precise'),
  ON_BEHALF_OF: entry(403, 'SecurityException', 'onBehalfOf does not fit the signing key'),
  PAYLOAD_MALFORMED: entry(400, 'ValidationException', 'The payload of the operation is not valid'),
  RECALL_EXISTS: entry(409, 'ResourceAlreadyExistsException', 'The recall exists'),
  RECALL_UNKNOWN: entry(404, 'NoSuchNameException', 'No such recall'),
  ROLE_UNKNOWN: entry(400, 'ValidationException', 'There is no such role'),
  STALE_CONFIG: entry(409, 'ValidationException', 'The network has changed since this was approved')
} as const;
