import type { LoggerService } from '@nestjs/common';
import type { EngineEvents, LedgerNode } from '@lading/engine';
import {
  Logger,
  MetricsRegistry,
  NestLogger,
  NodeMetrics,
  OutboxMetrics,
  registerProcessMetrics,
  type LogFormat,
  type OutboxFacts
} from '@lading/telemetry';
import type { PeerEvent } from '@lading/transport';
import type { ReportBug } from '../http/problem.filter.js';

/** Codes of connections that end in the normal course of things. */
const USUAL: ReadonlySet<string> = new Set(['PEER_CLOSED', 'PEER_REPLACED']);

const INVALID_LOG_MS = 1000;

export interface TelemetryOptions {
  readonly format: LogFormat;
  readonly write?: (line: string) => void;
  /** The engine cannot go on: the process has to end. */
  readonly onFatal: (error: Error) => void;
}

/** What one node process logs and measures. */
export class Telemetry {
  private readonly logger: Logger;
  private readonly registry = new MetricsRegistry();
  private readonly metrics = new NodeMetrics(this.registry);
  private readonly stopProcessMetrics: () => void;
  private lastBlockMs = 0;
  private readonly unreachable = new Set<string>();
  private readonly invalidLogged = new Map<string, number>();
  /** Organizations against which this process has seen evidence. */
  private readonly accused = new Set<string>();
  /** By hundreds of the status; counters take them when somebody asks: labels cost more than an answer's share of a block. */
  private readonly answers = [0, 0, 0, 0, 0, 0];
  readonly nestLogger: LoggerService;
  readonly engineEvents: Partial<EngineEvents>;

  constructor(options: TelemetryOptions) {
    const { format, write, onFatal } = options;
    this.logger = new Logger({ format, ...(write === undefined ? {} : { write }) });
    this.nestLogger = new NestLogger(this.logger.child('nest'));
    this.stopProcessMetrics = registerProcessMetrics(this.registry);
    this.engineEvents = this.events(onFatal);
  }

  info(line: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.logger.info(line, fields);
  }

  warn(line: string): void {
    this.logger.warn(line);
  }

  reportFailure(what: string, error: unknown): void {
    this.logger.error(`${what} failed and is tried again`, { error });
  }

  readonly reportBug: ReportBug = (what, error, requestId) => {
    this.logger.error(`request failed: ${what}`, { requestId, error });
  };

  /** A peer that stays away is one line, not one for every attempt. */
  peerEvent({ code, organization, address, detail }: PeerEvent): void {
    if (code === 'PEER_CONNECTED') {
      if (organization !== null) this.unreachable.delete(organization);
      this.logger.info('peer connected', { organization, address });
      return;
    }
    this.metrics.peerFaults.add(1, { code });
    if ((code === 'PEER_UNREACHABLE' || code === 'PEER_ADDRESS') && organization !== null) {
      if (this.unreachable.has(organization)) return;
      this.unreachable.add(organization);
    }
    if (USUAL.has(code)) this.logger.info(`peer connection ended: ${detail}`, { code, organization });
    else this.logger.warn(detail, { code, organization, address });
  }

  /** A line a second for each peer and code at most: a peer that floods must not fill the log. */
  private peerInvalid(peer: number, code: string): void {
    this.metrics.peerFaults.add(1, { code });
    const key = `${peer} ${code}`;
    const now = performance.now();
    const last = this.invalidLogged.get(key);
    if (last !== undefined && now - last < INVALID_LOG_MS) return;
    this.invalidLogged.set(key, now);
    this.logger.warn('a peer sent what no correct peer sends', { peer, code });
  }

  /** Gauges are read from the node's status when somebody asks for the metrics. */
  watch(node: LedgerNode, application: { streamClients(): number; outboxStatus(): OutboxFacts | null }): void {
    const outboxMetrics = application.outboxStatus() === null ? null : new OutboxMetrics(this.registry);
    this.registry.onCollect(() => {
      const status = node.status();
      const connectedPeers = status.peers.filter(({ connected }) => connected).length;
      this.metrics.observe(status, { connectedPeers, streamClients: application.streamClients() });
      const outbox = application.outboxStatus();
      if (outbox !== null) outboxMetrics?.observe(outbox);
    });
  }

  metricsText(): string {
    this.countAnswers();
    return this.registry.render();
  }

  countAnswer(status: number): void {
    const hundreds = Math.floor(status / 100);
    this.answers[hundreds] = (this.answers[hundreds] ?? 0) + 1;
  }

  private countAnswers(): void {
    for (const [hundreds, count] of this.answers.entries()) {
      if (count > 0) this.metrics.httpRequests.add(count, { status: `${hundreds}xx` });
    }
    this.answers.fill(0);
  }

  close(): void {
    this.stopProcessMetrics();
  }

  private events(onFatal: (error: Error) => void): Partial<EngineEvents> {
    return {
      blockCommitted: ({ height, timestampMs, transactions, executionMs, groupSize }) => {
        if (this.lastBlockMs !== 0) this.metrics.blockInterval.observe((timestampMs - this.lastBlockMs) / 1000);
        this.lastBlockMs = timestampMs;
        this.metrics.dbWrite.observe(executionMs / 1000);
        this.logger.info(`block ${height}`, { transactions, ms: Math.round(executionMs), group: groupSize });
      },
      viewChanged: (view, mode) => this.logger.info(`view ${view} ${mode}`),
      peerInvalid: (peer, code) => this.peerInvalid(peer, code),
      epochEntered: (epoch, observes) => this.logger.info(`epoch ${epoch}`, { takesPart: !observes }),
      evidence: (kind, organization, epoch) => {
        this.accused.add(organization);
        this.metrics.byzantineValidators.set(this.accused.size);
        this.logger.error(`evidence of misbehaviour: ${kind} by the validator of ${organization}`, { organization, epoch });
      },
      alarm: (code, detail) => this.logger.error(detail, { code }),
      fatal: (error) => {
        this.logger.error('the node cannot go on', { error });
        onFatal(error);
      }
    };
  }
}
