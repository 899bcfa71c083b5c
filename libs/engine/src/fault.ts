/** Codes with which a node refuses to start or stops. Each has a page in docs/errors. */
export type EngineFaultCode =
  | 'CHAIN_MISMATCH'
  | 'HISTORY_NOT_HELD'
  | 'STATE_DAMAGED'
  | 'STATE_PASSED'
  | 'STORE_DAMAGED'
  | 'LOG_DAMAGED'
  | 'AUDIT_SAVED_UNUSABLE'
  | 'VALIDATOR_KEY_UNKNOWN';

/** A fault: something outside broke (disk, database, configuration). The process says so and ends. */
export class EngineFault extends Error {
  override readonly name = 'EngineFault';

  constructor(
    readonly code: EngineFaultCode,
    message: string
  ) {
    super(message);
  }
}
