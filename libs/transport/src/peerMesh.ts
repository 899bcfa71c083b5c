import { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { assert } from '@lading/kernel';
import type { Channel, PeerTransport } from '@lading/engine';
import { Dialer } from './dialer.js';
import type { Frame } from './framing.js';
import { PROTOCOL_VERSION } from './greeting.js';
import type { Greeting } from './greeting.js';
import { Listener } from './listener.js';
import { MESH_LIMITS } from './meshLimits.js';
import type { MeshLimits } from './meshLimits.js';
import { PeerConnection } from './peerConnection.js';
import { PeerFault } from './peerFault.js';
import type { PeerEvent } from './peerFault.js';
import { Pins } from './pins.js';
import type { PinnedPeer } from './pins.js';
import type { TlsKey } from './tlsSettings.js';

export interface PeerMeshOptions {
  /** 32 bytes. */
  readonly chainId: Uint8Array;
  /** Index of this node. */
  readonly self: number;
  /** All validators of the epoch in index order, this node included. */
  readonly peers: readonly PinnedPeer[];
  /** `host:port` by organization; read at every attempt, so an entry may be added or changed later. */
  readonly addresses: Readonly<Record<string, string | undefined>>;
  readonly listen: { readonly host: string; readonly port: number };
  readonly tls: TlsKey;
  readonly onEvent?: (event: PeerEvent) => void;
  readonly limits?: Partial<MeshLimits>;
}

/** May return a promise while it is at work: a peer whose frames pile up is not read meanwhile. */
export type FrameHandler = (peer: number, channel: Channel, bytes: Uint8Array) => unknown;

/**
 * One authenticated connection with every other validator. The lower index dials, so two nodes never dial each other
 * at once; when a peer comes again before its old connection was seen to end, the new one counts.
 */
export class PeerMesh implements PeerTransport {
  readonly #limits: MeshLimits;
  readonly #own: Greeting;
  #pins: Pins;
  readonly #handlers: FrameHandler[] = [];
  readonly #connections = new Map<number, PeerConnection>();
  /** Checked keys whose greeting is awaited. */
  readonly #greeting = new Set<PeerConnection>();
  readonly #dialers = new Map<number, Dialer>();
  #listener: Listener | null = null;
  #started: Promise<void> | null = null;
  #port = 0;

  constructor(private readonly options: PeerMeshOptions) {
    this.#limits = { ...MESH_LIMITS, ...options.limits };
    this.#pins = new Pins(options.peers);
    this.#own = { chainId: options.chainId, index: options.self, protocolVersion: PROTOCOL_VERSION };
    assert(options.chainId.length === 32, 'PeerMesh: chainId is not 32 bytes');
    assert(options.self >= 0 && options.self < options.peers.length, 'PeerMesh: self is not an index of peers');
  }

  /**
   * Resolves when this node listens; connections follow. Rejects with PEER_LISTEN, or with PEER_OWN_KEY when the
   * certificate is not the one that the network knows, since no peer would accept it.
   */
  start(): Promise<void> {
    this.#started ??= this.#start();
    return this.#started;
  }

  async stop(): Promise<void> {
    await this.#started?.catch(() => undefined);
    for (const dialer of this.#dialers.values()) dialer.stop();
    this.#dialers.clear();
    for (const connection of [...this.#connections.values(), ...this.#greeting])
      connection.close(new PeerFault('PEER_CLOSED', 'this node stops'));
    await this.#listener?.close();
    this.#listener = null;
    this.#started = null;
  }

  send(to: number, channel: Channel, bytes: Uint8Array): boolean {
    return this.#connections.get(to)?.send(channel, bytes) ?? false;
  }

  onFrame(handler: FrameHandler): void {
    this.#handlers.push(handler);
  }

  connectedPeers(): readonly number[] {
    return [...this.#connections.keys()].sort((a, b) => a - b);
  }

  /** Port that this node listens on; differs from the configured one when that is 0. */
  get port(): number {
    return this.#port;
  }

  /** Connections that have not proved who they are. */
  get halfOpen(): number {
    return this.#listener?.halfOpen ?? 0;
  }

  /** New keys of the same validators: connections made with a key that no longer counts are closed at once. */
  repin(peers: readonly PinnedPeer[]): void {
    const before = this.#pins;
    this.#pins = new Pins(peers);
    for (const connection of [...this.#connections.values(), ...this.#greeting]) {
      const [was, is] = [before.peers[connection.peer], peers[connection.peer]];
      const same = is !== undefined && was !== undefined && Buffer.compare(was.tlsKeyHash, is.tlsKeyHash) === 0;
      if (!same) connection.close(new PeerFault('PEER_REMOVED', 'the key was removed from the ledger'));
    }
  }

  async #start(): Promise<void> {
    const { tls, self, listen, peers } = this.options;
    if (!this.#pins.matches(new X509Certificate(tls.certificatePem), self))
      throw new PeerFault('PEER_OWN_KEY', 'the TLS certificate of this node is not the one that the network pins');
    this.#listener = new Listener(tls, this.#limits, {
      handshake: (socket, proved) => this.#adopt(socket, null, proved),
      refused: (fault, address) => this.#tell(fault.code, null, address, fault.detail)
    });
    this.#port = await this.#listener.listen(listen.host, listen.port);
    for (let peer = self + 1; peer < peers.length; peer++) this.#dial(peer);
  }

  #dial(peer: number): void {
    const organization = this.#pins.organization(peer);
    const dialer = new Dialer(this.options.tls, this.#limits, {
      address: () => this.options.addresses[organization],
      handshake: (socket) => this.#adopt(socket, peer, () => undefined),
      failed: (fault, address) => this.#tell(fault.code, organization, address, fault.detail)
    });
    this.#dialers.set(peer, dialer);
    dialer.start();
  }

  /** Checks the key, then greets. `expected` is the peer that was dialled, null for a connection that came in. */
  #adopt(socket: TLSSocket, expected: number | null, proved: () => void): void {
    let peer: number;
    try {
      peer = this.#pins.identify(socket, Date.now());
      this.#checkRole(peer, expected);
    } catch (error) {
      if (!(error instanceof PeerFault)) throw error;
      const address = `${socket.remoteAddress ?? '?'}:${socket.remotePort ?? '?'}`;
      socket.on('error', () => undefined);
      socket.destroy();
      this.#tell(error.code, expected === null ? null : this.#pins.organization(expected), address, error.detail);
      if (expected !== null) this.#dialers.get(expected)?.lost();
      return;
    }
    const connection = new PeerConnection(socket, peer, this.#own, this.#limits, {
      ready: (made) => {
        proved();
        this.#ready(made);
      },
      frame: (from, frame) => this.#dispatch(from, frame),
      closed: (ended, fault) => this.#closed(ended, fault, expected)
    });
    this.#greeting.add(connection);
  }

  #checkRole(peer: number, expected: number | null): void {
    if (expected !== null && peer !== expected)
      throw new PeerFault('PEER_WRONG_KEY', `the key is that of ${this.#pins.organization(peer)}`);
    if (expected === null && peer >= this.options.self)
      throw new PeerFault('PEER_WRONG_DIRECTION', `${this.#pins.organization(peer)} must wait to be dialled`);
  }

  #ready(connection: PeerConnection): void {
    const { peer, address } = connection;
    this.#greeting.delete(connection);
    this.#connections.get(peer)?.close(new PeerFault('PEER_REPLACED', 'the peer connected again'));
    this.#connections.set(peer, connection);
    this.#dialers.get(peer)?.ready();
    this.#tell('PEER_CONNECTED', this.#pins.organization(peer), address, 'connected');
  }

  #closed(connection: PeerConnection, fault: PeerFault, expected: number | null): void {
    this.#greeting.delete(connection);
    if (this.#connections.get(connection.peer) === connection) this.#connections.delete(connection.peer);
    this.#tell(fault.code, this.#pins.organization(connection.peer), connection.address, fault.detail);
    if (expected !== null) this.#dialers.get(expected)?.lost();
  }

  #dispatch(peer: number, { channel, bytes }: Frame): unknown {
    const works = this.#handlers.map((handler) => handler(peer, channel as Channel, bytes));
    const promises = works.filter((work) => work instanceof Promise);
    return promises.length === 0 ? undefined : Promise.all(promises);
  }

  #tell(code: PeerEvent['code'], organization: string | null, address: string | null, detail: string): void {
    this.options.onEvent?.({ code, organization, address, detail });
  }
}
