import { assert } from '@lading/kernel';
import type { HashEqual, HashPairs, HashPrefixed, Sha256, TreeNodes } from '@lading/kernel';
import { INITIAL, K } from './constants.js';
import { hashFourfold, memory, range, TABLE_K, transpose, writeTables } from './fourfold.js';
import { LAST_BYTES_TABLE, prefixed, writeLastBytes } from './prefixed.js';
import { FOURFOLD, rounds, SCALAR, type Registers } from './rounds.js';
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
  rounds(code, SCALAR, registers, (out, i) => void out.int(K[i] ?? 0), true);
  state.forEach((register, i) => code.get(register).get(saved[i] ?? 0).raw(OP.add).set(register));
  code.get(pointer).int(64).raw(OP.add).set(pointer);
  code.get(blocks).int(1).raw(OP.sub).tee(blocks).raw(0x0d, 0, 0x0b);
  state.forEach((register, i) => code.int(DIGEST).get(register).raw(OP.store, ...memory(4 * i)));
  return { name: 'compress', parameters: 1, locals: [[36, I32]], code };
}

/** `pairs(input, output, groups)`: SHA-256 of four 64-byte messages a group, the words of all four in one vector. */
function pairs(): WasmFunction {
  const [input, output, groups] = [0, 1, 2];
  const state = range(3, 8);
  const saved = range(11, 8);
  const registers: Registers = { state, message: range(19, 16), sum: 35, xorBefore: 36, xorNow: 37 };
  const code = new WasmCode();
  const spare = [registers.sum, registers.xorNow];
  code.raw(0x03, 0x40);
  for (let part = 0; part < 4; part++) {
    const rows = registers.message.slice(4 * part, 4 * part + 4);
    rows.forEach((row, i) => code.get(input).vector(VEC.load, ...memory(64 * i + 16 * part)).set(row));
    transpose(code, rows, spare);
  }
  hashFourfold(code, registers, saved);
  for (const half of [0, 1]) {
    const rows = state.slice(4 * half, 4 * half + 4);
    transpose(code, rows, spare);
    rows.forEach((row, i) => code.get(output).get(row).vector(VEC.store, ...memory(32 * i + 16 * half)));
  }
  code.get(input).int(256).raw(OP.add).set(input);
  code.get(output).int(128).raw(OP.add).set(output);
  code.get(groups).int(1).raw(OP.sub).tee(groups).raw(0x0d, 0, 0x0b);
  return { name: 'pairs', parameters: 3, locals: [[35, V128]], code };
}

