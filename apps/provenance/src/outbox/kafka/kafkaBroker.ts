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
      throw kafkaFault(error);
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

/** Codes of the driver with which a broker says no. */
const REFUSALS: ReadonlySet<unknown> = new Set(['PLT_KFK_AUTHENTICATION', 'PLT_KFK_RESPONSE']);

/** The driver wraps what went wrong once for each attempt and each broker: what is inside tells. */
function kafkaFault(error: unknown): OutboxFault {
  if (error instanceof OutboxFault) return error;
  const causes = innermost(error);
  const texts = causes.map((cause) => (cause instanceof Error ? cause.message : String(cause)));
  const isRefusal = causes.some((cause) => REFUSALS.has((cause as { readonly code?: unknown } | null)?.code));
  const detail = [...new Set(texts)].join('; ');
  return new OutboxFault(isRefusal ? 'OUTBOX_REFUSED' : 'OUTBOX_UNREACHABLE', detail, { cause: error });
}

const innermost = (error: unknown): readonly unknown[] =>
  error instanceof AggregateError && error.errors.length > 0 ? error.errors.flatMap(innermost) : [error];
