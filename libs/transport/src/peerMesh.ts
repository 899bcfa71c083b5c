import { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { assert } from '@lading/kernel';
import type { Channel, PeerPin, PeerTransport } from '@lading/engine';
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
import type { Identified } from './pins.js';
import type { TlsKey } from './tlsSettings.js';

export interface PeerMeshOptions {
  /** 32 bytes. */
  readonly chainId: Uint8Array;
  /** Of this node. */
  readonly organization: string;
  /** Who may connect at first, this node included; their positions are their handles. `admit` changes it. */
  readonly peers: readonly PeerPin[];
  /** `host:port` by organization; read at every attempt, so an entry may be added or changed later. */
  readonly addresses: Readonly<Record<string, string | undefined>>;
  readonly listen: { readonly host: string; readonly port: number };
  readonly tls: TlsKey;
  /** The configuration that names the own TLS key may not be known yet: a key that is not pinned is only told. */
  readonly joining?: boolean;
  readonly onEvent?: (event: PeerEvent) => void;
  readonly limits?: Partial<MeshLimits>;
}

/** May return a promise while it is at work: a peer whose frames pile up is not read meanwhile. */
export type FrameHandler = (peer: number, channel: Channel, bytes: Uint8Array) => unknown;

/**
 * One authenticated connection with every other node. The organization whose id comes first dials; where it does not (it
 * may not know the address of a newcomer, or the network was cut), the other one does after a while. Where both did, both
 * keep the connection of the one whose part it is: each closing the other's would go on for as long as they dial in step.
 * When a peer comes again before its old connection was seen to end, the new one counts.
 */
export class PeerMesh implements PeerTransport {
  readonly #limits: MeshLimits;
  readonly #own: Greeting;
  #pins: Pins;
  /** Handle → organization; only grows. */
  readonly #names: string[] = [];
  readonly #handlers: FrameHandler[] = [];
  readonly #linkHandlers: ((peer: number, up: boolean) => void)[] = [];
  readonly #connections = new Map<string, PeerConnection>();
  /** Those that were dialled by the one whose part it is. */
  readonly #rightful = new WeakSet<PeerConnection>();
  /** Checked keys whose greeting is awaited. */
  readonly #greeting = new Set<PeerConnection>();
  readonly #dialers = new Map<string, Dialer>();
  #listener: Listener | null = null;
  #started: Promise<void> | null = null;
  #port = 0;

  constructor(private readonly options: PeerMeshOptions) {
    this.#limits = { ...MESH_LIMITS, ...options.limits };
    this.#pins = new Pins(options.peers);
    this.#name();
    this.#own = { chainId: options.chainId, protocolVersion: PROTOCOL_VERSION };
    assert(options.chainId.length === 32, 'PeerMesh: chainId is not 32 bytes');
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
    return this.#connections.get(this.#names[to] ?? '')?.send(channel, bytes) ?? false;
  }

  onFrame(handler: FrameHandler): void {
    this.#handlers.push(handler);
  }

  onLink(handler: (peer: number, up: boolean) => void): void {
    this.#linkHandlers.push(handler);
  }

  connectedPeers(): readonly number[] {
    return [...this.#connections.values()].map(({ peer }) => peer.handle).sort((a, b) => a - b);
  }

  handleOf(organization: string): number | null {
    const handle = this.#names.indexOf(organization);
    return handle < 0 ? null : handle;
  }

  /** Port that this node listens on; differs from the configured one when that is 0. */
  get port(): number {
    return this.#port;
  }

  /** Connections that have not proved who they are. */
  get halfOpen(): number {
    return this.#listener?.halfOpen ?? 0;
  }

  /** Connections made with a key that no longer counts are closed at once; newcomers are dialled. */
  admit(pins: readonly PeerPin[]): void {
    this.#pins = new Pins(pins);
    this.#name();
    for (const connection of [...this.#connections.values(), ...this.#greeting]) {
      if (this.#pins.admits(connection.peer)) continue;
      connection.close(new PeerFault('PEER_REMOVED', 'the key was removed from the ledger'));
    }
    const wanted = new Set(this.#pins.organizations);
    for (const [organization, dialer] of this.#dialers) {
      if (wanted.has(organization)) continue;
      dialer.stop();
      this.#dialers.delete(organization);
    }
    if (this.#listener !== null) this.#dialAll();
  }

  #name(): void {
    for (const organization of this.#pins.organizations) {
      if (!this.#names.includes(organization)) this.#names.push(organization);
    }
  }

  async #start(): Promise<void> {
    const { tls, organization, listen, joining } = this.options;
    if (!this.#pins.matches(new X509Certificate(tls.certificatePem), organization)) {
      const fault = new PeerFault('PEER_OWN_KEY', 'the TLS certificate of this node is not the one that the network pins');
      if (joining !== true) throw fault;
      this.#tell(fault.code, organization, null, `${fault.detail}, as far as this node knows yet`);
    }
    this.#listener = new Listener(tls, this.#limits, {
      handshake: (socket, proved) => this.#adopt(socket, null, proved),
      refused: (fault, address) => this.#tell(fault.code, null, address, fault.detail)
    });
    this.#port = await this.#listener.listen(listen.host, listen.port);
    this.#dialAll();
  }

  #dialAll(): void {
    for (const organization of this.#pins.organizations) {
      if (organization !== this.options.organization && !this.#dialers.has(organization)) this.#dial(organization);
    }
  }

  /** Whether it is this node's part to dial that organization. */
  #dials(organization: string): boolean {
    return this.options.organization < organization;
  }

  #dial(organization: string): void {
    const { addresses, tls } = this.options;
    const dialer = new Dialer(tls, this.#limits, {
      wanted: () => !this.#connections.has(organization) && (this.#dials(organization) || addresses[organization] !== undefined),
      address: () => addresses[organization],
      handshake: (socket) => this.#adopt(socket, organization, () => undefined),
      failed: (fault, address) => this.#tell(fault.code, organization, address, fault.detail)
    });
    this.#dialers.set(organization, dialer);
    dialer.start(this.#dials(organization) ? 0 : this.#limits.patienceMs);
  }

  /** Checks the key, then greets. `expected` is the peer that was dialled, null for a connection that came in. */
  #adopt(socket: TLSSocket, expected: string | null, proved: () => void): void {
    let peer: Identified;
    try {
      peer = this.#pins.identify(socket, Date.now());
      this.#checkRole(peer.organization, expected);
    } catch (error) {
      if (!(error instanceof PeerFault)) throw error;
      const address = `${socket.remoteAddress ?? '?'}:${socket.remotePort ?? '?'}`;
      socket.on('error', () => undefined);
      socket.destroy();
      this.#tell(error.code, expected, address, error.detail);
      if (expected !== null) this.#dialers.get(expected)?.lost();
      return;
    }
    const handle = this.#names.indexOf(peer.organization);
    const connection = new PeerConnection(socket, { ...peer, handle }, this.#own, this.#limits, {
      ready: (made) => {
        proved();
        this.#ready(made, expected);
      },
      frame: (from, frame) => this.#dispatch(from, frame),
      closed: (ended, fault) => this.#closed(ended, fault, expected)
    });
    this.#greeting.add(connection);
  }

  #checkRole(organization: string, expected: string | null): void {
    if (expected !== null && organization !== expected)
      throw new PeerFault('PEER_WRONG_KEY', `the key is that of ${organization}`);
    if (expected !== null) return;
    // Who is not ours to wait for is let in only while no connection of our own making stands.
    const own = organization === this.options.organization;
    if (own || (this.#dials(organization) && this.#connections.has(organization)))
      throw new PeerFault('PEER_WRONG_DIRECTION', `${organization} must wait to be dialled`);
  }

  #ready(connection: PeerConnection, expected: string | null): void {
    const { peer, address } = connection;
    this.#greeting.delete(connection);
    const standing = this.#connections.get(peer.organization);
    if (this.#dials(peer.organization) === (expected !== null)) this.#rightful.add(connection);
    else if (standing !== undefined && this.#rightful.has(standing))
      return connection.close(new PeerFault('PEER_REPLACED', 'both sides had dialled, and the other connection counts'));
    standing?.close(new PeerFault('PEER_REPLACED', 'the peer connected again'));
    this.#connections.set(peer.organization, connection);
    if (expected !== null) this.#dialers.get(expected)?.ready();
    for (const handler of this.#linkHandlers) handler(peer.handle, true);
    this.#tell('PEER_CONNECTED', peer.organization, address, 'connected');
  }

  #closed(connection: PeerConnection, fault: PeerFault, expected: string | null): void {
    const { organization } = connection.peer;
    this.#greeting.delete(connection);
    if (this.#connections.get(organization) === connection) {
      this.#connections.delete(organization);
      for (const handler of this.#linkHandlers) handler(connection.peer.handle, false);
    }
    this.#tell(fault.code, organization, connection.address, fault.detail);
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
