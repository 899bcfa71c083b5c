import type { TLSSocket } from 'node:tls';
import { CHANNEL } from '@lading/engine';
import { createTlsIdentity } from '@lading/identity';
import type { TlsIdentity } from '@lading/identity';
import { frameHead } from '@lading/transport';
import { asciiBytes, concatBytes, u32be } from '@lading/kernel';
import { CHAIN, closedByPeer, codes, credentials, MeshBench, until } from './meshes.test-kit.js';
import type { TestMesh } from './meshes.test-kit.js';

let bench: MeshBench;
beforeEach(async () => {
  bench = await MeshBench.open(2);
});
afterEach(() => bench.close());

const frame = (channel: number, bytes: Uint8Array): Uint8Array => concatBytes(frameHead(channel, bytes.length), bytes);
const greeting = (chainId = CHAIN, version = 1): Uint8Array =>
  frame(0, concatBytes(asciiBytes('lading/peer/1\0'), chainId, u32be(version)));
const alpha = (): TlsIdentity => bench.identities[0] as TlsIdentity;

/** Counts what arrives, and keeps reading so that the end is seen. */
function received(socket: TLSSocket): { bytes: number } {
  const count = { bytes: 0 };
  socket.on('data', (chunk: Uint8Array) => (count.bytes += chunk.length));
  return count;
}

/** Dials bravo with these credentials, sends bytes and waits until bravo has hung up. */
async function attack(b: TestMesh, identity: TlsIdentity, ...sent: readonly Uint8Array[]): Promise<{ bytes: number }> {
  const socket = await bench.dial(b.mesh.port, credentials(identity));
  const count = received(socket);
  for (const bytes of sent) socket.write(bytes);
  await closedByPeer(socket);
  return count;
}

