import { jetstream, jetstreamManager, type JsMsg } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';

export interface StoredMessage {
  readonly sequence: number;
  readonly subject: string;
  readonly id: string;
  readonly cursor: string;
  header(name: string): string;
  readonly text: string;
}

/** What somebody who consumes the stream sees. */
export class StreamReader {
  private constructor(private readonly connection: NatsConnection) {}

  static async connect(address: string): Promise<StreamReader> {
    return new StreamReader(await connect({ servers: address, reconnect: false }));
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  /** A message of somebody else. */
  async publishOther(subject: string): Promise<void> {
    await jetstream(this.connection).publish(subject, 'other');
  }

  async count(stream: string): Promise<number> {
    const manager = await jetstreamManager(this.connection);
    return (await manager.streams.info(stream).catch(() => null))?.state.messages ?? 0;
  }

  /** The first `count` messages of the stream, waiting for those that are still to come. */
  async read(stream: string, count: number): Promise<readonly StoredMessage[]> {
    const manager = await jetstreamManager(this.connection);
    // The stream is made by the node, with its first message.
    while ((await manager.streams.info(stream).catch(() => null)) === null) continue;
    const consumer = await jetstream(this.connection).consumers.get(stream);
    const messages = await consumer.consume();
    const read: StoredMessage[] = [];
    for await (const message of messages) {
      read.push(stored(message));
      if (read.length === count) break;
    }
    return read;
  }
}

function stored(message: JsMsg): StoredMessage {
  const header = (name: string): string => message.headers?.get(name) ?? '';
  return {
    sequence: message.seq,
    subject: message.subject,
    id: header('Nats-Msg-Id'),
    cursor: header('Lading-Cursor'),
    header,
    text: message.string()
  };
}
