import { createHash, type Hash as Hasher } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm, stat, truncate, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeExportRecord, encodeExportRecord } from '@lading/engine';
import type { BlockRows } from '@lading/engine';
import type { ExportedFile } from './exportManifest.js';
import { frame, readFrames } from './framedFile.js';

/** A file is closed at the first of these. */
const FILE_BLOCKS = 10_000;
const FILE_BYTES = 64 << 20;

/** Hex of the SHA-256, or null where there is no such file. */
export async function hashOfFile(path: string): Promise<string | null> {
  if ((await stat(path).catch(() => null)) === null) return null;
  const hasher = createHash('sha256');
  for await (const chunk of createReadStream(path)) hasher.update(chunk as Buffer);
  return hasher.digest('hex');
}

/** A file with a running hash. */
export class HashedFile {
  readonly #hasher: Hasher = createHash('sha256');
  #bytes = 0;

  private constructor(private readonly file: FileHandle) {}

  static async create(path: string): Promise<HashedFile> {
    return new HashedFile(await open(path, 'w', 0o644));
  }

  /** One that is there, to be written on; what was read of it is counted with `resumed`. */
  static async append(path: string): Promise<HashedFile> {
    return new HashedFile(await open(path, 'a', 0o644));
  }

  get bytes(): number {
    return this.#bytes;
  }

  async write(bytes: Buffer): Promise<void> {
    await this.file.appendFile(bytes);
    this.resumed(bytes);
  }

  resumed(bytes: Buffer): void {
    this.#hasher.update(bytes);
    this.#bytes += bytes.length;
  }

  async close(): Promise<{ bytes: number; sha256: string }> {
    await this.file.datasync();
    await this.file.close();
    return { bytes: this.#bytes, sha256: this.#hasher.digest('hex') };
  }
}

const nameOf = (first: number): string => `blocks-${String(first).padStart(12, '0')}.lbx`;

/** A file of an export in the making: it has its name once it is whole. */
export class ExportFile {
  #last: number;
  #blocks = 0;
  #transactions = 0;

  private constructor(
    private readonly folder: string,
    private readonly file: HashedFile,
    private readonly first: number
  ) {
    this.#last = first - 1;
  }

  static async begin(folder: string, first: number): Promise<ExportFile> {
    return new ExportFile(folder, await HashedFile.create(join(folder, `${nameOf(first)}.partial`)), first);
  }

  /**
   * What an interrupted run has left of the file that begins at a height: its whole records of consecutive heights. What
   * comes after them is cut off. Null when there is nothing.
   */
  static async goOn(folder: string, first: number): Promise<ExportFile | null> {
    const path = join(folder, `${nameOf(first)}.partial`);
    if ((await stat(path).catch(() => null)) === null) return null;
    const writer = new ExportFile(folder, await HashedFile.append(path), first);
    for await (const record of readFrames(path, () => undefined)) {
      const rows = decodeExportRecord(record);
      if (rows === null || rows.block.height !== writer.#last + 1) break;
      writer.file.resumed(frame(record));
      writer.#count(rows);
    }
    await truncate(path, writer.file.bytes);
    if (writer.#blocks > 0) return writer;
    await writer.leave();
    await rm(path);
    return null;
  }

  get isFull(): boolean {
    return this.#blocks >= FILE_BLOCKS || this.file.bytes >= FILE_BYTES;
  }

  /** Height of its last record. */
  get last(): number {
    return this.#last;
  }

  get transactions(): number {
    return this.#transactions;
  }

  async add(rows: BlockRows): Promise<void> {
    await this.file.write(frame(encodeExportRecord(rows)));
    this.#count(rows);
  }

  #count(rows: BlockRows): void {
    this.#blocks += 1;
    this.#transactions += rows.transactions.length;
    this.#last = rows.block.height;
  }

  /** Closes it as it is, for another run to go on with. */
  async leave(): Promise<void> {
    await this.file.close();
  }

  async finish(): Promise<ExportedFile> {
    const written = await this.file.close();
    const name = nameOf(this.first);
    await rename(join(this.folder, `${name}.partial`), join(this.folder, name));
    return { name, first: this.first, last: this.#last, transactions: this.#transactions, ...written };
  }
}
