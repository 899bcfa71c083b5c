import type { LedgerNodeApi } from '@lading/engine';
import type { ProjectionStore } from '@lading/storage';
import { healthOf } from '@lading/telemetry';
import type { Readiness } from '../nodeContext.js';

const DATABASE_MS = 2000;
/** A probe's answer is used again for this long, so that nobody can load the database by asking. */
const PROBE_AGE_MS = 1000;

/** Ready: taking part, a quorum within reach, not behind, and the database answers. */
export class NodeReadiness implements Readiness {
  private draining = false;
  private probedAt: number | null = null;
  private databaseAnswers: Promise<boolean> = Promise.resolve(true);

  constructor(
    private readonly node: Pick<LedgerNodeApi, 'status'>,
    private readonly projection: Pick<ProjectionStore, 'position'>
  ) {}

  /** From now on: not ready, because the process is about to end. */
  drain(): void {
    this.draining = true;
  }

  async reason(): Promise<string | null> {
    if (this.draining) return 'the node is stopping';
    const now = performance.now();
    if (this.probedAt === null || now - this.probedAt > PROBE_AGE_MS) {
      this.probedAt = now;
      this.databaseAnswers = this.probe();
    }
    const databaseWritable = await this.databaseAnswers;
    return healthOf(this.node.status(), { started: true, databaseWritable }).reason;
  }

  private async probe(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), DATABASE_MS);
    });
    const answered = this.projection.position().then(
      () => true,
      () => false
    );
    const answers = await Promise.race([answered, late]);
    clearTimeout(timer);
    return answers;
  }
}
