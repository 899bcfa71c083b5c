import { INITIAL } from './constants.js';
import { memory, range, TABLE_K, transpose } from './fourfold.js';
import { FOURFOLD, rounds, type Registers } from './rounds.js';
import { OP, V128, VEC, WasmCode, type WasmFunction } from './wasmCode.js';

const MESSAGE_BYTES = 64;
/** Bits of a byte and 64 more. */
const BITS = 8 * (MESSAGE_BYTES + 1);

/**
 * `prefixed(input, output, groups, prefix)`: SHA-256 of `prefix` (the highest byte of the word) ‖ m for four 64-byte messages m
 * a group. `input` points at the byte before the first message: where the prefix stands in the block that is hashed.
 */
export function prefixed(): WasmFunction {
  const [input, output, groups, prefix] = [0, 1, 2, 3];
  const state = range(4, 8);
  const saved = range(12, 8);
  const message = range(20, 16);
  const registers: Registers = { state, message, sum: 36, xorBefore: 37, xorNow: 38 };
  const code = new WasmCode();
  const spare = [registers.sum, registers.xorNow];
  const splat = (value: number): WasmCode => code.int(value).vector(VEC.splat);
  const table = (out: WasmCode, i: number): void => void out.int(0).vector(VEC.load, ...memory(TABLE_K + 16 * i));
  const [first = 0] = message;
  code.raw(0x03, 0x40);
  for (let part = 0; part < 4; part++) {
    const rows = message.slice(4 * part, 4 * part + 4);
    rows.forEach((row, i) => code.get(input).vector(VEC.load, ...memory(MESSAGE_BYTES * i + 16 * part)).set(row));
    transpose(code, rows, spare);
  }
  splat(0x00ff_ffff).get(first).vector(VEC.and).get(prefix).vector(VEC.splat).vector(VEC.or).set(first);
  state.forEach((register, i) => splat(INITIAL[i] ?? 0).set(register));
  rounds(code, FOURFOLD, registers, table, true);
  state.forEach((register, i) => splat(INITIAL[i] ?? 0).get(register).vector(VEC.add).tee(register).set(saved[i] ?? 0));
  // The second block: the last byte, the end mark, and the number of bits.
  splat(0);
  for (let lane = 0; lane < 4; lane++) {
    const offset = memory(MESSAGE_BYTES * (lane + 1)).slice(1);
    code.get(input).raw(OP.load8U, 0, ...offset).vector(VEC.replaceLane, lane);
  }
  code.int(24).vector(VEC.shl);
  splat(0x0080_0000).vector(VEC.or).set(first);
  for (const word of message.slice(1, 15)) splat(0).set(word);
  splat(BITS).set(message[15] ?? 0);
  rounds(code, FOURFOLD, registers, table, true);
  state.forEach((register, i) => code.get(register).get(saved[i] ?? 0).vector(VEC.add).set(register));
  for (const half of [0, 1]) {
    const rows = state.slice(4 * half, 4 * half + 4);
    transpose(code, rows, spare);
    rows.forEach((row, i) => code.get(output).get(row).vector(VEC.store, ...memory(32 * i + 16 * half)));
  }
  code.get(input).int(4 * MESSAGE_BYTES).raw(OP.add).set(input);
  code.get(output).int(128).raw(OP.add).set(output);
  code.get(groups).int(1).raw(OP.sub).tee(groups).raw(0x0d, 0, 0x0b);
  return { name: 'prefixed', parameters: 4, locals: [[35, V128]], code };
}
