import { writeSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

/** Up to this size, copying it into the page cache takes less time than handing it to another thread and back. */
const AT_ONCE_BYTES = 64 << 10;

/** Writes all bytes at `position` and waits until they are on the disk. */
export async function writeDurably(file: FileHandle, chunks: readonly Uint8Array[], position: number): Promise<void> {
  const data = chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks);
  for (let done = 0; done < data.length; ) {
    const left = data.length - done;
    if (data.length <= AT_ONCE_BYTES) done += writeSync(file.fd, data, done, left, position + done);
    else done += (await file.write(data, done, left, position + done)).bytesWritten;
  }
  await file.datasync();
}

/** Makes a created or renamed name durable; platforms that cannot open a folder do not need it. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
