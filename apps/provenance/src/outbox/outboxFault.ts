/** Codes of what keeps messages from a broker; each has a page in docs/errors. */
export type OutboxFaultCode =
  | 'OUTBOX_DRIVER_MISSING'
  | 'OUTBOX_HISTORY'
  | 'OUTBOX_REFUSED'
  | 'OUTBOX_SECRET'
  | 'OUTBOX_STREAM'
  | 'OUTBOX_UNREACHABLE';

/** A fault on the way to a broker. Never reaches a client of the node: status and log show it. */
export class OutboxFault extends Error {
  override readonly name = 'OutboxFault';
  constructor(
    readonly code: OutboxFaultCode,
    readonly detail: string,
    options?: ErrorOptions
  ) {
    super(`${code}: ${detail}`, options);
  }
}
