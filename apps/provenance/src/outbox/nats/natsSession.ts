import { jetstream, JetStreamApiError, type JetStreamClient } from '@nats-io/jetstream';
import { headers, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';
import type { OutboxMessage, Published } from '../outbox.types.js';
import { subjectOf } from '../subject.js';

const ACK_MS = 10_000;
/** Under way at a time (spec/outbox.md 3.3). */
const WINDOW_MESSAGES = 256;
const WINDOW_BYTES = 4 << 20;
/** Room in the broker's largest message for subject, headers and the protocol. */
const ENVELOPE_BYTES = 4096;
/** The stream's last message is another than the one that this one was said to follow. */
const WRONG_LAST_ID = 10070;

/** Publishes over one connection, in order. */
export class NatsSession {
  private readonly client: JetStreamClient;
  private readonly mostBytes: number;
  /** The stream's last message as far as is known; null when it may be any. */
  private last: string | null = null;

  /** `streamBytes`: the stream's largest message, headers included; -1 for no limit of its own. */
  constructor(
    private readonly connection: NatsConnection,
    streamBytes = -1
  ) {
    this.client = jetstream(connection, { timeout: ACK_MS });
    const serverBytes = connection.info?.max_payload ?? 1 << 20;
    this.mostBytes = (streamBytes > 0 ? Math.min(streamBytes, serverBytes) : serverBytes) - ENVELOPE_BYTES;
  }

  async publish(messages: readonly OutboxMessage[]): Promise<Published> {
    let duplicates = 0;
    for (let next = 0; next < messages.length; ) {
      const window = this.last === null ? messages.slice(next, next + 1) : windowFrom(messages, next);
      const { stored, known } = await this.publishWindow(window);
      duplicates += known;
      next += stored;
    }
    return { duplicates };
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  /** How many from the window's beginning the stream has now, and how many of them it had before. */
  private async publishWindow(window: readonly OutboxMessage[]): Promise<{ stored: number; known: number }> {
    const follows = [this.last, ...window.map(({ id }) => id)];
    const acks = await Promise.allSettled(window.map((message, i) => this.send(message, follows[i] ?? null)));
    let stored = 0;
    let known = 0;
    for (const ack of acks) {
      if (ack.status === 'rejected') {
        if (!isWrongLast(ack.reason) || this.last === null) throw ack.reason;
        // Somebody else's message is the last now, or one that the stream had already: one by one from here.
        this.last = null;
        return { stored, known };
      }
      if (ack.value.duplicate) known += 1;
      else this.last = window[stored]?.id ?? null;
      stored += 1;
    }
    return { stored, known };
  }

  private send(message: OutboxMessage, follows: string | null): Promise<{ duplicate: boolean }> {
    const fits = message.body.length <= this.mostBytes;
    return this.client.publish(subjectOf(message), fits ? message.body : new Uint8Array(0), {
      msgID: message.id,
      headers: natsHeaders(message, fits),
      timeout: ACK_MS,
      retries: 0,
      ...(follows === null ? {} : { expect: { lastMsgID: follows } })
    });
  }
}

function windowFrom(messages: readonly OutboxMessage[], start: number): readonly OutboxMessage[] {
  let bytes = 0;
  let end = start;
  while (end < messages.length && end - start < WINDOW_MESSAGES) {
    bytes += messages[end]?.body.length ?? 0;
    if (end > start && bytes > WINDOW_BYTES) break;
    end += 1;
  }
  return messages.slice(start, end);
}

function natsHeaders({ headers: own, body }: OutboxMessage, fits: boolean): MsgHdrs {
  const made = headers();
  for (const [name, value] of own) made.set(name, value);
  if (!fits) made.set('Lading-Withheld', String(body.length));
  return made;
}

const isWrongLast = (error: unknown): boolean => error instanceof JetStreamApiError && error.code === WRONG_LAST_ID;
