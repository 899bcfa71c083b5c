import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StorageFault } from '../storageFault.js';

export const EXPORT_FORMAT = 'lading/export/1';
export const EXPORT_FILES = { manifest: 'manifest.json', genesis: 'genesis.json', checkpoints: 'checkpoints.lbx' } as const;

export interface ExportedFile {
  readonly name: string;
  /** Heights of its first and last record. */
  readonly first: number;
  readonly last: number;
  readonly transactions: number;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

/** What an export says that it holds (spec/export.md 2). Believed for nothing: blocks prove themselves. */
export interface ExportManifest {
  readonly format: typeof EXPORT_FORMAT;
  /** base64url */
  readonly chainId: string;
  /** Of blocks, ascending, without gaps from height 0. */
  readonly files: readonly ExportedFile[];
  /** Null until the export is complete. */
  readonly checkpoints: { readonly bytes: number; readonly sha256: string } | null;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

/** The manifest of a folder, or null when there is none. EXPORT_UNUSABLE: it is something else. */
export async function readManifest(folder: string): Promise<ExportManifest | null> {
  const path = join(folder, EXPORT_FILES.manifest);
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return null;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new StorageFault('EXPORT_UNUSABLE', `${path} is not JSON`);
  }
  if (isManifest(parsed)) return parsed;
  throw new StorageFault('EXPORT_UNUSABLE', `${path} is not the manifest of an export`);
}

function isManifest(value: unknown): value is ExportManifest {
  if (!isRecord(value) || value['format'] !== EXPORT_FORMAT || typeof value['chainId'] !== 'string') return false;
  const { files, checkpoints } = value as { readonly files?: unknown; readonly checkpoints?: unknown };
  const isFile = (file: unknown): boolean =>
    isRecord(file) &&
    ['first', 'last', 'transactions', 'bytes'].every((name) => Number.isSafeInteger(file[name])) &&
    // A name leads nowhere else.
    /^blocks-[0-9]{12}[.]lbx$/.test(String(file['name'])) &&
    typeof file['sha256'] === 'string';
  return Array.isArray(files) && files.every(isFile) && (checkpoints === null || isRecord(checkpoints));
}

/** Whole or not at all: an export that is interrupted goes on from it. */
export async function writeManifest(folder: string, manifest: ExportManifest): Promise<void> {
  const path = join(folder, EXPORT_FILES.manifest);
  await writeFile(`${path}.partial`, `${JSON.stringify(manifest, null, 2)}\n`);
  await rename(`${path}.partial`, path);
}
