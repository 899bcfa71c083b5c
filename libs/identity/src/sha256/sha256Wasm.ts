import { assert } from '@lading/kernel';
import type { HashEqual, HashPairs, HashPrefixed, Sha256, TreeNodes } from '@lading/kernel';
import { INITIAL, K } from './constants.js';
import { firstBlock, LANE_VECTORS, lanesFrom, memory, paddingBlock, range, transpose, writeTables } from './fourfold.js';
import { LAST_BYTES_TABLE, prefixed, writeLastBytes } from './prefixed.js';
import { beforeRounds, rounds, SCALAR, type Registers } from './rounds.js';
import { I32, OP, V128, VEC, WasmCode, wasmModule, type WasmFunction } from './wasmCode.js';

/** Where things are in the module's memory, after the tables. */
const DIGEST = 2048;
const INPUT = 4096;
/** 64-byte messages of one call, a multiple of four; their digests are written behind them. */
const PAIRS_AT_ONCE = 2048;
const OUTPUT = INPUT + PAIRS_AT_ONCE * 64;
const LAST_BYTES = OUTPUT + PAIRS_AT_ONCE * 32;
const PAGES = Math.ceil((LAST_BYTES + LAST_BYTES_TABLE) / 65536);
/** One block. For longer messages the quicker instructions of OpenSSL outweigh what calling it costs. */
export const WASM_BYTES = 55;

/** `compress(blocks)`: SHA-256 of the padded blocks at INPUT, to DIGEST as eight little-endian words. */
function compress(): WasmFunction {
  const [blocks, pointer] = [0, 1];
  const state = range(2, 8);
  const saved = range(10, 8);
  const registers: Registers = { state, message: range(18, 16), sum: 34, xorBefore: 35, xorNow: 36 };
  const code = new WasmCode();
  state.forEach((register, i) => code.int(INITIAL[i] ?? 0).set(register));
  code.raw(0x03, 0x40);
  for (const [i, register] of registers.message.entries()) {
    // Big-endian words: there is no instruction that turns the bytes round.
    code.get(pointer).raw(OP.load, ...memory(INPUT + 4 * i)).tee(register);
    code.int(8).raw(OP.rotl).int(0x00ff00ff).raw(OP.and);
    code.get(register).int(8).raw(OP.rotr).int(0xff00ff00 | 0).raw(OP.and, OP.or).set(register);
  }
  state.forEach((register, i) => code.get(register).set(saved[i] ?? 0));
  const constant = (out: WasmCode, i: number): void => void out.int(K[i] ?? 0);
  beforeRounds(code, SCALAR, registers);
  rounds(code, SCALAR, registers, [0, 16], constant, 'given');
  rounds(code, SCALAR, registers, [16, 64], constant, 'scheduled');
  state.forEach((register, i) => code.get(register).get(saved[i] ?? 0).raw(OP.add).set(register));
  code.get(pointer).int(64).raw(OP.add).set(pointer);
  code.get(blocks).int(1).raw(OP.sub).tee(blocks).raw(0x0d, 0, 0x0b);
  state.forEach((register, i) => code.int(DIGEST).get(register).raw(OP.store, ...memory(4 * i)));
  return { name: 'compress', parameters: 1, locals: [[36, I32]], code };
}

/**
 * `name(input, output, groups)`: SHA-256 of four messages a group, the words of all four in one vector. They have 64 bytes
 * each, or fewer and are `padded` to that.
 */
function fourMessages(name: string, padded: boolean): WasmFunction {
  const [input, output, groups, pointer] = [0, 1, 2, 4];
  const lanes = lanesFrom(5, 3);
  const { state, message } = lanes;
  const code = new WasmCode();
  const spare = [lanes.sum, lanes.xorNow];
  code.raw(0x03, 0x40);
  for (let part = 0; part < 4; part++) {
    const rows = message.slice(4 * part, 4 * part + 4);
    rows.forEach((row, i) => code.get(input).vector(VEC.load, ...memory(64 * i + 16 * part)).set(row));
    transpose(code, rows, spare);
  }
  firstBlock(code, lanes, pointer);
  if (!padded) paddingBlock(code, lanes, pointer);
  for (const half of [0, 1]) {
    const rows = state.slice(4 * half, 4 * half + 4);
    transpose(code, rows, spare);
    rows.forEach((row, i) => code.get(output).get(row).vector(VEC.store, ...memory(32 * i + 16 * half)));
  }
  code.get(input).int(256).raw(OP.add).set(input);
  code.get(output).int(128).raw(OP.add).set(output);
  code.get(groups).int(1).raw(OP.sub).tee(groups).raw(0x0d, 0, 0x0b);
  return { name, parameters: 3, locals: [[2, I32], [LANE_VECTORS, V128]], code };
}

