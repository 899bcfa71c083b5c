import { createHash } from 'node:crypto';
import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { assert, toHex } from '@lading/kernel';
import { PeerFault } from './peerFault.js';

/** A validator as the epoch's configuration names it; its position in the list is its index. */
export interface PinnedPeer {
  readonly organization: string;
  /** SHA-256 of the DER SubjectPublicKeyInfo of its TLS key. */
  readonly tlsKeyHash: Uint8Array;
}

const spkiHash = (certificate: X509Certificate): string =>
  createHash('sha256').update(certificate.publicKey.export({ type: 'spki', format: 'der' })).digest('hex');

/** Who may connect: exact keys, no authorities. */
export class Pins {
  readonly #indexes = new Map<string, number>();

  constructor(readonly peers: readonly PinnedPeer[]) {
    for (const [index, { tlsKeyHash }] of peers.entries()) this.#indexes.set(toHex(tlsKeyHash), index);
    assert(this.#indexes.size === peers.length, 'two organizations share a TLS key');
  }

  organization(index: number): string {
    return this.peers[index]?.organization ?? `#${index}`;
  }

  /**
   * Index of the peer at the other end of a socket whose handshake is done: the handshake proved that it holds the
   * private key of its certificate, and nothing else of the certificate is believed. Throws a PeerFault.
   *
   * Checked here on the socket, in both roles, and not by a TLS library's callback: client libraries have dropped such
   * callbacks silently, and resumed sessions skip them.
   */
  identify(socket: TLSSocket, nowMs: number): number {
    if (socket.getProtocol() !== 'TLSv1.3') throw new PeerFault('PEER_TLS', `protocol ${String(socket.getProtocol())}`);
    if (socket.isSessionReused()) throw new PeerFault('PEER_SESSION_RESUMED', 'a resumed session shows no certificate');
    const certificate = socket.getPeerX509Certificate();
    if (certificate === undefined) throw new PeerFault('PEER_WRONG_KEY', 'the peer shows no certificate');
    const index = this.#indexes.get(spkiHash(certificate));
    if (index === undefined) throw new PeerFault('PEER_WRONG_KEY', 'the TLS key is that of no validator here');
    if (!(Date.parse(certificate.validTo) > nowMs))
      throw new PeerFault('PEER_CERTIFICATE_EXPIRED', `the certificate ended at ${certificate.validTo}`);
    return index;
  }

  /** Whether a certificate of ours is the one the network pins for `index`. */
  matches(certificate: X509Certificate, index: number): boolean {
    return this.#indexes.get(spkiHash(certificate)) === index;
  }
}