/** `lanes(input, output, blocks, stride)`: four padded messages of as many blocks, `stride` bytes from one to the next. */
function lanes(): WasmFunction {
  const [output, blocks, stride] = [1, 2, 3];
  /** Where each of the four is read: the first parameter and three locals. */
  const starts = [0, 4, 5, 6];
  const state = range(7, 8);
  const saved = range(15, 8);
  const registers: Registers = { state, message: range(23, 16), sum: 39, xorBefore: 40, xorNow: 41 };
  const code = new WasmCode();
  const spare = [registers.sum, registers.xorNow];
  for (let lane = 1; lane < 4; lane++) code.get(starts[lane - 1] ?? 0).get(stride).raw(OP.add).set(starts[lane] ?? 0);
  state.forEach((register, i) => code.int(INITIAL[i] ?? 0).vector(VEC.splat).set(register));
  code.raw(0x03, 0x40);
  for (let part = 0; part < 4; part++) {
    const rows = registers.message.slice(4 * part, 4 * part + 4);
    rows.forEach((row, i) => code.get(starts[i] ?? 0).vector(VEC.load, ...memory(16 * part)).set(row));
    transpose(code, rows, spare);
  }
  state.forEach((register, i) => code.get(register).set(saved[i] ?? 0));
  const table = (out: WasmCode, i: number): void => void out.int(0).vector(VEC.load, ...memory(TABLE_K + 16 * i));
  rounds(code, FOURFOLD, registers, table, true);
  state.forEach((register, i) => code.get(register).get(saved[i] ?? 0).vector(VEC.add).set(register));
  for (const start of starts) code.get(start).int(64).raw(OP.add).set(start);
  code.get(blocks).int(1).raw(OP.sub).tee(blocks).raw(0x0d, 0, 0x0b);
  for (const half of [0, 1]) {
    const rows = state.slice(4 * half, 4 * half + 4);
    transpose(code, rows, spare);
    rows.forEach((row, i) => code.get(output).get(row).vector(VEC.store, ...memory(32 * i + 16 * half)));
  }
  return { name: 'lanes', parameters: 4, locals: [[3, I32], [35, V128]], code };
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
  const state = range(6, 8);
  const saved = range(14, 8);
  const registers: Registers = { state, message: range(22, 16), sum: 38, xorBefore: 39, xorNow: 40 };
  const code = new WasmCode();
  const spare = [registers.sum, registers.xorNow];
  code.raw(0x03, 0x40);
  places.forEach((place, i) => code.get(list).raw(OP.load, ...memory(4 * i)).int(5).raw(OP.shl).set(place));
  for (let part = 0; part < 4; part++) {
    const rows = registers.message.slice(4 * part, 4 * part + 4);
    rows.forEach((row, i) => {
      code.get(places[i] ?? 0).int(1).raw(OP.shl).vector(VEC.load, ...memory(NODES_BASE + 16 * part)).set(row);
    });
    transpose(code, rows, spare);
  }
  hashFourfold(code, registers, saved);
  for (const half of [0, 1]) {
    const rows = state.slice(4 * half, 4 * half + 4);
    transpose(code, rows, spare);
    rows.forEach((row, i) => code.get(places[i] ?? 0).get(row).vector(VEC.store, ...memory(NODES_BASE + 16 * half)));
  }
  code.get(list).int(16).raw(OP.add).set(list);
  code.get(groups).int(1).raw(OP.sub).tee(groups).raw(0x0d, 0, 0x0b);
  return { name: 'nodes', parameters: 2, locals: [[4, I32], [35, V128]], code };
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
  readonly lanes: (input: number, output: number, blocks: number, stride: number) => void;
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
    exported = open<Exports>([compress(), pairs(), lanes(), prefixed(LAST_BYTES)], PAGES);
    writeLastBytes(new Int32Array(exported.memory.buffer), LAST_BYTES);
  } catch {
    return null;
  }
  const { memory: shared, compress: run, pairs: runPairs, lanes: runLanes, prefixed: runPrefixed } = exported;
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
  return { sha256, hashPairs, hashEqual: sideBySide(bytes, runLanes), hashPrefixed, openNodes };
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

/** Messages of one size, padded where they are hashed: four at a time. */
function sideBySide(bytes: Uint8Array, run: Exports['lanes']): HashEqual {
  return (input, size, count, output) => {
    const blocks = (size + 72) >> 6;
    const stride = 64 * blocks;
    assert(stride * 4 <= OUTPUT - INPUT, 'hashEqual: short messages only');
    bytes.fill(0, INPUT, INPUT + 4 * stride);
    for (let lane = 0; lane < 4; lane++) {
      const end = INPUT + (lane + 1) * stride;
      bytes[end - stride + size] = 0x80;
      bytes[end - 1] = (size << 3) & 255;
      bytes[end - 2] = (size >> 5) & 255;
    }
    for (let at = 0; at < count; at += 4) {
      const now = Math.min(4, count - at);
      for (let lane = 0; lane < now; lane++) {
        const from = (at + lane) * size;
        bytes.set(input.subarray(from, from + size), INPUT + lane * stride);
      }
      const place = at % PAIRS_AT_ONCE;
      run(INPUT, OUTPUT + 32 * place, blocks, stride);
      const [done, ended] = [at + now, place + now];
      if (ended < PAIRS_AT_ONCE && done < count) continue;
      output.set(bytes.subarray(OUTPUT, OUTPUT + ended * 32), (done - ended) * 32);
    }
  };
}
