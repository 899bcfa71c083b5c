import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import type { Socket } from 'node:net';
import { connect, createServer } from 'node:tls';
import type { ConnectionOptions, Server, TLSSocket } from 'node:tls';
import { createTlsIdentity } from '@lading/identity';
import type { TlsIdentity } from '@lading/identity';
import { PeerMesh } from '@lading/transport';
import type { PeerPin } from '@lading/engine';
import type { MeshLimits, PeerEvent } from '@lading/transport';

/** Real meshes on loopback sockets. Everything that is opened is closed by close(). */

export const CHAIN = new Uint8Array(32).fill(0xc1);
export const ORGANIZATIONS = ['alpha', 'bravo', 'charlie', 'delta'];

export interface TestMesh {
  readonly mesh: PeerMesh;
  readonly events: PeerEvent[];
  /** Frames received: [peer, channel, bytes]. */
  readonly frames: [number, number, Uint8Array][];
}

export interface MeshChange {
  readonly chainId?: Uint8Array;
  readonly tls?: TlsIdentity;
  readonly peers?: readonly PeerPin[];
  readonly port?: number;
  readonly joining?: boolean;
  readonly limits?: Partial<MeshLimits>;
}

export class MeshBench {
  readonly addresses: Record<string, string | undefined> = {};
  readonly #meshes: PeerMesh[] = [];
  readonly #sockets: Socket[] = [];
  readonly #servers: Server[] = [];

  private constructor(readonly identities: readonly TlsIdentity[]) {}

  static async open(count = 2): Promise<MeshBench> {
    return new MeshBench(await Promise.all(ORGANIZATIONS.slice(0, count).map((name) => createTlsIdentity(name))));
  }

  get pins(): readonly PeerPin[] {
    return this.identities.map(({ tlsKeyHash }, i) => ({ organization: ORGANIZATIONS[i] as string, tlsKeyHash }));
  }

  make(self: number, change: MeshChange = {}): TestMesh {
    const events: PeerEvent[] = [];
    const frames: [number, number, Uint8Array][] = [];
    const mesh = new PeerMesh({
      chainId: change.chainId ?? CHAIN,
      organization: ORGANIZATIONS[self] as string,
      peers: change.peers ?? this.pins,
      addresses: this.addresses,
      listen: { host: '127.0.0.1', port: change.port ?? 0 },
      tls: change.tls ?? (this.identities[self] as TlsIdentity),
      joining: change.joining ?? false,
      onEvent: (event) => events.push(event),
      limits: { backoffMinMs: 5, backoffMaxMs: 40, ...change.limits }
    });
    mesh.onFrame((peer, channel, bytes) => void frames.push([peer, channel, bytes]));
    this.#meshes.push(mesh);
    return { mesh, events, frames };
  }

  async start(self: number, change: MeshChange = {}): Promise<TestMesh> {
    const made = this.make(self, change);
    await made.mesh.start();
    this.addresses[ORGANIZATIONS[self] as string] = `127.0.0.1:${made.mesh.port}`;
    return made;
  }

  /** The highest index first, so that those who dial know where to. */
  async startAll(limits: Partial<MeshLimits> = {}): Promise<TestMesh[]> {
    const made: TestMesh[] = [];
    for (let self = this.identities.length - 1; self >= 0; self--) made.unshift(await this.start(self, { limits }));
    await until(() => made.every(({ mesh }) => mesh.connectedPeers().length === made.length - 1));
    return made;
  }

  /** A client of our own making with any TLS options; resolves when the handshake ended or the socket closed. */
  async dial(port: number, options: ConnectionOptions): Promise<TLSSocket> {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options });
    this.#sockets.push(socket);
    socket.on('error', () => undefined);
    await Promise.race([once(socket, 'secureConnect'), once(socket, 'close')]).catch(() => undefined);
    return socket;
  }

  async dialPlain(port: number): Promise<Socket> {
    const socket = connectTcp({ host: '127.0.0.1', port });
    this.#sockets.push(socket);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    return socket;
  }

  /** A TLS server of our own making in the place of a peer. */
  async serve(self: number, tls: TlsIdentity, onSocket: (socket: TLSSocket) => void): Promise<void> {
    const server = createServer({ key: tls.keyPem, cert: tls.certificatePem, requestCert: true, rejectUnauthorized: false }, (socket) => {
      this.#sockets.push(socket);
      socket.on('error', () => undefined);
      onSocket(socket);
    });
    this.#servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('no port');
    this.addresses[ORGANIZATIONS[self] as string] = `127.0.0.1:${address.port}`;
  }

  async close(): Promise<void> {
    await Promise.all(this.#meshes.map((mesh) => mesh.stop()));
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(this.#servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }
}

/** Credentials as TLS options. */
export const credentials = (identity: TlsIdentity): ConnectionOptions => ({
  key: identity.keyPem,
  cert: identity.certificatePem
});

/** Waits for a condition that sockets bring about; the test's own time limit ends it. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

export const codes = (events: readonly PeerEvent[]): string[] => events.map(({ code }) => code);

/** Resolves when the other side has closed. */
export const closedByPeer = async (socket: Socket): Promise<void> => {
  if (!socket.closed) await once(socket, 'close');
};
