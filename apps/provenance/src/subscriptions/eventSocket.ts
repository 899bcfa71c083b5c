/// <reference path="./ws.d.ts" />
import type { WebSocket } from 'ws';
import type { Reports, Standing } from './report.js';
import type { Schedule } from './schedule.js';

const PING_MS = 30_000;
const LIFE_MS = 12 * 3_600_000;
/** Bytes that a client may leave unread. */
const UNREAD_BYTES = 8 << 20;
const LONGEST_TIMER_MS = 3_600_000;

export interface SocketSubscription {
  readonly standing: Standing;
  readonly schedule: Schedule | null;
  readonly reportIfEmpty: boolean;
  readonly from: number;
}

/** One client's socket: reports what is new, at once or by schedule, as long as the client reads. */
export class EventSocket {
  private next: number;
  private busy = false;
  private again = false;
  private open = true;
  private alive = true;
  private timer: NodeJS.Timeout | undefined;
  private readonly pulse: NodeJS.Timeout;
  private readonly end: NodeJS.Timeout;

  constructor(
    private readonly socket: WebSocket,
    private readonly subscription: SocketSubscription,
    private readonly reports: Reports,
    private readonly nowMs: () => number,
    private readonly onEnd: (error: unknown) => void
  ) {
    this.next = subscription.from;
    socket.on('close', () => this.stop(null));
    socket.on('error', () => this.stop(null));
    socket.on('pong', () => (this.alive = true));
    this.pulse = setInterval(() => this.beat(), PING_MS).unref();
    this.end = setTimeout(() => this.close(1001, 'come back'), LIFE_MS).unref();
    if (subscription.schedule === null) this.wake();
    else this.wait();
  }

  /** Something new is there. */
  wake(): void {
    if (this.subscription.schedule === null) void this.report();
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason);
    this.stop(null);
  }

  private wait(): void {
    const { schedule } = this.subscription;
    if (!this.open || schedule === null) return;
    const dueMs = schedule.nextAfter(this.nowMs());
    const delay = Math.min(LONGEST_TIMER_MS, Math.max(1, dueMs - this.nowMs()));
    this.timer = setTimeout(() => {
      if (this.nowMs() < dueMs) this.wait();
      else void this.report().then(() => this.wait());
    }, delay).unref();
  }

  private async report(): Promise<void> {
    this.again = true;
    if (this.busy) return;
    this.busy = true;
    try {
      let sent = false;
      while (this.again && this.open) {
        this.again = false;
        const report = await this.reports.next(this.subscription.standing, this.next);
        const text: string | null = report.text ?? this.emptyUnless(sent);
        if (text !== null) this.send(text);
        sent ||= text !== null;
        this.next = report.next;
        this.again ||= !report.last;
      }
    } catch (error) {
      this.socket.close(1011, 'the node failed to answer');
      this.stop(error);
    }
    this.busy = false;
  }

  private emptyUnless(sent: boolean): string | null {
    const { standing, reportIfEmpty } = this.subscription;
    return reportIfEmpty && !sent ? this.reports.empty(standing) : null;
  }

  private send(text: string): void {
    if (!this.open) return;
    if (this.socket.bufferedAmount > UNREAD_BYTES) this.close(1013, 'read faster');
    else this.socket.send(text);
  }

  private beat(): void {
    if (!this.alive) {
      this.socket.terminate();
      this.stop(null);
      return;
    }
    this.alive = false;
    this.socket.ping();
  }

  private stop(error: unknown): void {
    if (!this.open) return;
    this.open = false;
    clearTimeout(this.timer);
    clearTimeout(this.end);
    clearInterval(this.pulse);
    this.onEnd(error);
  }
}
