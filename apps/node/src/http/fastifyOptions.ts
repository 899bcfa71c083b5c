import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { problemOf, ApiFault, MEDIA } from '@lading/api';
import { LIMITS } from '@lading/kernel';
import { routerProblem } from './problem.filter.js';

const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** A client's request id when it is harmless in a log line, else a fresh one. */
export function requestId(raw: { headers: { readonly [name: string]: unknown } }): string {
  const given = raw.headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}

const SOCKET_CODES: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
  HPE_HEADER_OVERFLOW: 'URI_TOO_LONG'
};
const REASONS: Readonly<Record<number, string>> = { 408: 'Request Timeout', 414: 'URI Too Long' };

/** Bytes that never became a request: answered on the socket, since there is no reply object. */
function clientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const code = SOCKET_CODES[error.code ?? ''] ?? 'REQUEST_MALFORMED';
  const fault = new ApiFault(code, 'the bytes sent are not an HTTP request that this server reads');
  const problem = problemOf(fault, { path: '/', requestId: randomUUID() });
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${problem.status} ${REASONS[problem.status] ?? 'Bad Request'}\r\n` +
      `Content-Type: ${MEDIA.problem}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`
  );
}

/**
 * 10 s for the headers and 30 s for the whole request (Node's own 60 s and 300 s invite slow clients to hold sockets);
 * idle keep-alive connections end with the server, while requests under way are answered.
 */
export const FASTIFY_OPTIONS = {
  bodyLimit: LIMITS.httpBodyBytes,
  requestTimeout: 30_000,
  keepAliveTimeout: 10_000,
  http: { headersTimeout: 10_000, maxHeaderSize: 16_384 },
  forceCloseConnections: 'idle' as const,
  requestIdHeader: false as const,
  genReqId: requestId,
  clientErrorHandler: clientError,
  frameworkErrors: routerProblem,
  trustProxy: false,
  routerOptions: { maxParamLength: 4096, ignoreTrailingSlash: true }
};

/** Larger bodies than the default, by route. */
const BODY_LIMITS: Readonly<Record<string, number>> = {
  '/epcis/v2/capture': LIMITS.custodyBodyBytes,
  '/v1/transactions': LIMITS.custodyBodyBytes
};

export const bodyLimitOf = (url: string): number | undefined =>
  Object.hasOwn(BODY_LIMITS, url) ? BODY_LIMITS[url] : undefined;