/** Numbers of nodes that one call of `nodes` takes, a multiple of four, and where they are; then the nodes themselves. */
const NODES_AT_ONCE = 2048;
const NODES_BASE = 1 << 16;
/** Nodes whose children are looked at together before they are hashed: few enough to stay in the processor's first cache. */
const NEAR = 64;

/**
 * `nodes(list, groups)`: SHA-256 of the two children of four nodes a group, which are found by their numbers in the list and
 * written where they belong. Children lie 64 bytes · number from the base on, nodes 32 bytes · number.
 */
function nodes(): WasmFunction {
  const [list, groups] = [0, 1];
  const places = range(2, 4);
  const [counter, pointer] = [6, 7];
  const lanes = lanesFrom(8, counter);
  const { state, message } = lanes;
  const code = new WasmCode();
  const spare = [lanes.sum, lanes.xorNow];
  code.raw(0x03, 0x40);
  places.forEach((place, i) => code.get(list).raw(OP.load, ...memory(4 * i)).int(5).raw(OP.shl).set(place));
  for (let part = 0; part < 4; part++) {
    const rows = message.slice(4 * part, 4 * part + 4);
    rows.forEach((row, i) => {
      code.get(places[i] ?? 0).int(1).raw(OP.shl).vector(VEC.load, ...memory(NODES_BASE + 16 * part)).set(row);
    });
    transpose(code, rows, spare);
  }
  firstBlock(code, lanes, pointer);
  paddingBlock(code, lanes, pointer);
  for (const half of [0, 1]) {
    const rows = state.slice(4 * half, 4 * half + 4);
    transpose(code, rows, spare);
    rows.forEach((row, i) => code.get(places[i] ?? 0).get(row).vector(VEC.store, ...memory(NODES_BASE + 16 * half)));
  }
  code.get(list).int(16).raw(OP.add).set(list);
  code.get(groups).int(1).raw(OP.sub).tee(groups).raw(0x0d, 0, 0x0b);
  return { name: 'nodes', parameters: 2, locals: [[6, I32], [LANE_VECTORS, V128]], code };
}

/**
 * `near(list, count)`: reads a word of the children of each node. They lie all over the memory, and the processor waits for
 * many of them at once here, but for one after the other while it hashes.
 */
function near(): WasmFunction {
  const [list, count, seen] = [0, 1, 2];
  const code = new WasmCode();
  code.raw(0x03, 0x40);
  code.get(list).raw(OP.load, ...memory(0)).int(6).raw(OP.shl).raw(OP.load, ...memory(NODES_BASE));
  code.get(seen).raw(OP.xor).set(seen);
  code.get(list).int(4).raw(OP.add).set(list);
  code.get(count).int(1).raw(OP.sub).tee(count).raw(0x0d, 0, 0x0b);
  // Where a result is used, what leads to it is not left out.
  code.int(DIGEST).get(seen).raw(OP.store, ...memory(0));
  return { name: 'near', parameters: 2, locals: [[1, I32]], code };
}

/** The part of the machine's WebAssembly that is used here; only browsers' type libraries have it. */
interface Machine {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: object };
}

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly compress: (blocks: number) => void;
  readonly pairs: (input: number, output: number, groups: number) => void;
  readonly padded: (input: number, output: number, groups: number) => void;
  readonly prefixed: (input: number, output: number, groups: number, prefix: number) => void;
}

interface TreeExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly nodes: (list: number, groups: number) => void;
  readonly near: (list: number, count: number) => void;
}

export interface WasmHashes {
  /** Messages of at most WASM_BYTES. */
  readonly sha256: Sha256;
  readonly hashPairs: HashPairs;
  readonly hashEqual: HashEqual;
  readonly hashPrefixed: HashPrefixed;
  readonly openNodes: (count: number) => TreeNodes;
}

/**
 * SHA-256 (FIPS 180-4) in WebAssembly, made when it is loaded: calls of the operating system's library cost more than the
 * hashing of short messages, and the nodes of a tree can be hashed four at a time. Null where the machine has no vectors.
 */
