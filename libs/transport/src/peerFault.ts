/** Why a peer's connection was refused or closed, or could not be made. Each has a page in docs/errors. */
export type PeerFaultCode =
  | 'PEER_ADDRESS'
  | 'PEER_CERTIFICATE_EXPIRED'
  | 'PEER_CLOSED'
  | 'PEER_FRAME_MALFORMED'
  | 'PEER_FRAME_TOO_LARGE'
  | 'PEER_HANDLER'
  | 'PEER_HANDSHAKE_LIMIT'
  | 'PEER_HANDSHAKE_TIMEOUT'
  | 'PEER_LISTEN'
  | 'PEER_OWN_KEY'
  | 'PEER_QUEUE_FULL'
  | 'PEER_REMOVED'
  | 'PEER_REPLACED'
  | 'PEER_SESSION_RESUMED'
  | 'PEER_SILENT'
  | 'PEER_TLS'
  | 'PEER_UNREACHABLE'
  | 'PEER_WRONG_DIRECTION'
  | 'PEER_WRONG_KEY'
  | 'PEER_WRONG_NETWORK'
  | 'PEER_WRONG_VERSION';

export class PeerFault extends Error {
  override readonly name = 'PeerFault';

  constructor(
    readonly code: PeerFaultCode,
    readonly detail: string,
    options?: { readonly cause?: unknown }
  ) {
    super(`${code}: ${detail}`, options);
  }
}

/** What happened to a connection; for logs and counters. Never holds bytes that a peer sent. */
export interface PeerEvent {
  readonly code: PeerFaultCode | 'PEER_CONNECTED';
  /** Organization id, where it is known. */
  readonly organization: string | null;
  /** `address:port` of the other side, where it is known. */
  readonly address: string | null;
  readonly detail: string;
}
