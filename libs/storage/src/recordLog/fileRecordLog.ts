import { randomBytes } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { RecordLog } from '@lading/engine';
import { acquireProcessLock, isLock, type ProcessLock } from '../processLock.js';
import { StorageFault, errorCode } from '../storageFault.js';
import { crc32c } from './crc32c.js';
import { syncFolder, writeDurably } from './durableFile.js';
import { openLog, type OpenedLog } from './openLog.js';
import {
  FILE_HEADER_BYTES,
  RECORD_HEADER_BYTES,
  SALT_BYTES,
  fileHeader,
  recordHeader
} from './recordFormat.js';
import { visitRecords } from './visitRecords.js';

/** Largest record; a larger one is a bug of the caller. */
const RECORD_BYTES = 64 << 20;

/** Records that one write and one fdatasync make durable. */
interface Group {
  /** Position of the first of them in the file. */
  readonly at: number;
  readonly chunks: Uint8Array[];
}

/**
 * An append-only file of records, each with its CRC-32C (recordFormat.ts). Invariants:
 * 1. One process at a time holds the file (LOG_LOCKED), by a lock file beside it.
 * 2. When flush() resolves, everything appended before it was called has been through fdatasync.
 * 3. Opening cuts off a torn tail: damage with no intact record behind it. Damage with one behind is LOG_CORRUPT.
 * 4. After any error of the disk every call rejects with LOG_FAILED. A second fdatasync could succeed without the data.
 */
export class FileRecordLog implements RecordLog {
  /** Bytes that opening cut off the end: the remains of a write that was never acknowledged. */
  readonly truncatedBytes: number;
  #file: FileHandle;
  #saltCrc: number;
  /** Where the next record will lie, buffered ones counted. */
  #end: number;
  /** Takes what is appended until the flush that writes it starts, or a rewrite begins a new file. */
  #group: Group;
  #waitingFlush: Promise<void> | null = null;
  /** Resolves when all disk work asked for so far is over. */
  #idle: Promise<void> = Promise.resolve();
  #failure: StorageFault | null = null;
  #closed = false;

  private constructor(
    private readonly path: string,
    private readonly lock: ProcessLock,
    opened: OpenedLog
  ) {
    this.#file = opened.file;
    this.#saltCrc = opened.saltCrc;
    this.#end = opened.end;
    this.#group = { at: opened.end, chunks: [] };
    this.truncatedBytes = opened.truncatedBytes;
  }

  /** Opens or makes the file. The folder must exist. Rejects with LOG_LOCKED or LOG_CORRUPT. */
  static async open(path: string): Promise<FileRecordLog> {
    const lock = await acquireProcessLock(`${path}.lock`);
    if (!isLock(lock)) throw new StorageFault('LOG_LOCKED', `process ${lock.pid} has ${path} open`);
    try {
      await rm(`${path}.new`, { force: true });
      return new FileRecordLog(path, lock, await openLog(path));
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  async visit(take: (record: Uint8Array) => boolean): Promise<void> {
    const end = this.#end;
    const saltCrc = this.#saltCrc;
    await this.flush();
    let goesOn = true;
    const at = await visitRecords(this.#file, saltCrc, end, (record) => (goesOn = take(record)));
    if (goesOn && at < end) throw new StorageFault('LOG_CORRUPT', `${this.path} is damaged at byte ${at}`);
  }

  append(record: Uint8Array): void {
    this.#assertUsable();
    if (record.length === 0 || record.length > RECORD_BYTES) throw new RangeError(`a record of ${record.length} bytes`);
    this.#group.chunks.push(recordHeader(this.#saltCrc, this.#end, record), record);
    this.#end += RECORD_HEADER_BYTES + record.length;
  }

  flush(): Promise<void> {
    this.#waitingFlush ??= this.#enqueue(this.#flushOf(this.#group));
    return this.#waitingFlush;
  }

  /** Records appended and not flushed when this is called belong to the old content: they are replaced with it. */
  rewrite(records: readonly Uint8Array[]): Promise<void> {
    this.#assertUsable();
    const salt = randomBytes(SALT_BYTES);
    this.#saltCrc = crc32c(salt);
    this.#end = FILE_HEADER_BYTES;
    const chunks: Uint8Array[] = [fileHeader(salt)];
    for (const record of records) {
      chunks.push(recordHeader(this.#saltCrc, this.#end, record), record);
      this.#end += RECORD_HEADER_BYTES + record.length;
    }
    // A flush that is still waiting keeps the old group; what is appended from now on goes to the new file.
    this.#group = { at: this.#end, chunks: [] };
    this.#waitingFlush = null;
    return this.#enqueue(() => this.#replaceFile(chunks));
  }

  sizeBytes(): number {
    return this.#end;
  }

  /** Flushes, then lets go of the file. */
  async close(): Promise<void> {
    if (this.#closed) return;
    const flushed = this.#failure === null ? this.flush() : Promise.resolve();
    this.#closed = true;
    try {
      await flushed;
    } finally {
      await this.#file.close().catch(() => undefined);
      await this.lock.release();
    }
  }

  #flushOf(group: Group): () => Promise<void> {
    return async () => {
      if (this.#group === group) {
        this.#group = { at: this.#end, chunks: [] };
        this.#waitingFlush = null;
      }
      if (group.chunks.length > 0) await writeDurably(this.#file, group.chunks, group.at);
    };
  }

  async #replaceFile(chunks: readonly Uint8Array[]): Promise<void> {
    const temporary = `${this.path}.new`;
    const file = await open(temporary, 'wx+', 0o600);
    await writeDurably(file, chunks, 0);
    await rename(temporary, this.path);
    await syncFolder(dirname(this.path));
    const old = this.#file;
    this.#file = file;
    await old.close();
  }

  /** Disk work, one piece after the other; the first that fails fails all that follow. */
  #enqueue(work: () => Promise<void>): Promise<void> {
    const result = this.#idle.then(async () => {
      if (this.#failure !== null) throw this.#failure;
      try {
        await work();
      } catch (error) {
        const why = errorCode(error) || String(error);
        this.#failure = new StorageFault('LOG_FAILED', `${this.path}: ${why}`, { cause: error });
        throw this.#failure;
      }
    });
    this.#idle = result.catch(() => undefined);
    return result;
  }

  #assertUsable(): void {
    if (this.#failure !== null) throw this.#failure;
    if (this.#closed) throw new StorageFault('LOG_FAILED', `${this.path} is closed`);
  }
}
