import type { NatsOutbox } from '@lading/api';
import { JetStreamApiError } from '@nats-io/jetstream';
import { AuthorizationError, NoRespondersError, PermissionViolationError } from '@nats-io/transport-node';
import type { OutboxBroker, OutboxMessage, Published } from '../outbox.types.js';
import { OutboxFault } from '../outboxFault.js';
import { connectNats } from './natsConnection.js';
import { NatsSession } from './natsSession.js';
import { ensureStream } from './natsStream.js';

/** NATS JetStream (spec/outbox.md §3). A connection serves until the first fault. */
export class NatsBroker implements OutboxBroker {
  readonly target: string;
  private session: NatsSession | null = null;

  constructor(
    private readonly config: NatsOutbox,
    private readonly chain: string,
    private readonly clientName: string
  ) {
    this.target = `nats/${config.stream}`;
  }

  async open(): Promise<void> {
    await this.using(async () => undefined);
  }

  publish(messages: readonly OutboxMessage[]): Promise<Published> {
    return this.using((session) => session.publish(messages));
  }

  async close(): Promise<void> {
    const { session } = this;
    this.session = null;
    await session?.close().catch(() => undefined);
  }

  private async using<T>(work: (session: NatsSession) => Promise<T>): Promise<T> {
    try {
      this.session ??= await this.connect();
      return await work(this.session);
    } catch (error) {
      await this.close();
      throw natsFault(error);
    }
  }

  private async connect(): Promise<NatsSession> {
    const connection = await connectNats(this.config, this.clientName);
    try {
      return new NatsSession(connection, await ensureStream(connection, this.config, this.chain));
    } catch (error) {
      await connection.close().catch(() => undefined);
      throw error;
    }
  }
}

/** What the operator can do something about is told apart; all else is a broker out of reach. */
export function natsFault(error: unknown): OutboxFault {
  if (error instanceof OutboxFault) return error;
  const detail = error instanceof Error ? error.message : String(error);
  const cause = error instanceof Error ? error.cause : undefined;
  const isOne = (kind: new (...args: never[]) => Error): boolean => error instanceof kind || cause instanceof kind;
  // The class itself is not exported.
  if (error instanceof Error && error.name === 'JetStreamNotEnabled') {
    return new OutboxFault('OUTBOX_STREAM', 'the server has no JetStream', { cause: error });
  }
  if (isOne(AuthorizationError) || isOne(PermissionViolationError) || isOne(JetStreamApiError)) {
    return new OutboxFault('OUTBOX_REFUSED', detail, { cause: error });
  }
  if (isOne(NoRespondersError)) return new OutboxFault('OUTBOX_STREAM', 'no stream takes the message', { cause: error });
  return new OutboxFault('OUTBOX_UNREACHABLE', detail, { cause: error });
}
