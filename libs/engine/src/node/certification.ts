import type { Hash, Height } from '@lading/kernel';
import type { CheckpointCertificate } from '@lading/ledger';
import type { LedgerStore } from '../ports.js';
import type { StoreOutage } from '../storeOutage.js';

/**
 * Stores checkpoint certificates in order of height, each once its block is executed and durable here. Only the newest
 * one waits: it certifies everything below.
 */
export class Certification {
  #waiting: CheckpointCertificate | null = null;
  #saving: Promise<void> | null = null;
  #stored: CheckpointCertificate | null;
  #executed: number;

  constructor(
    private readonly store: Pick<LedgerStore, 'saveCheckpoint'>,
    private readonly outage: StoreOutage,
    restored: { readonly checkpoint: CheckpointCertificate | null; readonly height: Height },
    private readonly treeRootAt: (height: Height) => Hash | null,
    private readonly onStored: (checkpoint: CheckpointCertificate) => void,
    private readonly onFatal: (error: Error) => void
  ) {
    this.#stored = restored.checkpoint;
    this.#executed = restored.height;
  }

  /** The newest stored certificate. */
  get latest(): CheckpointCertificate | null {
    return this.#stored;
  }

  stable(checkpoint: CheckpointCertificate): void {
    if (checkpoint.height <= (this.#stored?.height ?? 0)) return;
    if (this.#waiting === null || checkpoint.height > this.#waiting.height) this.#waiting = checkpoint;
    this.#save();
  }

  executed(height: Height): void {
    this.#executed = height;
    this.#save();
  }

  /** Resolves when the certificate being written is stored. */
  async settled(): Promise<void> {
    await this.#saving;
  }

  #save(): void {
    const checkpoint = this.#waiting;
    if (checkpoint === null || this.#saving !== null || checkpoint.height > this.#executed) return;
    this.#waiting = null;
    const treeRoot = this.treeRootAt(checkpoint.height);
    this.#saving = this.outage.untilAnswered(() => this.store.saveCheckpoint(checkpoint, treeRoot)).then(
      () => {
        this.#saving = null;
        this.#stored = checkpoint;
        this.onStored(checkpoint);
        this.#save();
      },
      (error: unknown) => this.onFatal(error instanceof Error ? error : new Error(String(error)))
    );
  }
}
