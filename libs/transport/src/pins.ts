import { createHash } from 'node:crypto';
import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { PeerPin } from '@lading/engine';
import { assert, toHex } from '@lading/kernel';
import { PeerFault } from './peerFault.js';

const spkiHash = (certificate: X509Certificate): string =>
  createHash('sha256').update(certificate.publicKey.export({ type: 'spki', format: 'der' })).digest('hex');

/** Who holds the key at the other end of a connection. */
export interface Identified {
  readonly organization: string;
  /** Hex of the key's hash. */
  readonly key: string;
}

/** Who may connect: exact keys, no authorities. An organization may have two keys while one replaces the other. */
export class Pins {
  readonly #organizations = new Map<string, string>();

  constructor(pins: readonly PeerPin[]) {
    for (const { organization, tlsKeyHash } of pins) {
      const key = toHex(tlsKeyHash);
      assert((this.#organizations.get(key) ?? organization) === organization, 'two organizations share a TLS key');
      this.#organizations.set(key, organization);
    }
  }

  /** Organizations in the order of the pins. */
  get organizations(): readonly string[] {
    return [...new Set(this.#organizations.values())];
  }

  admits({ organization, key }: Identified): boolean {
    return this.#organizations.get(key) === organization;
  }

  /**
   * The peer at the other end of a socket whose handshake is done: the handshake proved that it holds the private key
   * of its certificate, and nothing else of the certificate is believed. Throws a PeerFault.
   *
   * Checked here on the socket, in both roles, and not by a TLS library's callback: client libraries have dropped such
   * callbacks silently, and resumed sessions skip them.
   */
  identify(socket: TLSSocket, nowMs: number): Identified {
    if (socket.getProtocol() !== 'TLSv1.3') throw new PeerFault('PEER_TLS', `protocol ${String(socket.getProtocol())}`);
    if (socket.isSessionReused()) throw new PeerFault('PEER_SESSION_RESUMED', 'a resumed session shows no certificate');
    const certificate = socket.getPeerX509Certificate();
    if (certificate === undefined) throw new PeerFault('PEER_WRONG_KEY', 'the peer shows no certificate');
    const key = spkiHash(certificate);
    const organization = this.#organizations.get(key);
    if (organization === undefined) throw new PeerFault('PEER_WRONG_KEY', 'the TLS key is that of no validator here');
    if (!(Date.parse(certificate.validTo) > nowMs))
      throw new PeerFault('PEER_CERTIFICATE_EXPIRED', `the certificate ended at ${certificate.validTo}`);
    return { organization, key };
  }

  /** Whether a certificate of ours is one that the network pins for this organization. */
  matches(certificate: X509Certificate, organization: string): boolean {
    return this.#organizations.get(spkiHash(certificate)) === organization;
  }
}