export function loadWasmHashes(): WasmHashes | null {
  const machine = (globalThis as { readonly WebAssembly?: Machine }).WebAssembly;
  if (machine === undefined) return null;
  const open = <E extends { readonly memory: Exports['memory'] }>(functions: readonly WasmFunction[], pages: number): E => {
    const exported = new machine.Instance(new machine.Module(wasmModule(functions, pages))).exports as E;
    writeTables(new Int32Array(exported.memory.buffer));
    return exported;
  };
  let exported: Exports;
  try {
    exported = open<Exports>([compress(), fourMessages('pairs', false), fourMessages('padded', true), prefixed(LAST_BYTES)], PAGES);
    writeLastBytes(new Int32Array(exported.memory.buffer), LAST_BYTES);
  } catch {
    return null;
  }
  const { memory: shared, compress: run, pairs: runPairs, padded: runPadded, prefixed: runPrefixed } = exported;
  const bytes = new Uint8Array(shared.buffer);
  const sha256 = oneByOne(bytes, new Int32Array(shared.buffer), run);
  const openNodes = (count: number): TreeNodes => {
    const pages = Math.ceil((NODES_BASE + 32 * count) / 65536);
    return treeNodes(open<TreeExports>([nodes(), near()], pages), count);
  };
  const hashPairs = fourByFour(bytes, (groups) => runPairs(INPUT, OUTPUT, groups));
  const hashPrefixed: HashPrefixed = (prefix, input, count, output) => {
    // Before the first message lies a byte that is read, and not used.
    fourByFour(bytes, (groups) => runPrefixed(INPUT - 1, OUTPUT, groups, prefix << 24))(input, count, output);
  };
  return { sha256, hashPairs, hashEqual: sideBySide(bytes, (groups) => runPadded(INPUT, OUTPUT, groups)), hashPrefixed, openNodes };
}

/** Nodes in a memory of their own, which is given back with them. */
function treeNodes({ memory: own, nodes: run, near: look }: TreeExports, count: number): TreeNodes {
  const list = new Uint32Array(own.buffer, INPUT, NODES_AT_ONCE);
  const hash = (listed: number): void => {
    // The last group is filled up with node 0, in whose place nobody looks.
    for (let i = listed; i % 4 !== 0; i++) list[i] = 0;
    for (let from = 0; from < listed; from += NEAR) {
      const now = Math.min(NEAR, listed - from);
      look(INPUT + 4 * from, now);
      run(INPUT + 4 * from, (now + 3) >> 2);
    }
  };
  return { bytes: new Uint8Array(own.buffer, NODES_BASE, 32 * count), list, hash };
}

function oneByOne(bytes: Uint8Array, words: Int32Array, run: Exports['compress']): Sha256 {
  return (data) => {
    const size = data.length;
    const blocks = (size + 72) >> 6;
    bytes.set(data, INPUT);
    const end = INPUT + 64 * blocks;
    bytes.fill(0, INPUT + size, end);
    bytes[INPUT + size] = 0x80;
    bytes[end - 1] = (size << 3) & 255;
    bytes[end - 2] = (size >> 5) & 255;
    bytes[end - 3] = (size >> 13) & 255;
    run(blocks);
    const out = new Uint8Array(32);
    for (let i = 0; i < 8; i++) {
      const word = words[DIGEST / 4 + i] as number;
      out[4 * i] = word >>> 24;
      out[4 * i + 1] = word >>> 16;
      out[4 * i + 2] = word >>> 8;
      out[4 * i + 3] = word;
    }
    return out;
  };
}

/** Messages of 64 bytes from INPUT on, digests from OUTPUT on. */
function fourByFour(bytes: Uint8Array, run: (groups: number) => void): HashPairs {
  return (input, count, output) => {
    for (let done = 0; done < count; done += PAIRS_AT_ONCE) {
      const now = Math.min(PAIRS_AT_ONCE, count - done);
      bytes.set(input.subarray(done * 64, (done + now) * 64), INPUT);
      run((now + 3) >> 2);
      output.set(bytes.subarray(OUTPUT, OUTPUT + now * 32), done * 32);
    }
  };
}

/** Messages of one size and one block, padded where they are hashed. */
function sideBySide(bytes: Uint8Array, run: (groups: number) => void): HashEqual {
  const words = new Int32Array(bytes.buffer);
  return (input, size, count, output) => {
    assert(size <= WASM_BYTES, 'hashEqual: short messages only');
    let from = 0;
    for (let done = 0; done < count; done += PAIRS_AT_ONCE) {
      const now = Math.min(PAIRS_AT_ONCE, count - done);
      words.fill(0, INPUT / 4, INPUT / 4 + 16 * now);
      for (let at = INPUT; at < INPUT + 64 * now; at += 64) {
        for (let i = 0; i < size; i++) bytes[at + i] = input[from++] as number;
        bytes[at + size] = 0x80;
        bytes[at + 63] = size << 3;
        bytes[at + 62] = size >> 5;
      }
      run((now + 3) >> 2);
      output.set(bytes.subarray(OUTPUT, OUTPUT + now * 32), done * 32);
    }
  };
}
