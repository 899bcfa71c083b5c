import type { KafkaOutbox } from '@lading/api';
import type { OutboxBroker, OutboxMessage, Published } from '../outbox.types.js';
import { OutboxFault } from '../outboxFault.js';
import { secret, tlsFiles } from '../secrets.js';
import type { KafkaDriver, KafkaProducer, KafkaRecord } from './kafkaDriver.js';

const CONNECT_MS = 5000;
const RETRIES = 2;

/** Kafka (spec/outbox.md §4). A producer serves until the first fault. */
export class KafkaBroker implements OutboxBroker {
  readonly target: string;
  private producer: KafkaProducer | null = null;

  constructor(
    private readonly config: KafkaOutbox,
    private readonly clientName: string,
    private readonly loadDriver: () => Promise<KafkaDriver>
  ) {
    this.target = `kafka/${config.topic}`;
  }

  /** The driver connects with the first message. */
  async open(): Promise<void> {
    this.producer ??= await this.connect();
  }

  async publish(messages: readonly OutboxMessage[]): Promise<Published> {
    try {
      this.producer ??= await this.connect();
      await this.producer.send({ messages: messages.map((message) => kafkaRecord(message, this.config.topic)) });
      return { duplicates: 0 };
    } catch (error) {
      await this.close();
      if (error instanceof OutboxFault) throw error;
      const detail = error instanceof Error ? error.message : String(error);
      throw new OutboxFault(isRefusal(error) ? 'OUTBOX_REFUSED' : 'OUTBOX_UNREACHABLE', detail, { cause: error });
    }
  }

  async close(): Promise<void> {
    const { producer } = this;
    this.producer = null;
    await producer?.close().catch(() => undefined);
  }

  private async connect(): Promise<KafkaProducer> {
    const { servers, tls, login } = this.config;
    const { Producer } = await this.loadDriver();
    return new Producer({
      clientId: this.clientName,
      bootstrapBrokers: servers,
      idempotent: true,
      acks: -1,
      retries: RETRIES,
      connectTimeout: CONNECT_MS,
      ...(tls === false ? {} : { tls: await tlsFiles(tls) }),
      ...(login === undefined
        ? {}
        : {
            sasl: {
              mechanism: login.mechanism,
              username: login.user,
              password: (await secret(login.passwordFile)).trim()
            }
          })
    });
  }
}

/** One message as a record: one key, so that one partition holds the chain's messages in order. */
export function kafkaRecord({ chain, headers, body }: OutboxMessage, topic: string): KafkaRecord {
  const entries = [...headers].map(([name, value]) => [Buffer.from(name.toLowerCase()), Buffer.from(value)] as const);
  return { topic, key: Buffer.from(chain), value: Buffer.from(body), headers: new Map(entries) };
}

/** The driver's codes of answers in which a broker says no, as far as its documentation names them. */
const isRefusal = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && /^PLT_KFK_(?:AUTHENTICATION|RESPONSE)/.test(String(error.code));
