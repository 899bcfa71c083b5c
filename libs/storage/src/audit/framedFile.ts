import { open, type FileHandle } from 'node:fs/promises';

/** Longest record that a reader takes: a block with all its batches is well below. */
const RECORD_BYTES = 1 << 30;

/** u32be(length) ‖ bytes. */
export function frame(record: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(4 + record.length);
  framed.writeUInt32BE(record.length);
  framed.set(record, 4);
  return framed;
}

/** The records of a file of frames; ends early, and says so, where the bytes are none. */
export async function* readFrames(path: string, onCutOff: () => void): AsyncGenerator<Uint8Array> {
  const file = await open(path, 'r');
  try {
    for (;;) {
      const head = await take(file, 4);
      if (head === null || head.length === 0) return;
      const size = head.length === 4 ? head.readUInt32BE() : RECORD_BYTES;
      const record = size < RECORD_BYTES ? await take(file, size) : null;
      if (record === null || record.length < size) return onCutOff();
      yield new Uint8Array(record.buffer, record.byteOffset, record.length);
    }
  } finally {
    await file.close();
  }
}

/** The records of frames in memory, or null where the bytes are none. */
export function splitFrames(bytes: Uint8Array): readonly Uint8Array[] | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const records: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (at + 4 > bytes.length) return null;
    const end = at + 4 + view.getUint32(at);
    if (end > bytes.length) return null;
    records.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return records;
}

/** Up to `size` bytes from where the file stands: fewer at its end. */
async function take(file: FileHandle, size: number): Promise<Buffer | null> {
  const buffer = Buffer.allocUnsafe(size);
  let filled = 0;
  while (filled < size) {
    const { bytesRead } = await file.read(buffer, filled, size - filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
