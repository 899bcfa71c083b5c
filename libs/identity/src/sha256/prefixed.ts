import { INITIAL, lastByteWords } from './constants.js';
import { columns, memory, range, TABLE_K, transpose } from './fourfold.js';
import { FOURFOLD, rounds, type Registers } from './rounds.js';
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
  const state = range(8, 8);
  const saved = range(16, 8);
  const message = range(24, 16);
  const registers: Registers = { state, message, sum: 40, xorBefore: 41, xorNow: 42 };
  const code = new WasmCode();
  const spare = [registers.sum, registers.xorNow];
  const splat = (value: number): WasmCode => code.int(value).vector(VEC.splat);
  const constant = (out: WasmCode, i: number): void => void out.int(0).vector(VEC.load, ...memory(TABLE_K + 16 * i));
  const [first = 0] = message;
  code.raw(0x03, 0x40);
  for (let part = 0; part < 4; part++) {
    const rows = message.slice(4 * part, 4 * part + 4);
    rows.forEach((row, i) => code.get(input).vector(VEC.load, ...memory(MESSAGE_BYTES * i + 16 * part)).set(row));
    transpose(code, rows, spare);
  }
  splat(0x00ff_ffff).get(first).vector(VEC.and).get(prefix).vector(VEC.splat).vector(VEC.or).set(first);
  state.forEach((register, i) => splat(INITIAL[i] ?? 0).set(register));
  rounds(code, FOURFOLD, registers, constant, true);
  state.forEach((register, i) => splat(INITIAL[i] ?? 0).get(register).vector(VEC.add).tee(register).set(saved[i] ?? 0));
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
  rounds(code, FOURFOLD, registers, looked, false);
  state.forEach((register, i) => code.get(register).get(saved[i] ?? 0).vector(VEC.add).set(register));
  for (const half of [0, 1]) {
    const rows = state.slice(4 * half, 4 * half + 4);
    transpose(code, rows, spare);
    rows.forEach((row, i) => code.get(output).get(row).vector(VEC.store, ...memory(32 * i + 16 * half)));
  }
  code.get(input).int(4 * MESSAGE_BYTES).raw(OP.add).set(input);
  code.get(output).int(128).raw(OP.add).set(output);
  code.get(groups).int(1).raw(OP.sub).tee(groups).raw(0x0d, 0, 0x0b);
  return { name: 'prefixed', parameters: 4, locals: [[4, I32], [35, V128]], code };
}
