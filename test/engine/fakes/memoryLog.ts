import type { RecordLog } from '@lading/engine';
import type { World } from './world.js';

/** The file: what survives a crash. */
export interface LogFile {
  records: Uint8Array[];
}

const SYNC_MS = 1;

/** One process' handle on a file. Appended records are lost with the process until a flush has returned. */
export class MemoryLog implements RecordLog {
  #buffered: Uint8Array[] = [];
  #flushing: Promise<void> | null = null;
  /** Flushes that were done: group commit keeps it low. */
  flushes = 0;
  /** Set by a test: every later write fails with it, as on a full disk. */
  broken: Error | null = null;

  constructor(
    private readonly file: LogFile,
    private readonly world: World,
    private readonly alive: () => boolean
  ) {}

  visit(take: (record: Uint8Array) => boolean): Promise<void> {
    this.file.records.every((record) => take(record));
    return Promise.resolve();
  }

  append(record: Uint8Array): void {
    this.#buffered.push(record.slice());
  }

  async flush(): Promise<void> {
    if (this.#flushing !== null) await this.#flushing;
    if (this.#buffered.length === 0) return this.#flushing ?? undefined;
    this.#flushing ??= this.#write();
    return this.#flushing;
  }

  async #write(): Promise<void> {
    const records = this.#buffered;
    this.#buffered = [];
    await this.world.delay(SYNC_MS);
    if (!this.alive()) return new Promise(() => undefined);
    if (this.broken !== null) throw this.broken;
    this.file.records.push(...records);
    this.flushes += 1;
    this.#flushing = null;
  }

  async rewrite(records: readonly Uint8Array[]): Promise<void> {
    const copies = records.map((record) => record.slice());
    await this.world.delay(SYNC_MS);
    if (!this.alive()) return new Promise(() => undefined);
    this.file.records = copies;
  }

  sizeBytes(): number {
    return this.file.records.reduce((sum, record) => sum + record.length, 0);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
