import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { ApiFault, CODES, codeEntry, EPCIS_HEADERS, MEDIA, PROBLEM_XML, problemOf, problemXml, wantsXmlProblem } from '@lading/api';
import { pathOf, type HttpReply, type HttpRequest } from './http.types.js';
import { securityHeaders } from './securityHeaders.js';

export type ReportBug = (what: string, error: unknown, requestId: string) => void;

const FASTIFY_CODES: Readonly<Record<string, readonly [code: string, detail: string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['BODY_TOO_LARGE', 'the body is larger than this route takes; split it'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['MEDIA_TYPE', 'this route does not take this Content-Type'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['REQUEST_MALFORMED', 'the body does not have the announced length'],
  FST_ERR_BAD_URL: ['REQUEST_MALFORMED', 'the address is not well-formed'],
  FST_ERR_MAX_PARAM_LENGTH: ['URI_TOO_LONG', 'a part of the address is too long']
};

const STATUS_CODES: Readonly<Record<number, readonly [code: string, detail: string]>> = {
  400: ['REQUEST_MALFORMED', 'the request cannot be read'],
  404: ['ROUTE_UNKNOWN', 'nothing is served at this address; see /docs'],
  413: ['BODY_TOO_LARGE', 'the body is larger than this route takes; split it'],
  414: ['URI_TOO_LONG', 'the address is too long'],
  415: ['MEDIA_TYPE', 'this route does not take this Content-Type']
};

/** The fault behind anything thrown, or null when it is a bug of ours. */
export function faultOf(error: unknown): ApiFault | null {
  if (error instanceof ApiFault) return error;
  const { code, detail, message, statusCode } = error as { [key: string]: unknown };
  if (typeof code === 'string') {
    const fastify = FASTIFY_CODES[code];
    if (fastify !== undefined) return new ApiFault(...fastify);
    // The driver's words name hosts and ports; the log has them.
    if (code === 'STORE_UNAVAILABLE') return new ApiFault(code, 'the database of this node does not answer; try again');
    if (Object.hasOwn(CODES, code)) return new ApiFault(code, String(detail ?? message ?? ''));
  }
  const status = error instanceof HttpException ? error.getStatus() : statusCode;
  const mapped = typeof status === 'number' ? STATUS_CODES[status] : undefined;
  return mapped === undefined ? null : new ApiFault(...mapped);
}

/** The one place where faults become problem documents (RFC 9457). Bugs are logged with the request id, never shown. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly report: ReportBug) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<HttpRequest>();
    const reply = http.getResponse<HttpReply>();
    const path = pathOf(request.url);
    let fault = faultOf(error);
    if (fault === null) {
      this.report(`${request.method} ${path}`, error, request.id);
      fault = new ApiFault('INTERNAL', 'the node failed to answer; its log has the cause under this request id');
    }
    if (!reply.sent) sendProblem(fault, path, request, reply);
  }
}

function sendProblem(fault: ApiFault, path: string, request: HttpRequest, reply: HttpReply): void {
  const problem = problemOf(fault, { path, requestId: request.id });
  // Only EPCIS says how a problem looks in XML.
  const isXml = path.startsWith('/epcis') && wantsXmlProblem(request.headers.accept);
  const { retryAfterSeconds } = codeEntry(fault.code);
  reply.code(problem.status).header('Content-Type', isXml ? PROBLEM_XML : MEDIA.problem).header('Cache-Control', 'no-store');
  if (retryAfterSeconds !== undefined) reply.header('Retry-After', retryAfterSeconds);
  if (problem.status === 401) reply.header('WWW-Authenticate', 'Bearer realm="lading"');
  if (path.startsWith('/epcis')) for (const [name, value] of Object.entries(EPCIS_HEADERS)) reply.header(name, value);
  for (const [name, value] of Object.entries(fault.details.headers ?? {})) reply.header(name, value);
  // Bytes, because Fastify adds a charset to text, which these media types do not have.
  reply.send(Buffer.from(isXml ? problemXml(problem) : JSON.stringify(problem)));
}

/** Refusals of the router itself, before any route, hook or filter: addresses broken or too long. */
export function routerProblem(error: unknown, rawRequest: unknown, rawReply: unknown): void {
  // Fastify's own types of these two are generic beyond what an implementation can name.
  const request = rawRequest as HttpRequest;
  const reply = rawReply as HttpReply;
  const path = pathOf(request.url);
  for (const [name, value] of securityHeaders(path)) reply.header(name, value);
  reply.header('X-Request-Id', request.id);
  const fault = faultOf(error) ?? new ApiFault('REQUEST_MALFORMED', 'the address is not well-formed');
  sendProblem(fault, path, request, reply);
}
