import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';

/** The little of Fastify's request and reply that controllers use. Bodies are bytes: nothing is parsed before us. */
export interface HttpRequest {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

export interface HttpReply {
  code(status: number): HttpReply;
  header(name: string, value: string | number): HttpReply;
  send(payload?: string | Buffer | Readable | object): HttpReply;
  readonly sent: boolean;
  /** Of Node's own response. */
  readonly raw: { once(event: 'finish', listener: () => void): unknown; flushHeaders(): void };
}

/** Path of a request without its query, which can hold identifiers that logs and problems should not repeat. */
export const pathOf = (url: string): string => url.split('?', 1)[0] ?? '/';
