import { connect } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import type { MeshLimits } from './meshLimits.js';
import { PeerFault } from './peerFault.js';
import { parseAddress } from './address.js';
import { clientSettings } from './tlsSettings.js';
import type { TlsKey } from './tlsSettings.js';

export interface DialerEvents {
  /** False while the peer is connected by another way, or is still expected to dial: asked before every attempt. */
  wanted(): boolean;
  /** `host:port` of the peer, read before every attempt; undefined when the node does not know it. */
  address(): string | undefined;
  /** A finished handshake; the key is not checked yet. The owner calls `lost` when the connection ends. */
  handshake(socket: TLSSocket): void;
  failed(fault: PeerFault, address: string | null): void;
}

/**
 * Keeps one connection to one peer: after a loss it tries again in 50 ms, then twice as long up to a second. A
 * connection that had greeted starts from 50 ms again, unless it was lost at once.
 */
export class Dialer {
  #attempts = 0;
  #timer: NodeJS.Timeout | null = null;
  #socket: TLSSocket | null = null;
  #readyAtMs: number | null = null;
  #stopped = false;

  constructor(
    private readonly tls: TlsKey,
    private readonly limits: MeshLimits,
    private readonly events: DialerEvents
  ) {}

  /** `patienceMs`: how long the peer is given to dial first. */
  start(patienceMs = 0): void {
    if (patienceMs === 0) this.#dial();
    else this.#later(patienceMs);
  }

  /** The connection has greeted. */
  ready(): void {
    this.#readyAtMs = performance.now();
  }

  /** The connection handed over by `handshake` is gone. */
  lost(): void {
    this.#socket = null;
    if (this.#readyAtMs !== null && performance.now() - this.#readyAtMs >= this.limits.backoffMaxMs) this.#attempts = 0;
    this.#readyAtMs = null;
    this.#again();
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#socket?.destroy();
  }

  #again(): void {
    if (this.#stopped || this.#timer !== null) return;
    const { backoffMinMs, backoffMaxMs } = this.limits;
    this.#later(Math.min(backoffMaxMs, backoffMinMs * 2 ** Math.min(this.#attempts++, 16)));
  }

  #later(waitMs: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#dial();
    }, waitMs);
  }

  #dial(): void {
    if (!this.events.wanted()) return this.#later(this.limits.backoffMaxMs);
    const address = this.events.address();
    const target = address === undefined ? null : parseAddress(address);
    if (target === null) {
      const fault = new PeerFault('PEER_ADDRESS', `no usable host:port (${address ?? 'none given'})`);
      this.events.failed(fault, address ?? null);
      return this.#again();
    }
    const socket = connect(clientSettings(this.tls, target.host, target.port));
    this.#socket = socket;
    const timer = setTimeout(
      () => socket.destroy(new PeerFault('PEER_HANDSHAKE_TIMEOUT', 'no TLS handshake in time')),
      this.limits.handshakeMs
    );
    let fault = new PeerFault('PEER_UNREACHABLE', 'the connection closed during the handshake');
    socket.on('error', (error: NodeJS.ErrnoException) => {
      fault = error instanceof PeerFault ? error : new PeerFault(codeOf(error), error.code ?? error.message);
    });
    const closed = (): void => {
      clearTimeout(timer);
      this.#socket = null;
      if (!this.#stopped) this.events.failed(fault, address ?? null);
      this.#again();
    };
    socket.once('close', closed);
    socket.once('secureConnect', () => {
      clearTimeout(timer);
      socket.off('close', closed);
      this.events.handshake(socket);
    });
  }
}

const codeOf = (error: NodeJS.ErrnoException): 'PEER_TLS' | 'PEER_UNREACHABLE' =>
  /^ERR_(SSL|TLS)/.test(error.code ?? '') ? 'PEER_TLS' : 'PEER_UNREACHABLE';
