import type { FileHandle } from 'node:fs/promises';
import { FILE_HEADER_BYTES, RECORD_HEADER_BYTES, recordEnd } from './recordFormat.js';

/** Bytes that are read from the disk at once. */
const WINDOW_BYTES = 1 << 20;

/** A part of a file in memory, moved along it: a log may be larger than what a node wants to hold of it. */
class FileWindow {
  #bytes = Buffer.allocUnsafeSlow(WINDOW_BYTES);
  #from = 0;
  #held = 0;

  constructor(private readonly file: FileHandle) {}

  /** `count` bytes from `at` on, fewer where the file ends. They stay as they are until the next call. */
  async read(at: number, count: number): Promise<Buffer> {
    if (at < this.#from || at + count > this.#from + this.#held) await this.#load(at, count);
    const start = at - this.#from;
    return this.#bytes.subarray(start, Math.min(start + count, this.#held));
  }

  async #load(at: number, count: number): Promise<void> {
    if (count > this.#bytes.length) this.#bytes = Buffer.allocUnsafeSlow(count);
    this.#from = at;
    this.#held = 0;
    while (this.#held < this.#bytes.length) {
      const room = this.#bytes.length - this.#held;
      const { bytesRead } = await this.file.read(this.#bytes, this.#held, room, at + this.#held);
      if (bytesRead === 0) break;
      this.#held += bytesRead;
    }
  }
}

/**
 * Gives the bodies of intact records to `take`, in order and up to the byte `end` of the file. Ends at the first record that is not
 * intact, or when `take` returns false. Returns the end of the last record that was given. A body's memory is used again.
 */
export async function visitRecords(
  file: FileHandle,
  saltCrc: number,
  end: number,
  take: (body: Uint8Array) => boolean
): Promise<number> {
  const window = new FileWindow(file);
  let at = FILE_HEADER_BYTES;
  while (at + RECORD_HEADER_BYTES < end) {
    const header = await window.read(at, RECORD_HEADER_BYTES);
    if (header.length < RECORD_HEADER_BYTES) break;
    const next = at + RECORD_HEADER_BYTES + header.readUInt32BE(0);
    if (next > end) break;
    const record = await window.read(at, next - at);
    if (recordEnd(record, saltCrc, at, at) < 0) break;
    at = next;
    // No Buffer: a slice of one would not be a copy.
    if (!take(new Uint8Array(record.buffer, record.byteOffset + RECORD_HEADER_BYTES, record.length - RECORD_HEADER_BYTES))) break;
  }
  return at;
}
