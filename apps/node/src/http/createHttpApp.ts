import { NestFactory } from '@nestjs/core';
import type { DynamicModule, LoggerService } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiFault, MEDIA } from '@lading/api';
import { bodyLimitOf, FASTIFY_OPTIONS } from './fastifyOptions.js';
import { pathOf } from './http.types.js';
import { mountDocs } from './openApi.js';
import { ProblemFilter, type ReportBug } from './problem.filter.js';
import { securityHeaders } from './securityHeaders.js';

export interface HttpAppOptions {
  readonly reportBug: ReportBug;
  readonly logger: LoggerService | false;
  /** Told the status of every answer. */
  readonly onAnswer?: (status: number) => void;
}

/**
 * The Nest application over Fastify, not listening yet. Bodies arrive as bytes: signed content must reach us exactly
 * as sent, and the strict scanner is the only JSON parser of requests.
 */
export async function createHttpApp(module: DynamicModule, options: HttpAppOptions): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter(FASTIFY_OPTIONS);
  const instance = adapter.getInstance();
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  // Lines are read by the route itself, one by one, while they arrive; other routes refuse the type.
  instance.addContentTypeParser(MEDIA.ndjson, (_request, body, done) => done(null, body));
  instance.addHook('onRoute', (route) => {
    const limit = bodyLimitOf(route.url);
    if (limit !== undefined) route.bodyLimit = limit;
  });
  instance.addHook('onRequest', (request, reply, done) => {
    reply.header('X-Request-Id', request.id);
    for (const [name, value] of securityHeaders(pathOf(request.url))) reply.header(name, value);
    const encoding = request.headers['content-encoding'];
    // A few bytes of a compressed body can unfold to gigabytes; nobody needs it for 1 MiB of JSON.
    const compressed = encoding !== undefined && encoding.toLowerCase() !== 'identity';
    done(compressed ? new ApiFault('MEDIA_TYPE', 'send the body without Content-Encoding') : undefined);
  });
  instance.addHook('onSend', (_request, reply, payload, done) => {
    if (!reply.hasHeader('Cache-Control')) reply.header('Cache-Control', 'no-store');
    done(null, payload);
  });
  instance.addHook('onResponse', (_request, reply, done) => {
    options.onAnswer?.(reply.statusCode);
    done();
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    bodyParser: false,
    logger: options.logger,
    abortOnError: false
  });
  app.useGlobalFilters(new ProblemFilter(options.reportBug));
  mountDocs(app);
  return app;
}
