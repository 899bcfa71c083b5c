import { CHANNEL } from '@lading/engine';
import { MeshBench, codes, until } from './meshes.test-kit.js';

let bench: MeshBench;
afterEach(() => bench.close());

describe('a mesh of validators', () => {
  it('connects every pair once, whoever starts first, and carries frames in order both ways', async () => {
    bench = await MeshBench.open(4);
    const made = await bench.startAll();
    for (const [index, { mesh }] of made.entries())
      expect(mesh.connectedPeers()).toEqual([0, 1, 2, 3].filter((peer) => peer !== index));
    for (let i = 0; i < 100; i++)
      for (const [from, { mesh }] of made.entries())
        for (const to of mesh.connectedPeers())
          expect(mesh.send(to, CHANNEL.consensus, Uint8Array.of(from, to, i))).toBe(true);
    await until(() => made.every(({ frames }) => frames.length === 300));
    for (const [to, { frames }] of made.entries())
      for (const from of [0, 1, 2, 3].filter((peer) => peer !== to))
        expect(frames.filter(([peer]) => peer === from)).toEqual(
          Array.from({ length: 100 }, (_, i) => [from, CHANNEL.consensus, Uint8Array.of(from, to, i)])
        );
    expect(made.every(({ mesh }) => mesh.halfOpen === 0)).toBe(true);
  });

  it('carries frames up to the limit on every channel, and large ones beside small ones', async () => {
    bench = await MeshBench.open(2);
    const [a, b] = await bench.startAll();
    const large = Uint8Array.from({ length: 4 << 20 }, (_, i) => (i * 31) & 255);
    expect(a?.mesh.send(1, CHANNEL.batches, large)).toBe(true);
    expect(a?.mesh.send(1, CHANNEL.consensus, Uint8Array.of(1))).toBe(true);
    expect(b?.mesh.send(0, CHANNEL.fetchBatches, new Uint8Array(0))).toBe(true);
    await until(() => b?.frames.length === 2 && a?.frames.length === 1);
    expect(b?.frames[0]?.[1]).toBe(CHANNEL.batches);
    expect(Buffer.compare(b?.frames[0]?.[2] as Uint8Array, large)).toBe(0);
    expect(a?.frames).toEqual([[1, CHANNEL.fetchBatches, new Uint8Array(0)]]);
    // Larger than the queue: it goes when nothing else waits, and nothing joins it.
    const largest = new Uint8Array(8 << 20);
    await until(() => a?.mesh.send(1, CHANNEL.batches, largest) === true);
    expect(a?.mesh.send(1, CHANNEL.consensus, Uint8Array.of(1))).toBe(false);
    await until(() => b?.frames.length === 3);
    expect(() => a?.mesh.send(1, CHANNEL.batches, new Uint8Array((8 << 20) + 1))).toThrow('larger than peers accept');
  });

  it('says false to unknown and absent peers: nothing was queued', async () => {
    bench = await MeshBench.open(3);
    const alone = await bench.start(0);
    for (const to of [0, 1, 2, 3, -1]) expect(alone.mesh.send(to, CHANNEL.consensus, Uint8Array.of(1))).toBe(false);
  });

  it('connects again when a peer restarts on either side of the dialling rule', async () => {
    bench = await MeshBench.open(2);
    const [a, b] = await bench.startAll();
    const port = b?.mesh.port as number;
    const links: boolean[] = [];
    a?.mesh.onLink((peer, up) => peer === 1 && links.push(up));
    await b?.mesh.stop();
    await until(() => a?.mesh.connectedPeers().length === 0);
    expect(links).toEqual([false]);
    expect(a?.mesh.send(1, CHANNEL.consensus, Uint8Array.of(1))).toBe(false);
    const again = await bench.start(1, { port });
    await until(() => a?.mesh.connectedPeers().length === 1 && again.mesh.connectedPeers().length === 1);
    expect(links).toEqual([false, true]);
    expect(a?.mesh.send(1, CHANNEL.consensus, Uint8Array.of(2))).toBe(true);
    await until(() => again.frames.length === 1);

    await a?.mesh.stop();
    await until(() => again.mesh.connectedPeers().length === 0);
    const other = await bench.start(0);
    await until(() => other.mesh.connectedPeers().length === 1 && again.mesh.connectedPeers().length === 1);
    expect(other.mesh.send(1, CHANNEL.consensus, Uint8Array.of(3))).toBe(true);
    await until(() => again.frames.length === 2);
  });

  it('takes the new connection of a peer whose old one was not seen to end', async () => {
    bench = await MeshBench.open(2);
    const b = await bench.start(1);
    const [first, second] = [bench.make(0), bench.make(0)];
    await first.mesh.start();
    await until(() => b.mesh.connectedPeers().length === 1);
    await second.mesh.start();
    await until(() => codes(b.events).includes('PEER_REPLACED'));
    await first.mesh.stop();
    await until(() => second.mesh.connectedPeers().length === 1 && b.mesh.connectedPeers().length === 1);
  });

  it('queues no more than its bounds for a peer that does not read, and goes on when it reads again', async () => {
    bench = await MeshBench.open(3);
    const [a, b, c] = await bench.startAll({ queueFrames: 64, queueBytes: 4 << 20, silentPings: 1000 });
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    b?.mesh.onFrame((_, channel) => (channel === CHANNEL.batch ? gate : undefined));
    const frame = new Uint8Array(64 << 10);
    let accepted = 0;
    let refused = 0;
    // Sockets and the receiver's own queue take some; then the sender's queue is full and stays full.
    while (refused < 50) {
      if (a?.mesh.send(1, CHANNEL.batch, frame) === true) accepted++;
      else refused++;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(accepted).toBeGreaterThan(64);
    expect(accepted).toBeLessThan(2000);
    expect(a?.mesh.send(2, CHANNEL.consensus, Uint8Array.of(1))).toBe(true);
    await until(() => c?.frames.length === 1);
    release();
    await until(() => b?.frames.length === accepted);
    await until(() => a?.mesh.send(1, CHANNEL.consensus, Uint8Array.of(2)) === true);
    expect(codes(b?.events ?? [])).not.toContain('PEER_CLOSED');
  });

  it('closes the connection of a peer whose frame a handler throws on, and no other', async () => {
    bench = await MeshBench.open(3);
    const [a, b, c] = await bench.startAll();
    b?.mesh.onFrame((peer, channel) => {
      if (channel === CHANNEL.batch) throw new Error(`cannot decode the batch of ${peer}`);
      if (channel === CHANNEL.batches) return Promise.reject(new Error('cannot store'));
      return undefined;
    });
    for (const channel of [CHANNEL.batch, CHANNEL.batches]) {
      const before = codes(b?.events ?? []).filter((code) => code === 'PEER_HANDLER').length;
      expect(a?.mesh.send(1, channel, Uint8Array.of(1))).toBe(true);
      await until(() => codes(b?.events ?? []).filter((code) => code === 'PEER_HANDLER').length === before + 1);
      expect(b?.mesh.connectedPeers()).toContain(2);
      await until(() => b?.mesh.connectedPeers().length === 2 && a?.mesh.connectedPeers().length === 2);
    }
    expect(codes(c?.events ?? [])).toEqual(['PEER_CONNECTED', 'PEER_CONNECTED']);
  });

  it('closes live connections of a key that the ledger no longer names', async () => {
    bench = await MeshBench.open(3);
    const [a, b] = await bench.startAll();
    const rotated = await MeshBench.open(1);
    b?.mesh.admit(bench.pins.map((pin, i) => (i === 0 ? { ...pin, tlsKeyHash: rotated.identities[0]?.tlsKeyHash as Uint8Array } : pin)));
    expect(b?.mesh.connectedPeers()).toEqual([2]);
    expect(codes(b?.events ?? [])).toContain('PEER_REMOVED');
    await until(() => codes(b?.events ?? []).includes('PEER_WRONG_KEY'));
    expect(a?.mesh.connectedPeers()).toContain(2);
  });

  it('knows a newcomer by a handle of its own, dials it, and keeps the handles of the others', async () => {
    bench = await MeshBench.open(3);
    const two = bench.pins.filter(({ organization }) => organization !== 'bravo');
    const a = await bench.start(0, { peers: two });
    const c = await bench.start(2, { peers: two });
    await until(() => c.mesh.connectedPeers().length === 1);
    const b = await bench.start(1);
    for (const { mesh } of [a, c]) mesh.admit(bench.pins);
    await until(() => [a, b, c].every(({ mesh }) => mesh.connectedPeers().length === 2));
    expect([a, b, c].map(({ mesh }) => ['alpha', 'bravo', 'charlie', 'delta'].map((name) => mesh.handleOf(name)))).toEqual([
      [0, 2, 1, null],
      [0, 1, 2, null],
      [0, 2, 1, null]
    ]);
    expect(a.mesh.send(2, CHANNEL.consensus, Uint8Array.of(5))).toBe(true);
    await until(() => b.frames.length === 1);
    expect(b.frames).toEqual([[0, CHANNEL.consensus, Uint8Array.of(5)]]);
    a.mesh.admit(two);
    expect(codes(a.events)).toContain('PEER_REMOVED');
    expect(a.mesh.connectedPeers()).toEqual([1]);
  });

  it('dials a peer that should dial but does not know the address, after a while', async () => {
    bench = await MeshBench.open(2);
    const a = await bench.start(0);
    const b = bench.make(1, { limits: { patienceMs: 20 } });
    await b.mesh.start();
    await until(() => b.mesh.connectedPeers().length === 1 && a.mesh.connectedPeers().length === 1);
    expect(a.mesh.send(1, CHANNEL.consensus, Uint8Array.of(1))).toBe(true);
    await until(() => b.frames.length === 1);
  });

  it('keeps one connection when both sides dial at once: both keep the same, and no round begins again', async () => {
    bench = await MeshBench.open(2);
    const limits = { patienceMs: 0, backoffMinMs: 10, backoffMaxMs: 10 };
    const ports = (await bench.startAll()).map(({ mesh }) => mesh.port);
    await bench.close();
    for (let round = 0; round < 10; round++) {
      const [a, b] = [bench.make(0, { port: ports[0] as number, limits }), bench.make(1, { port: ports[1] as number, limits })];
      await Promise.all([a.mesh.start(), b.mesh.start()]);
      // Takes longer than several attempts of either side to dial again.
      for (let exchanged = 1; exchanged <= 60; exchanged++) {
        // What was on its way over the connection that goes is lost: it is sent until it arrives.
        await until(() => a.mesh.send(1, CHANNEL.consensus, Uint8Array.of(exchanged)) && b.frames.length >= exchanged);
        await until(() => b.mesh.send(0, CHANNEL.consensus, Uint8Array.of(exchanged)) && a.frames.length >= exchanged);
      }
      const made = [a, b].map(({ events }) => codes(events).filter((code) => code === 'PEER_CONNECTED').length);
      expect(Math.max(...made)).toBeLessThanOrEqual(2);
      await Promise.all([a.mesh.stop(), b.mesh.stop()]);
    }
  });

  it('accepts both keys of an organization while one replaces the other', async () => {
    bench = await MeshBench.open(2);
    const [next] = (await MeshBench.open(1)).identities;
    if (next === undefined) throw new Error('no identity');
    const both = [...bench.pins, { organization: 'alpha', tlsKeyHash: next.tlsKeyHash }];
    const b = await bench.start(1, { peers: both });
    const old = await bench.start(0);
    await until(() => b.mesh.connectedPeers().length === 1);
    await old.mesh.stop();
    await until(() => b.mesh.connectedPeers().length === 0);
    await bench.start(0, { peers: both, tls: next });
    await until(() => b.mesh.connectedPeers().length === 1);
    b.mesh.admit(both.slice(0, 2));
    expect(b.mesh.connectedPeers()).toEqual([]);
  });

  it('keeps idle connections: empty frames show that the other side lives', async () => {
    bench = await MeshBench.open(2);
    const [a, b] = await bench.startAll({ pingMs: 10, silentPings: 5 });
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(codes([...(a?.events ?? []), ...(b?.events ?? [])])).toEqual(['PEER_CONNECTED', 'PEER_CONNECTED']);
  });

  it('does not start with a key that the network does not know, nor on a taken port', async () => {
    bench = await MeshBench.open(2);
    const other = await MeshBench.open(1);
    const wrong = bench.make(0, { tls: other.identities[0] as never });
    await expect(wrong.mesh.start()).rejects.toThrow('PEER_OWN_KEY');
    const joining = bench.make(0, { tls: other.identities[0] as never, joining: true });
    await joining.mesh.start();
    expect(codes(joining.events)).toContain('PEER_OWN_KEY');
    const b = await bench.start(1);
    await expect(bench.make(1, { port: b.mesh.port }).mesh.start()).rejects.toThrow('PEER_LISTEN');
  });
});
