/** Problem types that EPCIS 2.0 names for its own endpoints (REST binding, `type` of problem+json). */
export type EpcisException =
  | 'ValidationException'
  | 'QueryParameterException'
  | 'QueryTooComplexException'
  | 'QueryTooLargeException'
  | 'QueryValidationException'
  | 'SecurityException'
  | 'NoSuchNameException'
  | 'NotAcceptableException'
  | 'ResourceAlreadyExistsException'
  | 'SubscriptionControlsException'
  | 'UnsupportedMediaTypeException'
  | 'CaptureLimitExceededException'
  | 'URITooLongException'
  | 'ImplementationException';

/** How a code is told over HTTP. The page docs/errors/<CODE>.md says the rest. */
export interface CodeEntry {
  readonly status: number;
  readonly title: string;
  /** Whether sending the same request again can succeed without a change by the caller. */
  readonly retryable: boolean;
  readonly epcis: EpcisException;
  /** Seconds for Retry-After, where the code has one. */
  readonly retryAfterSeconds?: number;
}

export const entry = (status: number, epcis: EpcisException, title: string): CodeEntry => ({
  status,
  title,
  epcis,
  retryable: false
});

export const retryable = (
  status: number,
  epcis: EpcisException,
  title: string,
  retryAfterSeconds: number
): CodeEntry => ({ status, title, epcis, retryable: true, retryAfterSeconds });
