import { INITIAL, K, PADDING_WORDS } from './constants.js';
import { beforeRounds, FOURFOLD, rounds, type Registers } from './rounds.js';
import { OP, VEC, type WasmCode } from './wasmCode.js';

/** Where the tables are in a module's memory. They hold each word four times, for the four messages side by side. */
const TABLE_K = 0;
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

/** Locals of functions that hash four messages side by side: vectors, and one number that counts. */
export interface Lanes extends Registers {
  readonly saved: readonly number[];
  readonly counter: number;
}

/** Vectors from `first` on, 35 of them. */
export const lanesFrom = (first: number, counter: number): Lanes => ({
  state: range(first, 8),
  saved: range(first + 8, 8),
  message: range(first + 16, 16),
  ...{ sum: first + 32, xorBefore: first + 33, xorNow: first + 34, counter }
});
export const LANE_VECTORS = 35;

const splat = (code: WasmCode, value: number): WasmCode => code.int(value).vector(VEC.splat);

/** Bytes of a table for the rounds of one turn. */
const TURN = 16 * 16;

/**
 * Sixteen rounds, `turns` times. 64 written out would be more code than the processor's cache of instructions holds. `next`
 * moves to what the next turn reads.
 */
function turnsOfRounds(code: WasmCode, lanes: Lanes, turns: number, emit: () => void, next: () => void): void {
  const { counter } = lanes;
  code.int(turns).set(counter);
  code.raw(0x03, 0x40);
  emit();
  next();
  code.get(counter).int(1).raw(OP.sub).tee(counter).raw(0x0d, 0, 0x0b);
}

/** From the initial state over the block in `message`, to `state`. */
export function firstBlock(code: WasmCode, lanes: Lanes, pointer: number): void {
  const { state } = lanes;
  const constant = (out: WasmCode, i: number): void => void out.get(pointer).vector(VEC.load, ...memory(TABLE_K + 16 * i));
  state.forEach((register, i) => splat(code, INITIAL[i] ?? 0).set(register));
  beforeRounds(code, FOURFOLD, lanes);
  code.int(0).set(pointer);
  rounds(code, FOURFOLD, lanes, [0, 16], constant, 'given');
  const next = (): void => void code.get(pointer).int(TURN).raw(OP.add).set(pointer);
  turnsOfRounds(code, lanes, 3, () => rounds(code, FOURFOLD, lanes, [16, 32], constant, 'scheduled'), next);
  state.forEach((register, i) => splat(code, INITIAL[i] ?? 0).get(register).vector(VEC.add).set(register));
}

/** From that state over the padding of messages of 64 bytes, to the hash. */
export function paddingBlock(code: WasmCode, lanes: Lanes, pointer: number): void {
  code.int(0).set(pointer);
  const constant = (out: WasmCode, i: number): void => {
    out.get(pointer).vector(VEC.load, ...memory(TABLE_PADDING + 16 * i));
  };
  lastBlock(code, lanes, constant, () => code.get(pointer).int(TURN).raw(OP.add).set(pointer));
}

/** The same over a block whose scheduled words, with their K, `scheduled` pushes: those of a turn, `next` leads to the next. */
export function lastBlock(
  code: WasmCode,
  lanes: Lanes,
  scheduled: (code: WasmCode, i: number) => void,
  next: () => void
): void {
  const { state, saved } = lanes;
  state.forEach((register, i) => code.get(register).set(saved[i] ?? 0));
  beforeRounds(code, FOURFOLD, lanes);
  turnsOfRounds(code, lanes, 4, () => rounds(code, FOURFOLD, lanes, [0, 16], scheduled, 'constant'), next);
  state.forEach((register, i) => code.get(register).get(saved[i] ?? 0).vector(VEC.add).set(register));
}
