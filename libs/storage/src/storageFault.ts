/** Codes of this lib; each has a page docs/errors/<CODE>.md. */
export type StorageFaultCode =
  | 'CHAIN_MISMATCH'
  | 'EXPORT_UNUSABLE'
  | 'LOG_CORRUPT'
  | 'LOG_FAILED'
  | 'LOG_LOCKED'
  | 'NODE_ALREADY_RUNNING'
  | 'POSTGRES_BINARIES_MISSING'
  | 'POSTGRES_IN_USE'
  | 'POSTGRES_NO_USER'
  | 'POSTGRES_PORT_IN_USE'
  | 'POSTGRES_START_FAILED'
  | 'POSTGRES_UNSAFE_SETTINGS'
  | 'POSTGRES_VERSION'
  | 'QUERY_TOO_COMPLEX'
  | 'SCHEMA_OUT_OF_DATE'
  | 'STORE_CONFLICT'
  | 'STORE_CORRUPT'
  | 'STORE_GAP'
  | 'STORE_UNAVAILABLE';

/** A fault of the disk, the database server or their content. Thrown; the node maps the code to problem+json. */
export class StorageFault extends Error {
  override readonly name = 'StorageFault';

  constructor(
    readonly code: StorageFaultCode,
    message: string,
    options?: ErrorOptions
  ) {
    super(`${code}: ${message}`, options);
  }
}

/** The `code` of a Node or PostgreSQL error, or '' when it has none. */
export function errorCode(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
