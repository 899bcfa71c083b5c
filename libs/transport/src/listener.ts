import type { Socket } from 'node:net';
import { createServer } from 'node:tls';
import type { Server, TLSSocket } from 'node:tls';
import { HalfOpen } from './halfOpen.js';
import type { MeshLimits } from './meshLimits.js';
import { PeerFault } from './peerFault.js';
import { serverSettings } from './tlsSettings.js';
import type { TlsKey } from './tlsSettings.js';

export interface ListenerEvents {
  /**
   * A finished handshake; the key is not checked yet. `proved` ends the socket's time as a half-open connection.
   */
  handshake(socket: TLSSocket, proved: () => void): void;
  refused(fault: PeerFault, address: string | null): void;
}

const addressOf = (socket: Socket): string | null =>
  socket.remoteAddress === undefined ? null : `${socket.remoteAddress}:${socket.remotePort ?? '?'}`;

/** Accepts TLS 1.3 connections of peers. */
export class Listener {
  readonly #server: Server;
  readonly #halfOpen: HalfOpen;
  /** Raw sockets by address: the TLS socket that the server hands over does not show its own. */
  readonly #raw = new Map<string, Socket>();

  constructor(tls: TlsKey, limits: MeshLimits, private readonly events: ListenerEvents) {
    this.#halfOpen = new HalfOpen(limits, (address) =>
      events.refused(new PeerFault('PEER_HANDSHAKE_LIMIT', 'too many connections that have not greeted'), address)
    );
    this.#server = createServer(serverSettings(tls, limits.handshakeMs));
    this.#server.on('connection', (socket: Socket) => this.#accepted(socket));
    this.#server.on('secureConnection', (socket: TLSSocket) => this.#secured(socket));
    this.#server.on('tlsClientError', (error: NodeJS.ErrnoException, socket: TLSSocket) => {
      const code = error.code === 'ERR_TLS_HANDSHAKE_TIMEOUT' ? 'PEER_HANDSHAKE_TIMEOUT' : 'PEER_TLS';
      events.refused(new PeerFault(code, error.code ?? error.message), addressOf(socket));
      socket.destroy();
    });
  }

  /** Resolves with the bound port. */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error) =>
        reject(new PeerFault('PEER_LISTEN', `cannot listen on ${host}:${port}: ${error.message}`, { cause: error }))
      );
      this.#server.listen(port, host, () => {
        this.#server.removeAllListeners('error');
        // Errors of accept (such as too many open files) are over when they are told; the server goes on.
        this.#server.on('error', (error) => this.events.refused(new PeerFault('PEER_LISTEN', error.message), null));
        const bound = this.#server.address();
        resolve(typeof bound === 'object' && bound !== null ? bound.port : port);
      });
    });
  }

  get halfOpen(): number {
    return this.#halfOpen.size;
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#raw.values()) socket.destroy();
    this.#halfOpen.closeAll();
    await closed;
  }

  #accepted(socket: Socket): void {
    // A reset before TLS looks at the socket must not become an uncaught error.
    socket.on('error', () => undefined);
    const address = addressOf(socket);
    if (address === null) return void socket.destroy();
    this.#raw.set(address, socket);
    socket.once('close', () => this.#raw.delete(address));
    this.#halfOpen.add(socket);
  }

  #secured(socket: TLSSocket): void {
    const raw = this.#raw.get(addressOf(socket) ?? '');
    if (raw === undefined) return void socket.destroy();
    this.events.handshake(socket, () => this.#halfOpen.remove(raw));
  }
}
