import { randomBytes } from 'node:crypto';
import { open, readFile, type FileHandle } from 'node:fs/promises';
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
  const content = await readFile(path).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return Buffer.alloc(0);
    throw error;
  });
  if (isTornHeader(content)) return createLog(path, content.length);
  const salt = saltOf(content);
  if (salt === null) throw new StorageFault('LOG_CORRUPT', `${path}: the file header is damaged`);
  const saltCrc = crc32c(salt);
  const end = intactEnd(path, content, saltCrc);
  const file = await open(path, 'r+');
  if (end < content.length) {
    await file.truncate(end);
    await file.datasync();
  }
  return { file, saltCrc, end, truncatedBytes: content.length - end };
}

async function createLog(path: string, truncatedBytes: number): Promise<OpenedLog> {
  const salt = randomBytes(SALT_BYTES);
  const file = await open(path, 'w+', 0o600);
  await writeDurably(file, [fileHeader(salt)], 0);
  await syncFolder(dirname(path));
  return { file, saltCrc: crc32c(salt), end: FILE_HEADER_BYTES, truncatedBytes };
}

/** End of the intact records from the start. Refuses damage that has an intact record behind it. */
function intactEnd(path: string, content: Buffer, saltCrc: number): number {
  let at = FILE_HEADER_BYTES;
  for (let end = recordEnd(content, saltCrc, at); end >= 0; end = recordEnd(content, saltCrc, at)) at = end;
  for (let later = at + 1; later + RECORD_HEADER_BYTES < content.length; later++)
    if (recordEnd(content, saltCrc, later) >= 0)
      throw new StorageFault('LOG_CORRUPT', `${path} is damaged at byte ${at}; intact records go on at ${later}`);
  return at;
}
