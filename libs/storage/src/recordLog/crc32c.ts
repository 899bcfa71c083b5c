/** CRC-32C (Castagnoli; RFC 3720 §B.4), reflected, polynomial 0x1EDC6F41. node:zlib has only the other CRC-32. */

const byte = (data: Uint8Array, at: number): number => data[at] as number;
const entry = (table: Int32Array, at: number): number => table[at] as number;

const TABLES = buildTables();

/** CRC of `data[start, end)`, continuing from `seed` (the CRC of what came before). Unsigned. */
export function crc32c(data: Uint8Array, seed = 0, start = 0, end = data.length): number {
  let crc = ~seed;
  let at = start;
  const [t0, t1, t2, t3] = TABLES;
  // Four bytes a turn ("slicing by 4").
  for (; at + 4 <= end; at += 4) {
    crc ^= byte(data, at) | (byte(data, at + 1) << 8) | (byte(data, at + 2) << 16) | (byte(data, at + 3) << 24);
    crc =
      entry(t3, crc & 255) ^ entry(t2, (crc >>> 8) & 255) ^ entry(t1, (crc >>> 16) & 255) ^ entry(t0, crc >>> 24);
  }
  for (; at < end; at++) crc = entry(t0, (crc ^ byte(data, at)) & 255) ^ (crc >>> 8);
  return ~crc >>> 0;
}

function buildTables(): readonly [Int32Array, Int32Array, Int32Array, Int32Array] {
  const first = new Int32Array(256);
  for (let i = 0; i < 256; i++) {
    let crc = i;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
    first[i] = crc;
  }
  const next = (previous: Int32Array): Int32Array =>
    previous.map((crc) => entry(first, crc & 255) ^ (crc >>> 8));
  const second = next(first);
  const third = next(second);
  return [first, second, third, next(third)];
}
