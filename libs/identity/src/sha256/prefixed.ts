import { lastByteWords } from './constants.js';
import { columns, firstBlock, LANE_VECTORS, lanesFrom, lastBlock, memory, range, transpose } from './fourfold.js';
import { I32, OP, V128, VEC, WasmCode, type WasmFunction } from './wasmCode.js';

const MESSAGE_BYTES = 64;
/** Bytes of the table's row for one last byte: 64 words. */
const ROW_BYTES = 256;
export const LAST_BYTES_TABLE = 256 * ROW_BYTES;

/** Writes the table of what the second block is, by its one byte: `at` is where it begins, a multiple of 4. */
export function writeLastBytes(words: Int32Array, at: number): void {
  for (let byte = 0; byte < 256; byte++) words.set(lastByteWords(byte), (at + ROW_BYTES * byte) / 4);
}

/**
 * `prefixed(input, output, groups, prefix)`: SHA-256 of `prefix` (the highest byte of the word) ‖ m for four 64-byte messages m
 * a group. `input` points at the byte before the first message: where the prefix stands in the block that is hashed.
 * `table`: where that of last bytes is in memory.
 */
export function prefixed(table: number): WasmFunction {
  const [input, output, groups, prefix] = [0, 1, 2, 3];
  const places = range(4, 4);
  const lanes = lanesFrom(10, 8);
  const { state, message } = lanes;
  const code = new WasmCode();
  const spare = [lanes.sum, lanes.xorNow];
  const splat = (value: number): WasmCode => code.int(value).vector(VEC.splat);
  const [first = 0] = message;
  code.raw(0x03, 0x40);
  for (let part = 0; part < 4; part++) {
    const rows = message.slice(4 * part, 4 * part + 4);
    rows.forEach((row, i) => code.get(input).vector(VEC.load, ...memory(MESSAGE_BYTES * i + 16 * part)).set(row));
    transpose(code, rows, spare);
  }
  splat(0x00ff_ffff).get(first).vector(VEC.and).get(prefix).vector(VEC.splat).vector(VEC.or).set(first);
  firstBlock(code, lanes, 9);
  // The second block: the last byte of each message, the end mark, and the number of bits. All its words are in the table.
  places.forEach((place, lane) => {
    code.get(input).raw(OP.load8U, 0, ...memory(MESSAGE_BYTES * (lane + 1)).slice(1)).int(8).raw(OP.shl).set(place);
  });
  const words = message.slice(0, 4);
  const looked = (out: WasmCode, i: number): void => {
    if (i % 4 === 0) {
      words.forEach((word, lane) => out.get(places[lane] ?? 0).vector(VEC.load, ...memory(table + 4 * i)).set(word));
      columns(out, words, message.slice(4, 6));
    }
    out.get(words[i % 4] ?? 0);
  };
  const next = (): void => places.forEach((place) => void code.get(place).int(64).raw(OP.add).set(place));
  lastBlock(code, lanes, looked, next);
  for (const half of [0, 1]) {
    const rows = state.slice(4 * half, 4 * half + 4);
    transpose(code, rows, spare);
    rows.forEach((row, i) => code.get(output).get(row).vector(VEC.store, ...memory(32 * i + 16 * half)));
  }
  code.get(input).int(4 * MESSAGE_BYTES).raw(OP.add).set(input);
  code.get(output).int(128).raw(OP.add).set(output);
  code.get(groups).int(1).raw(OP.sub).tee(groups).raw(0x0d, 0, 0x0b);
  return { name: 'prefixed', parameters: 4, locals: [[6, I32], [LANE_VECTORS, V128]], code };
}
