/** Exit code of a run that somebody ended. */
export const INTERRUPTED = 130;

/** The run ends here because somebody asked for it. */
export class Interrupted extends Error {}

/** Ctrl-C, or a signal of the system: noted, and looked at where the work can be left. */
export class Interruption {
  private readonly asked = new AbortController();
  private readonly note = (): void => this.asked.abort(new Interrupted());

  constructor() {
    process.on('SIGINT', this.note);
    process.on('SIGTERM', this.note);
  }

  /** Ends what waits for others; its reason is Interrupted. */
  get signal(): AbortSignal {
    return this.asked.signal;
  }

  /** Throws Interrupted once somebody asked. */
  check(): void {
    this.asked.signal.throwIfAborted();
  }

  end(): void {
    process.off('SIGINT', this.note);
    process.off('SIGTERM', this.note);
  }
}
