import { OutboxFault } from '../outboxFault.js';

/** The little of the package's producer that is used here. */
export interface KafkaProducer {
  send(request: { readonly messages: readonly KafkaRecord[] }): Promise<unknown>;
  close(): Promise<void>;
}

export interface KafkaRecord {
  readonly topic: string;
  readonly key: Buffer;
  readonly value: Buffer;
  readonly headers: ReadonlyMap<Buffer, Buffer>;
}

export interface KafkaProducerOptions {
  readonly clientId: string;
  readonly bootstrapBrokers: readonly string[];
  readonly idempotent: true;
  readonly acks: -1;
  readonly retries: number;
  readonly connectTimeout: number;
  readonly tls?: object;
  readonly sasl?: { readonly mechanism: string; readonly username: string; readonly password: string };
}

export interface KafkaDriver {
  readonly Producer: new (options: KafkaProducerOptions) => KafkaProducer;
}

export const KAFKA_PACKAGE = '@platformatic/kafka';

/** The driver is no dependency: only organizations with Kafka install it. */
export async function loadKafkaDriver(name: string = KAFKA_PACKAGE): Promise<KafkaDriver> {
  try {
    return (await import(name)) as KafkaDriver;
  } catch (cause) {
    const advice = `install it beside the node: npm install ${name} (version 1 on Node 20, version 2 from Node 22.22 on)`;
    throw new OutboxFault('OUTBOX_DRIVER_MISSING', `an outbox to Kafka needs the package ${name}; ${advice}`, { cause });
  }
}
