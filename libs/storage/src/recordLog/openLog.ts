import { randomBytes } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StorageFault, errorCode } from '../storageFault.js';
import { crc32c } from './crc32c.js';
import { syncFolder, writeDurably } from './durableFile.js';
import {
  FILE_HEADER_BYTES,
  RECORD_HEADER_BYTES,
  SALT_BYTES,
  fileHeader,
  isTornHeader,
  recordEnd,
  saltOf
} from './recordFormat.js';
import { visitRecords } from './visitRecords.js';

export interface OpenedLog {
  readonly file: FileHandle;
  readonly saltCrc: number;
  /** End of the last intact record: where the file ends now. */
  readonly end: number;
  /** Bytes cut off behind it. */
  readonly truncatedBytes: number;
}

/** Opens the file, or makes it; cuts off a torn tail durably. Rejects with LOG_CORRUPT. */
export async function openLog(path: string): Promise<OpenedLog> {
  const file = await open(path, 'r+').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  });
  if (file === null) return createLog(path, 0);
  try {
    const { size } = await file.stat();
    const header = await bytesOf(file, 0, Math.min(size, FILE_HEADER_BYTES));
    if (isTornHeader(header, size)) {
      await file.close();
      return await createLog(path, size);
    }
    const salt = saltOf(header);
    if (salt === null) throw new StorageFault('LOG_CORRUPT', `${path}: the file header is damaged`);
    const saltCrc = crc32c(salt);
    const end = await intactEnd(path, file, size, saltCrc);
    if (end < size) {
      await file.truncate(end);
      await file.datasync();
    }
    return { file, saltCrc, end, truncatedBytes: size - end };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function createLog(path: string, truncatedBytes: number): Promise<OpenedLog> {
  const salt = randomBytes(SALT_BYTES);
  const file = await open(path, 'w+', 0o600);
  await writeDurably(file, [fileHeader(salt)], 0);
  await syncFolder(dirname(path));
  return { file, saltCrc: crc32c(salt), end: FILE_HEADER_BYTES, truncatedBytes };
}

/** End of the intact records from the start. Refuses damage that has an intact record behind it. */
async function intactEnd(path: string, file: FileHandle, size: number, saltCrc: number): Promise<number> {
  const end = await visitRecords(file, saltCrc, size, () => true);
  const rest = await bytesOf(file, end, size - end);
  for (let later = end + 1; later + RECORD_HEADER_BYTES < size; later++)
    if (recordEnd(rest, saltCrc, later, end) >= 0)
      throw new StorageFault('LOG_CORRUPT', `${path} is damaged at byte ${end}; intact records go on at ${later}`);
  return end;
}

async function bytesOf(file: FileHandle, from: number, count: number): Promise<Buffer> {
  const bytes = Buffer.alloc(count);
  const { bytesRead } = await file.read(bytes, 0, count, from);
  if (bytesRead < count) throw new StorageFault('LOG_FAILED', `${bytesRead} bytes read of ${count}`);
  return bytes;
}
