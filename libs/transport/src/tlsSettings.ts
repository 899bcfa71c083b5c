import { constants } from 'node:crypto';
import type { ConnectionOptions, TlsOptions } from 'node:tls';

/** PEM texts of this node's TLS key and self-signed certificate. */
export interface TlsKey {
  readonly keyPem: string;
  readonly certificatePem: string;
}

const versions = { minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' } as const;

/**
 * `rejectUnauthorized: false` because there is no authority to ask: certificates are self-signed and the key is
 * compared with the ledger's pin after the handshake (pins.ts), before a byte is read or written. The handshake
 * itself still proves possession of the private key.
 */
export const serverSettings = (own: TlsKey, handshakeMs: number): TlsOptions => ({
  ...versions,
  key: own.keyPem,
  cert: own.certificatePem,
  requestCert: true,
  rejectUnauthorized: false,
  handshakeTimeout: handshakeMs,
  // No stateless tickets; and without a resumeSession handler no session is ever found again.
  secureOptions: constants.SSL_OP_NO_TICKET
});

export const clientSettings = (own: TlsKey, host: string, port: number): ConnectionOptions => ({
  ...versions,
  host,
  port,
  key: own.keyPem,
  cert: own.certificatePem,
  rejectUnauthorized: false,
  checkServerIdentity: () => undefined,
  secureOptions: constants.SSL_OP_NO_TICKET
});
