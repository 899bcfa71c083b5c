import { INITIAL, K, PADDING_WORDS } from './constants.js';
import { FOURFOLD, rounds, type Registers } from './rounds.js';
import { VEC, type WasmCode } from './wasmCode.js';

/** Where the tables are in a module's memory. They hold each word four times, for the four messages side by side. */
export const TABLE_K = 0;
const TABLE_PADDING = 1024;

/** Writes the tables that the code below reads. */
export function writeTables(words: Int32Array): void {
  K.forEach((word, i) => words.fill(word, TABLE_K / 4 + 4 * i, TABLE_K / 4 + 4 * i + 4));
  PADDING_WORDS.forEach((word, i) => words.fill(word, TABLE_PADDING / 4 + 4 * i, TABLE_PADDING / 4 + 4 * i + 4));
}

export const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);
export const memory = (offset: number): number[] => {
  const bytes = [2];
  for (let rest = offset; ; rest >>>= 7) {
    bytes.push((rest & 127) | (rest > 127 ? 128 : 0));
    if (rest <= 127) return bytes;
  }
};

/** Lanes of two vectors as one shuffle: 32-bit words 0–3 of the first, 4–7 of the second. */
const shuffle = (code: WasmCode, words: readonly number[]): void => {
  code.vector(VEC.shuffle, ...words.flatMap((word) => range(4 * word, 4)));
};

/** The bytes of each word the other way round. */
const TURNED = [0, 1, 2, 3].flatMap((word) => [3, 2, 1, 0].map((byte) => 4 * word + byte));

/** Turns the bytes of each word in four vectors of four words each, and then rows into columns, in place. */
export function transpose(code: WasmCode, rows: readonly number[], spare: readonly number[]): void {
  for (const row of rows) code.get(row).get(row).vector(VEC.shuffle, ...TURNED).set(row);
  columns(code, rows, spare);
}

/** The same without bytes. Shuffles that processors have: others are made of six or more instructions. */
export function columns(code: WasmCode, rows: readonly number[], spare: readonly number[]): void {
  const [r0 = 0, r1 = 0, r2 = 0, r3 = 0] = rows;
  const [s0 = 0, s1 = 0] = spare;
  const pair = (a: number, b: number, words: readonly number[], target: number): void => {
    code.get(a).get(b);
    shuffle(code, words);
    code.set(target);
  };
  pair(r0, r1, [0, 4, 1, 5], s0);
  pair(r0, r1, [2, 6, 3, 7], s1);
  pair(r2, r3, [0, 4, 1, 5], r0);
  pair(r2, r3, [2, 6, 3, 7], r2);
  pair(s1, r2, [2, 3, 6, 7], r3);
  pair(s1, r2, [0, 1, 4, 5], r2);
  pair(s0, r0, [2, 3, 6, 7], r1);
  pair(s0, r0, [0, 1, 4, 5], r0);
}

/** From the initial state over the block in `registers.message` and that of the padding: `registers.state` then holds four hashes. */
export function hashFourfold(code: WasmCode, registers: Registers, saved: readonly number[]): void {
  const { state } = registers;
  const splat = (value: number): void => void code.int(value).vector(VEC.splat);
  const table = (at: number) => (out: WasmCode, i: number) => void out.int(0).vector(VEC.load, ...memory(at + 16 * i));
  state.forEach((register, i) => {
    splat(INITIAL[i] ?? 0);
    code.set(register);
  });
  rounds(code, FOURFOLD, registers, table(TABLE_K), true);
  state.forEach((register, i) => {
    splat(INITIAL[i] ?? 0);
    code.get(register).vector(VEC.add).tee(register).set(saved[i] ?? 0);
  });
  rounds(code, FOURFOLD, registers, table(TABLE_PADDING), false);
  state.forEach((register, i) => code.get(register).get(saved[i] ?? 0).vector(VEC.add).set(register));
}
