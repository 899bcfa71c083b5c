import { jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { describeWithNats, NatsServer } from '../../../../../test/outbox/natsServer.js';
import { StreamReader } from '../../../../../test/outbox/streamReader.js';
import type { OutboxMessage } from '../outbox.types.js';
import { NatsSession } from './natsSession.js';

const STREAM = 'S';
let number = 0;
const message = (family = 'ObjectEvent', size = 2): OutboxMessage => ({
  ...{ id: `tx/${(number += 1)}`, chain: 'c', family, name: 'shipping', organization: 'finca-alta' },
  headers: new Map([['Lading-Cursor', String(number)]]),
  body: new Uint8Array(size).fill(0x20)
});
const some = (count: number): readonly OutboxMessage[] => Array.from({ length: count }, () => message());

describeWithNats('a session with JetStream', () => {
  let server: NatsServer;
  let connection: NatsConnection;
  let session: NatsSession;

  beforeAll(async () => {
    server = await NatsServer.start();
    connection = await connect({ servers: server.address, reconnect: false });
    const manager = await jetstreamManager(connection);
    await manager.streams.add({ name: STREAM, subjects: ['lading.c.ObjectEvent.>'] });
    session = new NatsSession(connection);
  }, 60_000);
  afterAll(async () => {
    await connection.close();
    await NatsServer.removeAll();
  });

  const stored = async (): Promise<readonly string[]> => {
    const reader = await StreamReader.connect(server.address);
    const read = await reader.read(STREAM, await reader.count(STREAM));
    await reader.close();
    return read.map(({ id }) => id);
  };

  it('keeps out everything behind a message that was refused, so that nothing overtakes it', async () => {
    const before = some(2);
    await session.publish(before);
    const [first, refused, behind] = [message(), message('AggregationEvent'), some(20)];
    await expect(session.publish([first, refused, ...behind])).rejects.toThrow();
    expect(await stored()).toEqual([...before, first].map(({ id }) => id));
    await expect(new NatsSession(connection).publish([first, ...behind])).resolves.toEqual({ duplicates: 1 });
    expect(await stored()).toEqual([...before, first, ...behind].map(({ id }) => id));
  });

  it('publishes more than one window, in order', async () => {
    const at = (await stored()).length;
    const many = some(700);
    expect(await session.publish(many)).toEqual({ duplicates: 0 });
    expect((await stored()).slice(at)).toEqual(many.map(({ id }) => id));
  });

  it('says the size of a body that is too large, and leaves it out', async () => {
    const narrow = new NatsSession(connection, 8192);
    await narrow.publish([message('ObjectEvent', 8000)]);
    const reader = await StreamReader.connect(server.address);
    const last = (await reader.read(STREAM, await reader.count(STREAM))).at(-1);
    await reader.close();
    expect([last?.text, last?.header('Lading-Withheld')]).toEqual(['', '8000']);
  });
});
