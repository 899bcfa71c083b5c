import { OP, VEC, WasmCode } from './wasmCode.js';

/** What one word of the algorithm is: 32 bits, or the words of four messages side by side. */
export interface Words {
  readonly add: (code: WasmCode) => void;
  readonly xor: (code: WasmCode) => void;
  readonly and: (code: WasmCode) => void;
  /** Pushes x rotated right, x a local. */
  readonly rotr: (code: WasmCode, x: number, bits: number) => void;
  readonly shrU: (code: WasmCode, x: number, bits: number) => void;
}

export const SCALAR: Words = {
  add: (code) => void code.raw(OP.add),
  xor: (code) => void code.raw(OP.xor),
  and: (code) => void code.raw(OP.and),
  rotr: (code, x, bits) => void code.get(x).int(bits).raw(OP.rotr),
  shrU: (code, x, bits) => void code.get(x).int(bits).raw(OP.shrU)
};

export const FOURFOLD: Words = {
  add: (code) => void code.vector(VEC.add),
  xor: (code) => void code.vector(VEC.xor),
  and: (code) => void code.vector(VEC.and),
  rotr: (code, x, bits) => {
    code.get(x).int(bits).vector(VEC.shrU);
    code.get(x).int(32 - bits).vector(VEC.shl).vector(VEC.or);
  },
  shrU: (code, x, bits) => void code.get(x).int(bits).vector(VEC.shrU)
};

/** Locals of a compression: the eight working variables, sixteen words of the message, three for steps between. */
export interface Registers {
  readonly state: readonly number[];
  readonly message: readonly number[];
  readonly sum: number;
  readonly xorBefore: number;
  readonly xorNow: number;
}

const local = (registers: readonly number[], index: number): number => registers[index & (registers.length - 1)] ?? 0;

/** Pushes the sum (xor) of three rotations; the third is a shift where `shifts`. */
function three(code: WasmCode, words: Words, x: number, [a, b, c]: readonly [number, number, number], shifts: boolean): void {
  words.rotr(code, x, a);
  words.rotr(code, x, b);
  words.xor(code);
  if (shifts) words.shrU(code, x, c);
  else words.rotr(code, x, c);
  words.xor(code);
}

/** FIPS 180-4 §6.2.2 step 1: the next word replaces the one sixteen before it. */
function schedule(code: WasmCode, words: Words, { message }: Registers, i: number): void {
  const target = local(message, i);
  code.get(target);
  three(code, words, local(message, i + 1), [7, 18, 3], true);
  words.add(code);
  code.get(local(message, i + 9));
  words.add(code);
  three(code, words, local(message, i + 14), [17, 19, 10], true);
  words.add(code);
  code.set(target);
}

/** Where a round's word of the message comes from: it is in its register, is scheduled there first, or is in the constant. */
export type MessageWords = 'given' | 'scheduled' | 'constant';

/** Sets what every round takes from the one before: b ^ c. */
export function beforeRounds(code: WasmCode, words: Words, { state, xorBefore }: Registers): void {
  code.get(local(state, 1)).get(local(state, 2));
  words.xor(code);
  code.set(xorBefore);
}

/**
 * Rounds of step 3, written out, a multiple of eight: the working variables change their names instead of their places, and
 * have their own names again in the end. `constant(i)` pushes K_i, with the word of the message added where it is in there.
 */
export function rounds(
  code: WasmCode,
  words: Words,
  registers: Registers,
  [from, end]: readonly [number, number],
  constant: (code: WasmCode, i: number) => void,
  message: MessageWords
): void {
  const { state, sum } = registers;
  let { xorBefore, xorNow } = registers;
  const at = (i: number, variable: number): number => local(state, variable - i + 64);
  for (let i = from; i < end; i++) {
    if (message === 'scheduled') schedule(code, words, registers, i);
    const [a, b, d, e, f, g, h] = [at(i, 0), at(i, 1), at(i, 3), at(i, 4), at(i, 5), at(i, 6), at(i, 7)];
    code.get(h);
    constant(code, i);
    words.add(code);
    if (message !== 'constant') {
      code.get(local(registers.message, i));
      words.add(code);
    }
    three(code, words, e, [6, 11, 25], false);
    words.add(code);
    // Ch = g ^ (e & (f ^ g))
    code.get(f).get(g);
    words.xor(code);
    code.get(e);
    words.and(code);
    code.get(g);
    words.xor(code);
    words.add(code);
    code.tee(sum).get(d);
    words.add(code);
    code.set(d);
    // Maj = b ^ ((a ^ b) & (b ^ c))
    code.get(a).get(b);
    words.xor(code);
    code.tee(xorNow).get(xorBefore);
    words.and(code);
    code.get(b);
    words.xor(code);
    three(code, words, a, [2, 13, 22], false);
    words.add(code);
    code.get(sum);
    words.add(code);
    code.set(h);
    [xorBefore, xorNow] = [xorNow, xorBefore];
  }
}
