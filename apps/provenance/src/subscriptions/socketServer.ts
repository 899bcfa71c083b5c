/// <reference path="./ws.d.ts" />
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost, ModuleRef } from '@nestjs/core';
import { ApiFault, CODES, EPCIS_HEADERS, MEDIA, problemOf } from '@lading/api';
import { TOKEN_VERIFIER, type Caller, type TokenVerifier } from '@lading/identity';
import { toBase64Url } from '@lading/kernel';
import { WebSocketServer, type WebSocket } from 'ws';
import { epcFormatOf, requireVersions } from '../http/epcisRequest.js';
import type { HttpRequest } from '../http/http.types.js';
import { Projector } from '../projector/projector.js';
import { namedQuery } from '../queries/namedQuery.js';
import { PROVENANCE_OPTIONS, type ProvenanceOptions } from '../provenance.options.js';
import { EventSocket, type SocketSubscription } from './eventSocket.js';
import { readSocketParameters } from './readSubscription.js';
import { Reports } from './report.js';
import { readSchedule } from './schedule.js';

const ROUTE = /^\/epcis\/v2\/queries\/([A-Za-z0-9._~-]{1,128})\/events\/?$/;
const BEARER = /^Bearer +([^\s,]+) *$/i;
const SOCKETS = 100;
/** Clients have nothing to say but pongs. */
const MESSAGE_BYTES = 1024;

/** WebSocket subscriptions: GET /queries/{name}/events with Upgrade (spec/epcisRest.md 4.5). */
@Injectable()
export class SocketServer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly sockets = new Map<EventSocket, string>();
  private readonly server = new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_BYTES,
    perMessageDeflate: false,
    clientTracking: false
  });
  private readonly unsubscribe: (() => void)[] = [];

  constructor(
    @Inject(PROVENANCE_OPTIONS) private readonly options: ProvenanceOptions,
    @Inject(Projector) private readonly projector: Projector,
    @Inject(Reports) private readonly reports: Reports,
    @Inject(HttpAdapterHost) private readonly http: HttpAdapterHost,
    @Inject(ModuleRef) private readonly modules: ModuleRef
  ) {}

  onApplicationBootstrap(): void {
    const server = this.http.httpAdapter.getHttpServer() as Server;
    const listener = (request: IncomingMessage, socket: Duplex, head: Buffer): void => this.upgrade(request, socket, head);
    server.on('upgrade', listener);
    this.server.on('headers', (headers: string[]) => {
      headers.push(`GS1-Query-Min-Record-Time: ${new Date(this.options.nowMs()).toISOString()}`);
    });
    this.unsubscribe.push(
      () => server.off('upgrade', listener),
      this.projector.onProgress(({ events, rightsChanged }) => {
        // Whoever may still listen comes back with a token that says so.
        if (rightsChanged) for (const socket of this.sockets.keys()) socket.close(1012, 'rights have changed');
        else if (events > 0) for (const socket of this.sockets.keys()) socket.wake();
      })
    );
  }

  beforeApplicationShutdown(): void {
    for (const stop of this.unsubscribe) stop();
    for (const socket of this.sockets.keys()) socket.close(1001, 'the node stops');
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    this.prepare(request)
      .then(({ subscription, organization }) =>
        this.server.handleUpgrade(request, socket, head, (opened) => this.begin(opened, subscription, organization))
      )
      .catch((error: unknown) => this.refuse(request, socket, error));
  }

  private begin(opened: WebSocket, subscription: SocketSubscription, organization: string): void {
    const socket: EventSocket = new EventSocket(opened, subscription, this.reports, this.options.nowMs, (error) => {
      this.sockets.delete(socket);
      if (error !== null) this.options.reportFailure('subscription', error);
    });
    this.sockets.set(socket, organization);
  }

  /** Everything that is asked of a request, before anything is promised. */
  private async prepare(
    request: IncomingMessage
  ): Promise<{ readonly subscription: SocketSubscription; readonly organization: string }> {
    const url = new URL(request.url ?? '/', 'http://node');
    const name = ROUTE.exec(url.pathname)?.[1];
    const { organization } = await this.caller(request);
    if (name === undefined) throw new ApiFault('ROUTE_UNKNOWN', 'only the events of a named query are served over WebSocket');
    requireVersions(request as HttpRequest & IncomingMessage);
    const { definition } = await namedQuery(this.options, organization, name);
    const timing = readSocketParameters(url.searchParams);
    await this.reports.question(definition);
    if ([...this.sockets.values()].filter((other) => other === organization).length >= SOCKETS) {
      throw new ApiFault('QUOTA_EXCEEDED', `an organization has at most ${SOCKETS} sockets on a node`);
    }
    const read = timing.schedule === null ? null : readSchedule(new Map(Object.entries(JSON.parse(timing.schedule) as object)));
    const { initialRecordTimeMs, reportIfEmpty } = timing;
    const id = toBase64Url(this.options.randomBytes(16));
    const epcFormat = epcFormatOf(request as HttpRequest & IncomingMessage);
    const standing = { id, query: name, definition, epcFormat, initialRecordTimeMs };
    const schedule = typeof read === 'string' ? null : read;
    const subscription = { standing, schedule, reportIfEmpty, from: this.reports.start(initialRecordTimeMs) };
    return { subscription, organization };
  }

  /** As the guard of HTTP routes does it; upgrades do not pass there. */
  private async caller(request: IncomingMessage): Promise<Caller> {
    const token = BEARER.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) throw new ApiFault('TOKEN_MISSING', 'send the header "Authorization: Bearer <token>"');
    const tokens = this.modules.get<TokenVerifier>(TOKEN_VERIFIER, { strict: false });
    const verified = await tokens.verify(token);
    if (!verified.ok) throw new ApiFault(verified.code, verified.detail);
    return verified.value;
  }

  private refuse(request: IncomingMessage, socket: Duplex, error: unknown): void {
    const fault = faultOf(error);
    if (fault.code === 'INTERNAL') this.options.reportFailure('subscription', error);
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const problem = problemOf(fault, { path, requestId: toBase64Url(this.options.randomBytes(12)) });
    const body = JSON.stringify(problem);
    const headers = Object.entries(EPCIS_HEADERS).map(([name, value]) => `${name}: ${value}\r\n`);
    const challenge = problem.status === 401 ? 'WWW-Authenticate: Bearer realm="lading"\r\n' : '';
    socket.end(
      `HTTP/1.1 ${problem.status} Refused\r\nConnection: close\r\nContent-Type: ${MEDIA.problem}\r\n${challenge}` +
        `${headers.join('')}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
    );
  }
}

function faultOf(error: unknown): ApiFault {
  if (error instanceof ApiFault) return error;
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  if (Object.hasOwn(CODES, code)) return new ApiFault(code, 'the node cannot answer now; try again');
  return new ApiFault('INTERNAL', 'the node failed to answer; its log has the cause');
}
