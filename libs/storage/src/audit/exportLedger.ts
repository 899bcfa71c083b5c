import { createHash, type Hash as Hasher } from 'node:crypto';
import { mkdir, open, rename, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeExportRecord, readBlockRows } from '@lading/engine';
import type { AuditSource, BlockRows } from '@lading/engine';
import { StorageFault } from '../storageFault.js';
import { EXPORT_FILES, EXPORT_FORMAT, readManifest, writeManifest, type ExportedFile, type ExportManifest } from './exportManifest.js';
import { frame } from './framedFile.js';

/** A file is closed at the first of these. */
const FILE_BLOCKS = 10_000;
const FILE_BYTES = 64 << 20;
const CHECKPOINT_PAGE = 1000;

export interface ExportProgress {
  readonly height: number;
  readonly transactions: number;
}

/**
 * Writes raw blocks with their batches, outcomes and certificates into a folder (spec/export.md). What is there already of
 * the same network stays, and the export goes on after it; the file at the end is written anew, because it may have grown.
 */
export async function exportLedger(
  source: AuditSource,
  chainId: string,
  folder: string,
  onProgress: (progress: ExportProgress) => void = () => undefined
): Promise<ExportManifest> {
  await mkdir(folder, { recursive: true });
  const before = await readManifest(folder);
  if (before !== null && before.chainId !== chainId) {
    throw new StorageFault('EXPORT_UNUSABLE', `${folder} holds the export of another network`);
  }
  const genesis = await source.genesisBytes();
  if (genesis === null) throw new StorageFault('STORE_CORRUPT', 'the database holds no genesis file');
  await writeFile(join(folder, EXPORT_FILES.genesis), genesis);
  const files = [...(before?.files ?? [])].slice(0, -1);
  let transactions = files.reduce((sum, file) => sum + file.transactions, 0);
  let writer: FileWriter | null = null;
  const close = async (): Promise<void> => {
    if (writer === null) return;
    files.push(await writer.close());
    writer = null;
    await writeManifest(folder, { format: EXPORT_FORMAT, chainId, files, checkpoints: null });
  };
  for await (const rows of readBlockRows(source, (files.at(-1)?.last ?? -1) + 1, () => undefined)) {
    const { height } = rows.block;
    const current: FileWriter = writer ?? (await FileWriter.begin(folder, height));
    writer = current;
    await current.add(rows);
    transactions += rows.transactions.length;
    onProgress({ height, transactions });
    if (current.isFull) await close();
  }
  await close();
  const manifest = { format: EXPORT_FORMAT, chainId, files, checkpoints: await writeCheckpoints(source, folder) } as const;
  await writeManifest(folder, manifest);
  return manifest;
}

async function writeCheckpoints(source: AuditSource, folder: string): Promise<{ bytes: number; sha256: string }> {
  const path = join(folder, EXPORT_FILES.checkpoints);
  const file = await HashedFile.create(`${path}.partial`);
  for (let from = 0; ; ) {
    const rows = await source.checkpoints(from, CHECKPOINT_PAGE);
    const last = rows.at(-1);
    if (last === undefined) break;
    for (const { encoded } of rows) await file.write(frame(encoded));
    from = last.height + 1;
  }
  const written = await file.close();
  await rename(`${path}.partial`, path);
  return written;
}

/** A file with a running hash. */
class HashedFile {
  #bytes = 0;

  private constructor(
    private readonly file: FileHandle,
    private readonly hasher: Hasher
  ) {}

  static async create(path: string): Promise<HashedFile> {
    return new HashedFile(await open(path, 'w', 0o644), createHash('sha256'));
  }

  get bytes(): number {
    return this.#bytes;
  }

  async write(bytes: Buffer): Promise<void> {
    await this.file.write(bytes);
    this.hasher.update(bytes);
    this.#bytes += bytes.length;
  }

  async close(): Promise<{ bytes: number; sha256: string }> {
    await this.file.datasync();
    await this.file.close();
    return { bytes: this.#bytes, sha256: this.hasher.digest('hex') };
  }
}

class FileWriter {
  #last: number;
  #blocks = 0;
  #transactions = 0;

  private constructor(
    private readonly folder: string,
    private readonly name: string,
    private readonly file: HashedFile,
    private readonly first: number
  ) {
    this.#last = first;
  }

  static async begin(folder: string, first: number): Promise<FileWriter> {
    const name = `blocks-${String(first).padStart(12, '0')}.lbx`;
    return new FileWriter(folder, name, await HashedFile.create(join(folder, `${name}.partial`)), first);
  }

  get isFull(): boolean {
    return this.#blocks >= FILE_BLOCKS || this.file.bytes >= FILE_BYTES;
  }

  async add(rows: BlockRows): Promise<void> {
    await this.file.write(frame(encodeExportRecord(rows)));
    this.#blocks += 1;
    this.#transactions += rows.transactions.length;
    this.#last = rows.block.height;
  }

  async close(): Promise<ExportedFile> {
    const written = await this.file.close();
    const { name, first } = this;
    await rename(join(this.folder, `${name}.partial`), join(this.folder, name));
    return { name, first, last: this.#last, transactions: this.#transactions, ...written };
  }
}