describe('a connection that comes in', () => {
  it('is served for the right key and greeting', async () => {
    const b = await bench.start(1);
    const socket = await bench.dial(b.mesh.port, credentials(alpha()));
    socket.write(greeting());
    socket.write(frame(CHANNEL.consensus, Uint8Array.of(7)));
    await until(() => b.frames.length === 1);
    expect([b.frames, codes(b.events)]).toEqual([[[0, CHANNEL.consensus, Uint8Array.of(7)]], ['PEER_CONNECTED']]);
  });

  it('is refused for a key that is not pinned, before a byte is written to it', async () => {
    const b = await bench.start(1);
    const stranger = await createTlsIdentity('alpha');
    expect((await attack(b, stranger, greeting())).bytes).toBe(0);
    expect(codes(b.events)).toEqual(['PEER_WRONG_KEY']);
  });

  it('is refused without a certificate', async () => {
    const b = await bench.start(1);
    const socket = await bench.dial(b.mesh.port, {});
    const count = received(socket);
    await closedByPeer(socket);
    expect([count.bytes, codes(b.events)]).toEqual([0, ['PEER_WRONG_KEY']]);
  });

  it('is refused with this node’s own key, and from a peer that this node has dialled while that connection stands', async () => {
    bench = await MeshBench.open(3);
    const c = await bench.start(2);
    const b = await bench.start(1);
    await until(() => b.mesh.connectedPeers().includes(2) && c.mesh.connectedPeers().includes(1));
    b.events.splice(0);
    expect((await attack(b, bench.identities[2] as TlsIdentity, greeting())).bytes).toBe(0);
    expect((await attack(b, bench.identities[1] as TlsIdentity, greeting())).bytes).toBe(0);
    expect(codes(b.events)).toEqual(['PEER_WRONG_DIRECTION', 'PEER_WRONG_DIRECTION']);
    expect([b.frames, b.mesh.connectedPeers()]).toEqual([[], [2]]);
  });

  it('is refused for the right key in an expired certificate, and for a key that was replaced', async () => {
    const day = 86_400_000;
    const expired = await createTlsIdentity('alpha', { notBefore: new Date(Date.now() - 2 * day), notAfter: new Date(Date.now() - day) });
    const peers = bench.pins.map((pin, i) => (i === 0 ? { ...pin, tlsKeyHash: expired.tlsKeyHash } : pin));
    const b = await bench.start(1, { peers });
    await attack(b, expired, greeting());
    await attack(b, alpha(), greeting());
    expect(codes(b.events)).toEqual(['PEER_CERTIFICATE_EXPIRED', 'PEER_WRONG_KEY']);
  });

  it('is refused without TLS', async () => {
    const b = await bench.start(1);
    const socket = await bench.dialPlain(b.mesh.port);
    socket.resume();
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await closedByPeer(socket);
    await until(() => b.events.length > 0);
    expect(codes(b.events)).toEqual(['PEER_TLS']);
  });

  it('is refused with TLS 1.2', async () => {
    const b = await bench.start(1);
    const socket = await bench.dial(b.mesh.port, { ...credentials(alpha()), minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' });
    await closedByPeer(socket);
    await until(() => b.events.length > 0);
    expect(codes(b.events)).toEqual(['PEER_TLS']);
    expect(b.events[0]?.detail).toMatch(/PROTOCOL/);
  });

  it('cannot resume a session: each handshake shows the certificate again', async () => {
    const b = await bench.start(1);
    const sessions: Buffer[] = [];
    const first = await bench.dial(b.mesh.port, credentials(alpha()));
    first.on('session', (session) => sessions.push(session));
    first.write(greeting());
    await until(() => codes(b.events).includes('PEER_CONNECTED'));
    const offered = sessions[0] ?? first.getSession();
    first.destroy();
    await until(() => b.mesh.connectedPeers().length === 0);
    const second = await bench.dial(b.mesh.port, { ...credentials(alpha()), ...(offered === undefined ? {} : { session: offered }) });
    expect(second.isSessionReused()).toBe(false);
    // The session cannot carry a stranger in either.
    const stranger = await createTlsIdentity('alpha');
    const third = await bench.dial(b.mesh.port, { ...credentials(stranger), ...(offered === undefined ? {} : { session: offered }) });
    await closedByPeer(third);
    expect(codes(b.events)).toContain('PEER_WRONG_KEY');
  });

  it('is refused from another network or protocol version', async () => {
    const b = await bench.start(1);
    await attack(b, alpha(), greeting(new Uint8Array(32).fill(1)));
    await attack(b, alpha(), greeting(CHAIN, 2));
    expect(codes(b.events)).toEqual(['PEER_WRONG_NETWORK', 'PEER_WRONG_VERSION']);
  });

  it('is refused when it sends anything but a greeting first, or greets twice', async () => {
    const b = await bench.start(1);
    await attack(b, alpha(), frame(CHANNEL.consensus, Uint8Array.of(1)));
    await attack(b, alpha(), frame(0, Uint8Array.of(1)));
    await attack(b, alpha(), frame(CHANNEL.batch, new Uint8Array(5000)));
    await attack(b, alpha(), greeting(), greeting());
    expect(codes(b.events)).toEqual([
      'PEER_FRAME_MALFORMED', 'PEER_FRAME_MALFORMED', 'PEER_FRAME_TOO_LARGE', 'PEER_CONNECTED', 'PEER_FRAME_MALFORMED'
    ]);
    expect(b.frames).toEqual([]);
  });

  it('is closed on a length that is too great, whatever follows, without taking memory for it', async () => {
    const b = await bench.start(1);
    const before = process.memoryUsage().arrayBuffers;
    for (const length of [(8 << 20) + 2, 2 ** 31, 2 ** 32 - 1])
      await attack(b, alpha(), greeting(), u32be(length), Uint8Array.of(CHANNEL.batch));
    await attack(b, alpha(), greeting(), u32be(0));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 << 20);
    expect(codes(b.events).filter((code) => code === 'PEER_FRAME_TOO_LARGE').length).toBe(3);
    expect(codes(b.events).filter((code) => code === 'PEER_FRAME_MALFORMED').length).toBe(1);
  });

  it('hands on frames of unknown channels: what they mean is decided above', async () => {
    const b = await bench.start(1);
    const socket = await bench.dial(b.mesh.port, credentials(alpha()));
    socket.write(concatBytes(greeting(), frame(200, Uint8Array.of(1))));
    await until(() => b.frames.length === 1);
    expect(b.frames[0]?.[1]).toBe(200);
  });
});

describe('connections that never prove themselves', () => {
  it('end in time, before TLS and before the greeting', async () => {
    const b = await bench.start(1, { limits: { handshakeMs: 60 } });
    const silent = await bench.dialPlain(b.mesh.port);
    silent.resume();
    const mute = await bench.dial(b.mesh.port, credentials(alpha()));
    mute.resume();
    await Promise.all([closedByPeer(silent), closedByPeer(mute)]);
    await until(() => codes(b.events).filter((code) => code === 'PEER_HANDSHAKE_TIMEOUT').length === 2);
    await until(() => b.mesh.halfOpen === 0);
  });

  it('in a flood of 200 push out each other: members stay connected, and a new one gets in', async () => {
    const [b, a] = [await bench.start(1), await bench.start(0)];
    await until(() => b.mesh.connectedPeers().length === 1);
    const flood = await Promise.all(Array.from({ length: 200 }, () => bench.dialPlain(b.mesh.port)));
    await until(() => codes(b.events).filter((code) => code === 'PEER_HANDSHAKE_LIMIT').length >= 168);
    expect(b.mesh.halfOpen).toBeLessThanOrEqual(32);
    expect(a.mesh.send(1, CHANNEL.consensus, Uint8Array.of(1))).toBe(true);
    await until(() => b.frames.length === 1);
    await a.mesh.stop();
    await until(() => b.mesh.connectedPeers().length === 0);
    await bench.start(0);
    await until(() => b.mesh.connectedPeers().length === 1);
    expect(flood.filter((socket) => !socket.destroyed).length).toBeLessThanOrEqual(200);
  });
});

describe('a connection that goes out', () => {
  it('writes nothing to a server whose key is not the pinned one, and says so', async () => {
    let bytes = 0;
    await bench.serve(1, await createTlsIdentity('bravo'), (socket) => socket.on('data', (chunk) => (bytes += chunk.length)));
    const a = await bench.start(0);
    await until(() => a.events.length >= 3);
    expect([bytes, codes(a.events)[0], a.mesh.connectedPeers()]).toEqual([0, 'PEER_WRONG_KEY', []]);
  });

  it('is not kept with another member in the place of the one that was dialled', async () => {
    bench = await MeshBench.open(3);
    let bytes = 0;
    await bench.serve(1, bench.identities[2] as TlsIdentity, (socket) => {
      socket.write(greeting());
      socket.on('data', (chunk) => (bytes += chunk.length));
    });
    const a = await bench.start(0);
    await until(() => codes(a.events).filter((code) => code === 'PEER_WRONG_KEY').length >= 2);
    expect([bytes, codes(a.events).includes('PEER_CONNECTED'), a.mesh.connectedPeers()]).toEqual([0, false, []]);
  });

  it('ends when the peer is of another network, and tries again', async () => {
    await bench.start(1, { chainId: new Uint8Array(32) });
    const a = await bench.start(0);
    await until(() => codes(a.events).filter((code) => code === 'PEER_WRONG_NETWORK').length >= 2);
    expect(a.mesh.connectedPeers()).toEqual([]);
  });

  it('ends when a peer that greeted falls silent', async () => {
    await bench.serve(1, bench.identities[1] as TlsIdentity, (socket) => socket.write(greeting()));
    const a = await bench.start(0, { limits: { pingMs: 5, silentPings: 5 } });
    await until(() => codes(a.events).includes('PEER_SILENT'));
  });

  it('waits for an address, and for somebody at the address', async () => {
    const a = await bench.start(0);
    await until(() => codes(a.events).filter((code) => code === 'PEER_ADDRESS').length >= 2);
    bench.addresses['bravo'] = '127.0.0.1:1';
    await until(() => codes(a.events).filter((code) => code === 'PEER_UNREACHABLE').length >= 2);
    const b = await bench.start(1);
    await until(() => b.mesh.connectedPeers().includes(0));
  });
});
