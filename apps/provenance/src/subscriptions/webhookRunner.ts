import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { SubscriptionProgress, SubscriptionRow } from '@lading/storage';
import { Projector } from '../projector/projector.js';
import { PROVENANCE_OPTIONS, type ProvenanceOptions } from '../provenance.options.js';
import { postWebhook } from './postWebhook.js';
import { Reports, type Report } from './report.js';
import { readSchedule, type Schedule } from './schedule.js';

/** Subscriptions that are served at a time. */
const PARALLEL = 8;
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 3_600_000;
const LONGEST_TIMER_MS = 3_600_000;

interface Running {
  row: SubscriptionRow;
  readonly schedule: Schedule | null;
  /** When it wants to run next; null: when something new is there. */
  dueMs: number | null;
  busy: boolean;
}

/** How long to wait after so many failures in a row. */
export const retryDelayMs = (failures: number): number =>
  Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(30, Math.max(0, failures - 1)));

/** Serves the subscriptions of the node: at once or by schedule, again after failures, over restarts. */
@Injectable()
export class WebhookRunner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly subscriptions = new Map<string, Running>();
  private readonly under = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private unsubscribe: () => void = () => undefined;

  constructor(
    @Inject(PROVENANCE_OPTIONS) private readonly options: ProvenanceOptions,
    @Inject(Projector) private readonly projector: Projector,
    @Inject(Reports) private readonly reports: Reports
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    for (const row of await this.options.projection.standing.allSubscriptions()) this.add(row);
    this.unsubscribe = this.projector.onProgress(({ events }) => {
      if (events > 0) this.serve();
    });
    this.serve();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    this.unsubscribe();
    clearTimeout(this.timer);
    await Promise.all(this.under);
  }

  add(row: SubscriptionRow): void {
    const fields = row.schedule === null ? null : (JSON.parse(row.schedule) as Record<string, string>);
    const read = fields === null ? null : readSchedule(new Map(Object.entries(fields)));
    const schedule = typeof read === 'string' ? null : read;
    const dueMs = row.retryMs ?? schedule?.nextAfter(row.lastRunMs) ?? null;
    this.subscriptions.set(row.id, { row, schedule, dueMs, busy: false });
    this.serve();
  }

  /** What it last came to, or null when it is not served. */
  find(id: string): SubscriptionRow | null {
    return this.subscriptions.get(id)?.row ?? null;
  }

  remove(id: string): void {
    this.subscriptions.delete(id);
  }

  removeQuery(organization: string, query: string): void {
    for (const [id, { row }] of this.subscriptions) {
      if (row.organization === organization && row.query === query) this.subscriptions.delete(id);
    }
  }

  /** Starts what is due, and sets the clock for what will be. */
  private serve(): void {
    if (this.stopped) return;
    const now = this.options.nowMs();
    for (const running of this.subscriptions.values()) {
      if (this.under.size >= PARALLEL) break;
      if (!running.busy && this.isDue(running, now)) this.begin(running);
    }
    clearTimeout(this.timer);
    // Whoever ends next looks again.
    if (this.under.size >= PARALLEL) return;
    const dues = [...this.subscriptions.values()].flatMap(({ busy, dueMs }) => (busy || dueMs === null ? [] : [dueMs]));
    if (dues.length === 0) return;
    this.timer = setTimeout(() => this.serve(), Math.min(LONGEST_TIMER_MS, Math.max(1, Math.min(...dues) - now)));
    this.timer.unref();
  }

  private isDue({ dueMs, row }: Running, now: number): boolean {
    return dueMs === null ? row.nextSequence < this.projector.eventCount : dueMs <= now;
  }

  private begin(running: Running): void {
    running.busy = true;
    const work = this.run(running)
      .catch((error: unknown) => {
        running.dueMs = this.options.nowMs() + FIRST_RETRY_MS;
        this.options.reportFailure('subscription', error);
      })
      .then(() => {
        running.busy = false;
        this.under.delete(work);
        this.serve();
      });
    this.under.add(work);
  }

  /** Everything that there is to report now, message by message. */
  private async run(running: Running): Promise<void> {
    let sent = false;
    for (;;) {
      const { row }: Running = running;
      const report = await this.nextReport(running);
      if (report === null) return;
      const text: string | null = report.text ?? (row.reportIfEmpty && !sent ? this.reports.empty(row) : null);
      if (text !== null && !(await this.deliver(running, text, report.first))) return;
      sent ||= text !== null;
      const now = this.options.nowMs();
      const lastNotifiedMs = text === null ? row.lastNotifiedMs : now;
      const done = { nextSequence: report.next, lastRunMs: now, lastNotifiedMs, failures: 0, retryMs: null };
      // A stream that looked in vain has nothing to remember: looking again gives the same.
      await this.move(running, done, text !== null || running.schedule !== null);
      if (report.last || this.stopped || !this.subscriptions.has(row.id)) break;
    }
    running.dueMs = running.schedule?.nextAfter(this.options.nowMs()) ?? null;
  }

  /** Null: the question cannot be answered, which the subscriber is told (EPCIS 2.0, callback); it is asked again later. */
  private async nextReport(running: Running): Promise<Report | null> {
    const { row } = running;
    try {
      return await this.reports.next(row, row.nextSequence);
    } catch (error) {
      const problem = this.reports.problem(row, error);
      if (problem === null) throw error;
      await this.post(row, problem, `${row.nextSequence}.problem`).catch(() => undefined);
      await this.failed(running);
      return null;
    }
  }

  private async deliver(running: Running, text: string, first: number): Promise<boolean> {
    try {
      await this.post(running.row, text, String(first));
      return true;
    } catch {
      // Whatever the reason, the answer is the same: later. The subscriber sees it in the subscription's failures.
      await this.failed(running);
      return false;
    }
  }

  private post({ id, target: dest, signatureToken }: SubscriptionRow, text: string, what: string): Promise<void> {
    const message = { dest, body: Buffer.from(text), signatureToken, delivery: `${id}.${what}` };
    return postWebhook(message, this.options.webhookAllow ?? []);
  }

  private async failed(running: Running): Promise<void> {
    const { nextSequence, lastRunMs, lastNotifiedMs, failures: before } = running.row;
    const failures = before + 1;
    const retryMs = this.options.nowMs() + retryDelayMs(failures);
    await this.move(running, { nextSequence, lastRunMs, lastNotifiedMs, failures, retryMs }, true);
    running.dueMs = retryMs;
  }

  private async move(running: Running, progress: SubscriptionProgress, keep: boolean): Promise<void> {
    running.row = { ...running.row, ...progress };
    if (keep) await this.options.projection.standing.moveSubscription(running.row.id, progress);
  }
}
