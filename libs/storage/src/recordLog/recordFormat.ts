import { crc32c } from './crc32c.js';

/**
 * File = header ‖ record*.
 *   header  = "LADLOG/1" ‖ 16 random bytes (salt) ‖ u32be crc32c(the 24 bytes before)
 *   record  = u32be size ‖ u32be headCrc ‖ u32be bodyCrc ‖ body, size ≥ 1
 *   headCrc = crc32c(salt ‖ u64be offset of the record in the file ‖ u32be size)
 *   bodyCrc = crc32c(body), continued from headCrc
 * The sums are bound to this file and place, so bytes inside a body (peers choose some of them), or left from an
 * earlier file, cannot pass for a record when the log is searched for intact records behind a damaged one.
 */
const MAGIC = Buffer.from('LADLOG/1', 'ascii');
export const FILE_HEADER_BYTES = 28;
export const RECORD_HEADER_BYTES = 12;
export const SALT_BYTES = 16;

export function fileHeader(salt: Uint8Array): Buffer {
  const out = Buffer.alloc(FILE_HEADER_BYTES);
  out.set(MAGIC, 0);
  out.set(salt, MAGIC.length);
  out.writeUInt32BE(crc32c(out, 0, 0, FILE_HEADER_BYTES - 4), FILE_HEADER_BYTES - 4);
  return out;
}

/** The salt in a file's header, or null when that is not intact. */
export function saltOf(header: Buffer): Uint8Array | null {
  if (header.length < FILE_HEADER_BYTES || !header.subarray(0, MAGIC.length).equals(MAGIC)) return null;
  const intact = crc32c(header, 0, 0, FILE_HEADER_BYTES - 4) === header.readUInt32BE(FILE_HEADER_BYTES - 4);
  return intact ? header.subarray(MAGIC.length, MAGIC.length + SALT_BYTES) : null;
}

/** Whether a crash cut the making of a file of `size` bytes short: it holds no record then. Another kind of file is not this. */
export function isTornHeader(header: Buffer, size: number): boolean {
  if (header.every((byte) => byte === 0)) return size <= FILE_HEADER_BYTES;
  return size < FILE_HEADER_BYTES && MAGIC.subarray(0, size).equals(header.subarray(0, MAGIC.length));
}

/** The header of a record that will lie at `offset`. */
export function recordHeader(saltCrc: number, offset: number, body: Uint8Array): Buffer {
  const out = Buffer.alloc(RECORD_HEADER_BYTES);
  const head = headCrc(saltCrc, offset, body.length);
  out.writeUInt32BE(body.length, 0);
  out.writeUInt32BE(head, 4);
  out.writeUInt32BE(crc32c(body, head), 8);
  return out;
}

/** End of the intact record at `offset` of the file, or −1. `bytes`: those of the file from `from` on. */
export function recordEnd(bytes: Buffer, saltCrc: number, offset: number, from: number): number {
  const place = offset - from;
  if (place + RECORD_HEADER_BYTES > bytes.length) return -1;
  const size = bytes.readUInt32BE(place);
  const end = place + RECORD_HEADER_BYTES + size;
  if (size === 0 || end > bytes.length) return -1;
  const head = headCrc(saltCrc, offset, size);
  if (bytes.readUInt32BE(place + 4) !== head) return -1;
  return crc32c(bytes, head, place + RECORD_HEADER_BYTES, end) === bytes.readUInt32BE(place + 8) ? end + from : -1;
}

function headCrc(saltCrc: number, offset: number, size: number): number {
  const place = Buffer.alloc(12);
  place.writeBigUInt64BE(BigInt(offset), 0);
  place.writeUInt32BE(size, 8);
  return crc32c(place, saltCrc);
}
