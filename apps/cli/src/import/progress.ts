const EVERY_MS = { terminal: 200, plain: 10_000 } as const;
const WIDTH = 24;

/** Tells how far an import is: one line that changes on a terminal, else a line every ten seconds. */
export class Progress {
  #shownMs: number;
  readonly #startMs: number;

  constructor(
    /** Share that was done before this run. */
    private readonly from: number,
    private readonly terminal: boolean,
    private readonly write: (text: string) => void,
    private readonly nowMs: () => number
  ) {
    this.#startMs = nowMs();
    this.#shownMs = this.#startMs;
  }

  /** `share` of the whole is done, 0 to 1; `events` were decided in this run. */
  show(share: number, events: number, refused: number): void {
    const now = this.nowMs();
    if (now - this.#shownMs < (this.terminal ? EVERY_MS.terminal : EVERY_MS.plain)) return;
    this.#shownMs = now;
    const seconds = Math.max(0.001, (now - this.#startMs) / 1000);
    const left = share > this.from ? ((1 - share) / (share - this.from)) * seconds : Infinity;
    const rate = `${Math.round(events / seconds)} events/s`;
    const errors = refused === 0 ? '' : `, ${refused} refused`;
    const words = `${(share * 100).toFixed(0).padStart(3)} %  ${events} events, ${rate}, ${duration(left)} left${errors}`;
    this.write(this.terminal ? `\r\u001b[K${bar(share)} ${words}` : `${words}\n`);
  }

  /** Leaves the line for what comes after. */
  end(): void {
    if (this.terminal) this.write('\r\u001b[K');
  }
}

function bar(share: number): string {
  const full = Math.round(Math.min(1, share) * WIDTH);
  return '█'.repeat(full) + '░'.repeat(WIDTH - full);
}

export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?';
  const whole = Math.ceil(seconds);
  if (whole < 90) return `${whole} s`;
  return whole < 5400 ? `${Math.round(whole / 60)} min` : `${(whole / 3600).toFixed(1)} h`;
}
