import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bytes, objectEvent, serial } from '../http/sampleEvents.js';
import { SingleNode } from '../http/singleNode.js';
import { describeWithNats, NatsServer } from './natsServer.js';
import { outboxTo, statusOf, statusWhere } from './outboxStatus.js';
import { StreamReader } from './streamReader.js';

const run = promisify(execFile);
const STREAM = 'LADING';

/** A way to a broker on which nothing moves while it is held. */
class Valve {
  private readonly sockets = new Set<Socket>();
  private held = false;
  private constructor(
    private readonly server: ReturnType<typeof createServer>,
    private readonly target: number
  ) {}

  static async open(target: number): Promise<Valve> {
    const valve: Valve = new Valve(createServer((socket) => valve.pass(socket)), target);
    await new Promise<void>((resolve) => valve.server.listen(0, '127.0.0.1', resolve));
    return valve;
  }

  get address(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  hold(): void {
    this.held = true;
    for (const socket of this.sockets) socket.pause();
  }

  release(): void {
    this.held = false;
    for (const socket of this.sockets) socket.resume();
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private pass(near: Socket): void {
    const far = connect(this.target, '127.0.0.1');
    for (const [from, to] of [[near, far], [far, near]] as const) {
      this.sockets.add(from);
      from.on('data', (chunk) => to.write(chunk));
      from.on('error', () => to.destroy()).on('close', () => to.destroy());
      if (this.held) from.pause();
    }
  }
}

const capture = async (node: SingleNode, name: string): Promise<void> => {
  const event = objectEvent({ eventID: `urn:x:${name}`, epcList: [serial(name)] });
  expect((await node.postEpcis('/epcis/v2/events', bytes(event))).status).toBe(201);
};

describeWithNats('the outbox and brokers of all kinds', () => {
  let node: SingleNode;
  let server: NatsServer;

  beforeAll(async () => {
    server = await NatsServer.start();
    node = await SingleNode.start({ profile: 'open' });
  }, 120_000);
  afterAll(async () => {
    await NatsServer.removeAll();
    await node.stop();
  }, 120_000);

  const restartWith = (config: object): Promise<void> => node.whileStopped(() => node.changeConfig(config));
  const problemWith = async (config: object): Promise<string> => {
    await restartWith(config);
    return (await statusWhere(node, ({ problem }) => problem !== null)).problem ?? '';
  };

  it('a broker that hangs holds up no capture; what waited goes out once it moves', async () => {
    const valve = await Valve.open(server.port);
    await restartWith(outboxTo(valve.address));
    await capture(node, 'before');
    const { sent } = await statusWhere(node, ({ lagBlocks }) => lagBlocks === 0);
    valve.hold();
    for (let i = 0; i < 30; i++) await capture(node, `hung${i}`);
    const hung = await statusOf(node);
    expect(hung.sent).toBe(sent);
    expect(hung.lagBlocks).toBeGreaterThan(0);
    expect((await node.call('/health/ready')).status).toBe(200);
    expect((await node.call('/metrics')).text).toMatch(/\nlading_outbox_lag_blocks [1-9]/);
    valve.release();
    const done = await statusWhere(node, ({ lagBlocks }) => lagBlocks === 0);
    expect(done.sent).toBe(sent + 30);
    await valve.close();
  }, 120_000);

  it('stops without waiting for a broker that hangs', async () => {
    const valve = await Valve.open(server.port);
    await restartWith(outboxTo(valve.address));
    await statusWhere(node, ({ lagBlocks }) => lagBlocks === 0);
    valve.hold();
    await capture(node, 'unsent');
    await node.restart();
    await valve.close();
    await restartWith(outboxTo(server.address));
    await statusWhere(node, ({ lagBlocks }) => lagBlocks === 0);
    const reader = await StreamReader.connect(server.address);
    const told = await reader.read(STREAM, await reader.count(STREAM));
    expect(told.filter((message) => message.header('Lading-Event-Id') === 'urn:x:unsent')).toHaveLength(1);
    await reader.close();
  }, 120_000);

  it('a new target begins at its beginning, or from now on', async () => {
    const other = await NatsServer.start();
    await restartWith(outboxTo(other.address, { stream: 'LATER', from: 'now' }));
    await statusWhere(node, ({ lagBlocks, problem }) => lagBlocks === 0 && problem === null);
    await capture(node, 'later');
    expect((await statusWhere(node, ({ lagBlocks }) => lagBlocks === 0)).sent).toBe(1);
    await restartWith(outboxTo(other.address, { stream: 'NOWHERE', createStream: false }));
    expect((await statusWhere(node, ({ problem }) => problem !== null)).problem).toMatch(/^OUTBOX_STREAM: there is no stream NOWHERE/);
    // The subjects belong to LATER already: the broker refuses a second stream with them.
    expect(await problemWith(outboxTo(other.address, { stream: 'SECOND' }))).toMatch(/^OUTBOX_REFUSED: .*overlap/);
    await other.remove();
  }, 120_000);

  it('says what is wrong with a broker, and works on', async () => {
    const plain = await NatsServer.start(() => 'authorization { user: lading, password: right }');
    const folder = await mkdtemp(join(tmpdir(), 'lading-login-'));
    const passwordFile = join(folder, 'password');
    const login = { user: 'lading', passwordFile };
    expect(await problemWith(outboxTo(plain.address))).toMatch(/^OUTBOX_REFUSED: /);
    expect(await problemWith(outboxTo(plain.address, { login }))).toMatch(/^OUTBOX_SECRET: .*password/);
    await writeFile(passwordFile, 'wrong\n', { mode: 0o600 });
    expect(await problemWith(outboxTo(plain.address, { login }))).toMatch(/^OUTBOX_REFUSED: /);
    // Read anew at the next attempt: no restart.
    await writeFile(passwordFile, 'right\n', { mode: 0o600 });
    await statusWhere(node, ({ problem, lagBlocks }) => problem === null && lagBlocks === 0);
    await capture(node, 'withLogin');
    expect(node.log.filter((line) => line.includes('wrong') || line.includes('right'))).toEqual([]);
    await restartWith({ outbox: { kind: 'kafka', servers: ['127.0.0.1:1'], tls: false } });
    expect((await statusWhere(node, ({ problem }) => problem !== null)).problem).toMatch(/^OUTBOX_DRIVER_MISSING: /);
    await plain.remove();
    await rm(folder, { recursive: true });
  }, 120_000);

  it('goes over TLS to a server that the named authority vouches for, and to no other', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lading-tls-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=nats', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    await run('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', cert, ...subject]);
    const secure = await NatsServer.start(() => `tls { cert_file: ${JSON.stringify(cert)}, key_file: ${JSON.stringify(key)} }`);
    expect(await problemWith(outboxTo(secure.address, { tls: {} }))).toMatch(/^OUTBOX_UNREACHABLE: /);
    expect(await problemWith(outboxTo(secure.address, { tls: false }))).toMatch(/^OUTBOX_REFUSED: .* asks for TLS/);
    await restartWith(outboxTo(secure.address, { tls: { caFile: cert } }));
    await capture(node, 'overTls');
    expect((await statusWhere(node, ({ lagBlocks, problem }) => lagBlocks === 0 && problem === null)).sent).toBeGreaterThan(0);
    await secure.remove();
    await rm(folder, { recursive: true });
  }, 120_000);
});
