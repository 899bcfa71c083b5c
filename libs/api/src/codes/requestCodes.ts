import { entry, retryable } from './types.js';

/** Faults of the HTTP request itself: route, parameters, body, missing resources. */
export const REQUEST_CODES = {
  AMBIGUOUS_ITEM: entry(409, 'QueryParameterException', 'Several items match'),
  BLOCK_UNKNOWN: entry(404, 'NoSuchResourceException', 'No such block'),
  BODY_TOO_LARGE: entry(413, 'CaptureLimitExceededException', 'The body is too large'),
  CAPTURE_BEHAVIOUR: entry(400, 'ValidationException', 'The capture error behaviour cannot be used here'),
  CAPTURE_LIMIT: entry(413, 'CaptureLimitExceededException', 'Too many events in one capture'),
  CAPTURE_UNKNOWN: entry(404, 'NoSuchResourceException', 'No such capture job'),
  CURSOR_INVALID: entry(400, 'QueryParameterException', 'The page token is not one of this query'),
  EPCIS_INVALID: entry(400, 'ValidationException', 'The EPCIS document is not valid'),
  EVENT_UNKNOWN: entry(404, 'NoSuchResourceException', 'No such event'),
  IDEMPOTENCY_KEY: entry(400, 'ValidationException', 'The idempotency key is not usable'),
  INTERNAL: entry(500, 'ImplementationException', 'The node failed to answer'),
  ITEM_UNKNOWN: entry(404, 'NoSuchResourceException', 'No such item'),
  MEDIA_TYPE: entry(415, 'ValidationException', 'The media type is not supported'),
  NOT_ACCEPTABLE: entry(406, 'NotAcceptableException', 'No acceptable representation'),
  NOT_CERTIFIED_YET: retryable(409, 'ImplementationException', 'Not certified yet', 1),
  PARAMETER_INVALID: entry(400, 'QueryParameterException', 'A parameter has no usable value'),
  PARAMETER_UNKNOWN: entry(400, 'QueryParameterException', 'Unknown parameter'),
  REQUEST_MALFORMED: entry(400, 'ValidationException', 'The request cannot be read'),
  REQUEST_TIMEOUT: retryable(408, 'ImplementationException', 'The request took too long to arrive', 1),
  ROUTE_UNKNOWN: entry(404, 'NoSuchResourceException', 'No such route'),
  SIGNATURE_HEADER: entry(400, 'ValidationException', 'The Lading-Signature header is malformed'),
  SIGNATURE_REQUIRED: entry(403, 'SecurityException', 'A signed transaction is required'),
  TRANSACTION_UNKNOWN: entry(404, 'NoSuchResourceException', 'No such transaction'),
  URI_TOO_LONG: entry(414, 'URITooLongException', 'The address is too long')
} as const;
