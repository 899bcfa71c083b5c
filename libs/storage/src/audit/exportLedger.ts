import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readBlockRows } from '@lading/engine';
import type { AuditSource } from '@lading/engine';
import { decodeCheckpoint } from '@lading/ledger';
import { StorageFault } from '../storageFault.js';
import { ExportFile, hashOfFile, HashedFile } from './exportFile.js';
import { EXPORT_FILES, EXPORT_FORMAT, readManifest, writeManifest, type ExportedFile, type ExportManifest } from './exportManifest.js';
import { frame } from './framedFile.js';

const CHECKPOINT_PAGE = 1000;

export interface ExportProgress {
  readonly height: number;
  readonly transactions: number;
}

/**
 * Writes raw blocks with their batches, outcomes and certificates into a folder (spec/export.md). What is there already of
 * the same network stays, and the export goes on after its last whole record, however the run before has ended.
 */
export async function exportLedger(
  source: AuditSource,
  chainId: string,
  folder: string,
  onProgress: (progress: ExportProgress) => void = () => undefined
): Promise<ExportManifest> {
  const genesis = await source.genesisBytes();
  if (genesis === null) throw new StorageFault('STORE_CORRUPT', 'the database holds no genesis file');
  await mkdir(folder, { recursive: true });
  const files = await whatIsThere(folder, chainId);
  await writeFile(join(folder, EXPORT_FILES.genesis), genesis);
  const next = (files.at(-1)?.last ?? -1) + 1;
  const before = files.reduce((sum, file) => sum + file.transactions, 0);
  let writer: ExportFile | null = await ExportFile.goOn(folder, next);
  let last = writer?.last ?? next - 1;
  let transactions = before + (writer?.transactions ?? 0);
  try {
    for await (const rows of readBlockRows(source, last + 1, () => undefined)) {
      const { height } = rows.block;
      writer ??= await ExportFile.begin(folder, height);
      await writer.add(rows);
      last = height;
      transactions += rows.transactions.length;
      if (writer.isFull) {
        files.push(await writer.finish());
        writer = null;
        await writeManifest(folder, { format: EXPORT_FORMAT, chainId, files, checkpoints: null });
      }
      onProgress({ height, transactions });
    }
    if (writer !== null) files.push(await writer.finish());
    writer = null;
  } finally {
    await writer?.leave();
  }
  const manifest = { format: EXPORT_FORMAT, chainId, files, checkpoints: await writeCheckpoints(source, folder, last) } as const;
  await writeManifest(folder, manifest);
  return manifest;
}

/** The whole files of an earlier run, without the last: it may have grown, and becomes the one in the making again. */
async function whatIsThere(folder: string, chainId: string): Promise<ExportedFile[]> {
  const before = await readManifest(folder);
  if (before !== null && before.chainId !== chainId) {
    throw new StorageFault('EXPORT_UNUSABLE', `${folder} holds the export of another network`);
  }
  const files = [...(before?.files ?? [])];
  const last = before?.checkpoints === null ? undefined : files.pop();
  // From here on the folder belongs to this network, and says that it is not complete.
  await writeManifest(folder, { format: EXPORT_FORMAT, chainId, files, checkpoints: null });
  if (last === undefined) return files;
  const path = join(folder, last.name);
  const isWhole = (await hashOfFile(path)) === last.sha256;
  if (isWhole) await rename(path, `${path}.partial`);
  else await rm(path, { force: true });
  return files;
}

/** Those of the blocks that are here: a node that runs may have more by now. */
async function writeCheckpoints(source: AuditSource, folder: string, lastHeight: number): Promise<{ bytes: number; sha256: string }> {
  const path = join(folder, EXPORT_FILES.checkpoints);
  const file = await HashedFile.create(`${path}.partial`);
  for (let from = 0; ; ) {
    const rows = await source.checkpoints(from, CHECKPOINT_PAGE);
    const last = rows.at(-1);
    if (last === undefined) break;
    for (const { height, encoded } of rows) if (height <= lastHeight || !decodeCheckpoint(encoded).ok) await file.write(frame(encoded));
    from = last.height + 1;
  }
  const written = await file.close();
  await rename(`${path}.partial`, path);
  return written;
}
