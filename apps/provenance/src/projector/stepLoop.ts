export interface StepLoopParts {
  /** True when there may be more. */
  step(): Promise<boolean>;
  /** What a failed step means; returns how long to rest, in milliseconds. 0: the step is tried again at once. */
  failed(error: unknown): number;
  /** Whether a wake-up ends the rest after a failure. */
  readonly wakesFromRest: boolean;
}

/** Repeats a step for as long as there may be more, and again after each wake-up: one step at a time, and no wake-up is lost. */
export class StepLoop {
  /** Resolves when the loop is at rest. */
  running: Promise<void> = Promise.resolve();
  private wanted = false;
  private busy = false;
  private stopped = false;
  private rest: NodeJS.Timeout | undefined;

  constructor(private readonly parts: StepLoopParts) {}

  get isStopped(): boolean {
    return this.stopped;
  }

  wake(): void {
    this.wanted = true;
    if (this.busy || this.stopped || (this.rest !== undefined && !this.parts.wakesFromRest)) return;
    this.busy = true;
    this.running = this.follow();
  }

  /** Resolves when the step that was under way has ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.rest);
    await this.running;
  }

  private async follow(): Promise<void> {
    clearTimeout(this.rest);
    this.rest = undefined;
    while (this.wanted && !this.stopped) {
      this.wanted = false;
      try {
        while (!this.stopped && (await this.parts.step())) continue;
      } catch (error) {
        const restMs = this.parts.failed(error);
        this.wanted = true;
        if (restMs > 0) {
          this.sleep(restMs);
          break;
        }
      }
    }
    // In the same turn as the loop's last look at `wanted`: a wake-up in between would be lost.
    this.busy = false;
  }

  private sleep(restMs: number): void {
    if (this.stopped) return;
    this.rest = setTimeout(() => {
      this.rest = undefined;
      this.wake();
    }, restMs);
    this.rest.unref();
  }
}
