import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { AuthenticatedRequest, Caller } from '@lading/identity';
import { ApiFault } from '@lading/api';

/** The little of Fastify's request and reply that controllers use. Bodies are bytes: nothing is parsed before us. */
export interface HttpRequest extends AuthenticatedRequest {
  readonly headers: IncomingHttpHeaders;
  readonly method: string;
  readonly url: string;
  readonly body: unknown;
}

export interface HttpReply {
  code(status: number): HttpReply;
  header(name: string, value: string | number): HttpReply;
  send(payload?: string | Buffer | Readable): HttpReply;
}

/** The caller that the guard put on the request. */
export function callerOf(request: HttpRequest): Caller {
  if (request.caller === undefined)
    throw new ApiFault('TOKEN_MISSING', 'send the header "Authorization: Bearer <token>"');
  return request.caller;
}

/** A header that is there once, or undefined. */
export function headerOf(request: HttpRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}
