import { rm, stat } from 'node:fs/promises';
import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import type { LedgerAudit } from '@lading/engine';
import { EngineFault } from '@lading/engine';
import { frame, readFrames } from '@lading/storage';

/** A saved audit is written again after this long, and after twenty times what writing the last one took. */
const SAVE_EVERY_MS = 30_000;
const SAVE_SHARE = 20;

/** The file from which an interrupted audit goes on. */
export class SavedAudit {
  #dueMs = performance.now() + SAVE_EVERY_MS;

  constructor(private readonly path: string) {}

  /** Loads what an earlier audit has left; false when there is nothing. */
  async load(audit: LedgerAudit): Promise<boolean> {
    if ((await stat(this.path).catch(() => null)) === null) return false;
    let isCutOff = false;
    const records = readFrames(this.path, () => (isCutOff = true));
    await audit.load(records);
    if (isCutOff) throw new EngineFault('AUDIT_SAVED_UNUSABLE', `${this.path} is cut off; begin the audit anew`);
    return true;
  }

  /** Between two blocks: writes when it is time. */
  saveWhenDue(audit: LedgerAudit): void {
    const started = performance.now();
    if (started < this.#dueMs) return;
    this.save(audit);
    const ended = performance.now();
    this.#dueMs = ended + Math.max(SAVE_EVERY_MS, SAVE_SHARE * (ended - started));
  }

  /** At once and whole: the audit must not go on meanwhile. */
  save(audit: LedgerAudit): void {
    const partial = `${this.path}.partial`;
    const file = openSync(partial, 'w', 0o600);
    try {
      for (const record of audit.save()) writeSync(file, frame(record));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(partial, this.path);
  }

  /** The audit has come to its end. */
  async forget(): Promise<void> {
    await rm(this.path, { force: true });
  }
}

