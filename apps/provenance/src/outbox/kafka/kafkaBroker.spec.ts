import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outboxConfigSchema, type KafkaOutbox } from '@lading/api';
import type { OutboxMessage } from '../outbox.types.js';
import { KafkaBroker, kafkaRecord } from './kafkaBroker.js';
import { loadKafkaDriver, type KafkaProducerOptions, type KafkaRecord } from './kafkaDriver.js';

const message = (index: number): OutboxMessage => ({
  ...{ id: `tx/${index}`, chain: 'Q2hhaW4', family: 'ObjectEvent', name: 'shipping', organization: 'finca-alta' },
  headers: new Map([
    ['Lading-Id', `tx/${index}`],
    ['Content-Type', 'application/json']
  ]),
  body: Buffer.from(`{"n":${index}}`)
});

const configOf = (more: object): KafkaOutbox => {
  const config = outboxConfigSchema.parse({ kind: 'kafka', servers: ['127.0.0.1:9092'], tls: false, ...more });
  if (config.kind !== 'kafka') throw new Error('not Kafka');
  return config;
};

/** Stands where the package would: keeps what it is given, and fails when it is told to. */
class DriverDouble {
  readonly made: KafkaProducerOptions[] = [];
  readonly sent: KafkaRecord[][] = [];
  closed = 0;
  failWith: unknown = null;

  readonly load = async () => {
    const made = this.made;
    const send = async (messages: readonly KafkaRecord[]): Promise<void> => {
      if (this.failWith !== null) throw this.failWith;
      this.sent.push([...messages]);
    };
    const close = async (): Promise<void> => void (this.closed += 1);
    return {
      Producer: class {
        constructor(options: KafkaProducerOptions) {
          made.push(options);
        }
        send = ({ messages }: { readonly messages: readonly KafkaRecord[] }): Promise<void> => send(messages);
        close = close;
      }
    };
  };
}

describe('the outbox to Kafka (mapping; no broker is asked)', () => {
  it('gives every message of a chain one key, so that one partition keeps their order', () => {
    const record = kafkaRecord(message(3), 'supply');
    expect([record.topic, record.key.toString(), record.value.toString()]).toEqual(['supply', 'Q2hhaW4', '{"n":3}']);
    expect([...record.headers].map(([name, value]) => [name.toString(), value.toString()])).toEqual([
      ['lading-id', 'tx/3'],
      ['content-type', 'application/json']
    ]);
  });

  it('sends in order over one idempotent producer that waits for all replicas', async () => {
    const driver = new DriverDouble();
    const broker = new KafkaBroker(configOf({ topic: 'supply' }), 'lading-finca-alta', driver.load);
    expect(broker.target).toBe('kafka/supply');
    await broker.publish([message(0), message(1)]);
    await broker.publish([message(2)]);
    expect(driver.made).toEqual([
      expect.objectContaining({ clientId: 'lading-finca-alta', bootstrapBrokers: ['127.0.0.1:9092'], idempotent: true, acks: -1 })
    ]);
    expect(driver.made[0]).not.toHaveProperty('tls');
    expect(driver.sent.flat().map(({ value }) => value.toString())).toEqual(['{"n":0}', '{"n":1}', '{"n":2}']);
  });

  it('makes a new producer after a fault, and tells refusals from a broker out of reach', async () => {
    const driver = new DriverDouble();
    const broker = new KafkaBroker(configOf({}), 'x', driver.load);
    driver.failWith = Object.assign(new Error('no route'), { code: 'PLT_KFK_NETWORK' });
    await expect(broker.publish([message(0)])).rejects.toMatchObject({ code: 'OUTBOX_UNREACHABLE', detail: 'no route' });
    driver.failWith = Object.assign(new Error('not allowed'), { code: 'PLT_KFK_AUTHENTICATION' });
    await expect(broker.publish([message(0)])).rejects.toMatchObject({ code: 'OUTBOX_REFUSED' });
    const network = Object.assign(new Error('connect ECONNREFUSED'), { code: 'PLT_KFK_NETWORK' });
    driver.failWith = new AggregateError([new AggregateError([network]), new AggregateError([network])], 'failed 2 times');
    await expect(broker.publish([message(0)])).rejects.toMatchObject({ code: 'OUTBOX_UNREACHABLE', detail: 'connect ECONNREFUSED' });
    driver.failWith = new AggregateError([Object.assign(new Error('no such topic'), { code: 'PLT_KFK_RESPONSE' })]);
    await expect(broker.publish([message(0)])).rejects.toMatchObject({ code: 'OUTBOX_REFUSED', detail: 'no such topic' });
    driver.failWith = null;
    await broker.publish([message(0)]);
    expect([driver.made.length, driver.closed, driver.sent.length]).toEqual([5, 4, 1]);
  });

  it('reads the password from a file that only its owner may read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lading-kafka-'));
    const passwordFile = join(folder, 'password');
    const login = { mechanism: 'SCRAM-SHA-512', user: 'lading', passwordFile };
    const driver = new DriverDouble();
    const broker = new KafkaBroker(configOf({ login, tls: {} }), 'x', driver.load);
    await expect(broker.publish([message(0)])).rejects.toMatchObject({ code: 'OUTBOX_SECRET' });
    await writeFile(passwordFile, 'secret\n', { mode: 0o600 });
    await broker.publish([message(0)]);
    expect(driver.made[0]).toMatchObject({ tls: {}, sasl: { mechanism: 'SCRAM-SHA-512', username: 'lading', password: 'secret' } });
    await rm(folder, { recursive: true });
  });

  it('names the package when it is not installed', async () => {
    await expect(loadKafkaDriver('@lading/no-such-driver')).rejects.toMatchObject({
      code: 'OUTBOX_DRIVER_MISSING',
      detail: expect.stringContaining('npm install @lading/no-such-driver') as unknown
    });
  });
});
