const TERMINAL_MS = 500;
const FILE_MS = 10_000;

export interface Counted {
  readonly height: number;
  readonly transactions: number;
}

/** Says on stderr how far a long work has come: rate and time left, one line that is written over on a terminal. */
export class ProgressLine {
  readonly #started = performance.now();
  readonly #cpu = process.cpuUsage();
  readonly #everyMs = process.stderr.isTTY ? TERMINAL_MS : FILE_MS;
  #nextMs = performance.now() + (process.stderr.isTTY ? TERMINAL_MS : FILE_MS);
  #from: Counted = { height: -1, transactions: 0 };

  constructor(
    private readonly total: { readonly lastHeight: number; readonly transactions: number } | null,
    private readonly quiet: boolean
  ) {}

  /** What was done before this process. */
  startAt(done: Counted): void {
    this.#from = done;
  }

  at(done: Counted): void {
    const now = performance.now();
    if (this.quiet || now < this.#nextMs) return;
    this.#nextMs = now + this.#everyMs;
    const line = this.#text(done, (now - this.#started) / 1000);
    process.stderr.write(process.stderr.isTTY ? `\r${line}\u001b[K` : `${line}\n`);
  }

  end(): void {
    if (!this.quiet && process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  }

  /** Seconds, and transactions a second of the clock and of one core. */
  figures(done: Counted): { readonly seconds: number; readonly perSecond: number; readonly perCoreSecond: number } {
    const seconds = (performance.now() - this.#started) / 1000;
    const { user, system } = process.cpuUsage(this.#cpu);
    const count = done.transactions - this.#from.transactions;
    const coreSeconds = (user + system) / 1e6;
    return { seconds: rounded(seconds), perSecond: Math.round(count / seconds), perCoreSecond: Math.round(count / coreSeconds) };
  }

  #text(done: Counted, seconds: number): string {
    const rate = (done.transactions - this.#from.transactions) / seconds;
    const { total } = this;
    const parts = [
      total === null ? `height ${done.height}` : `height ${done.height} of ${total.lastHeight}`,
      `${done.transactions} transactions`,
      `${Math.round(rate)}/s`
    ];
    if (total !== null && done.height >= 0) parts.push(leftText(this.#leftSeconds(done, seconds, rate)));
    return parts.join(' · ');
  }

  #leftSeconds(done: Counted, seconds: number, rate: number): number {
    const { total } = this;
    if (total === null) return 0;
    if (rate > 0 && total.transactions > 0) return Math.max(0, total.transactions - done.transactions) / rate;
    const blocks = done.height - this.#from.height;
    return (Math.max(0, total.lastHeight - done.height) * seconds) / Math.max(1, blocks);
  }
}

const rounded = (seconds: number): number => Math.round(seconds * 10) / 10;

function leftText(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s left`;
  return seconds < 5400 ? `${Math.ceil(seconds / 60)} min left` : `${rounded(seconds / 3600)} h left`;
}
