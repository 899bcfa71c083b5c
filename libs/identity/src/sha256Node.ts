import { createHash } from 'node:crypto';
import * as nodeCrypto from 'node:crypto';
import { equalBytes } from '@lading/kernel';
import type { Sha256 } from '@lading/kernel';
import { sha256Noble } from '@lading/ledger';
import { IdentityFault } from './fault.js';
import { loadWasmHashes, WASM_BYTES, type WasmHashes } from './sha256/sha256Wasm.js';

type OneShotHash = (algorithm: string, data: Uint8Array, encoding: 'binary') => string;

/** `crypto.hash` (Node ≥ 20.12, 21.7) saves the Hash object. */
const oneShot = (nodeCrypto as { readonly hash?: OneShotHash }).hash;

const DIGEST_BYTES = 32;

/**
 * SHA-256 by OpenSSL. The answer is a plain Uint8Array: a Buffer's slice shares memory and its equality in tests
 * and structured clones differs, so Buffers stay inside the adapters. The digest comes as text of one character a byte:
 * a Buffer would be memory outside of the heap for each 32 bytes, which takes three times as long and the collector's time.
 */
const openSsl: Sha256 = (data) => {
  const digest = oneShot === undefined ? createHash('sha256').update(data).digest('binary') : oneShot('sha256', data, 'binary');
  const out = new Uint8Array(DIGEST_BYTES);
  for (let i = 0; i < DIGEST_BYTES; i++) out[i] = digest.charCodeAt(i);
  return out;
};

/** A node's SHA-256: short messages and nodes of trees in WebAssembly, where there is one, and the others by OpenSSL. */
export const sha256Node: Sha256 = withWasm(loadWasmHashes());

function withWasm(wasm: WasmHashes | null): Sha256 {
  if (wasm === null) return openSsl;
  const { sha256, ...many } = wasm;
  return Object.assign((data: Uint8Array) => (data.length <= WASM_BYTES ? sha256(data) : openSsl(data)), many);
}

/** Lengths around SHA-256's padding boundaries (55/56, 63/64) and one that spans many blocks. */
const TEST_LENGTHS = [0, 1, 31, 32, 55, 56, 63, 64, 65, 119, 120, 1000];

/** Number of the first node that the self-test hashes in a tree's memory. */
const TEST_NODES = 8;

/** Throws SHA256_SELF_TEST unless `candidate` agrees with the pure implementation that browsers and auditors use. */
export function selfTestSha256(candidate: Sha256 = sha256Node): void {
  const check = (digest: Uint8Array, data: Uint8Array): void => {
    if (equalBytes(digest, sha256Noble(data))) return;
    throw new IdentityFault('SHA256_SELF_TEST', `the two SHA-256 implementations differ on ${data.length} bytes`);
  };
  const patterned = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 31 + length) & 255);
  for (const length of TEST_LENGTHS) check(candidate(patterned(length)), patterned(length));
  const many = (size: number, hash: (input: Uint8Array, count: number, output: Uint8Array) => void): void => {
    const count = 7;
    const input = patterned(size * count);
    const output = new Uint8Array(32 * count);
    hash(input, count, output);
    for (let i = 0; i < count; i++) check(output.subarray(32 * i, 32 * i + 32), input.subarray(size * i, size * i + size));
  };
  const { hashPairs, hashEqual, hashPrefixed, openNodes } = candidate;
  if (hashPairs !== undefined) many(64, hashPairs);
  for (const prefix of hashPrefixed === undefined ? [] : [0, 1]) {
    const [input, output] = [patterned(64 * 7), new Uint8Array(32 * 7)];
    hashPrefixed?.(prefix, input, 7, output);
    for (let i = 0; i < 7; i++) {
      check(output.subarray(32 * i, 32 * i + 32), Uint8Array.of(prefix, ...input.subarray(64 * i, 64 * i + 64)));
    }
  }
  if (openNodes !== undefined) {
    many(64, (input, count, output) => {
      const nodes = openNodes(4 * TEST_NODES);
      for (let i = 0; i < count; i++) nodes.list[i] = TEST_NODES + i;
      nodes.bytes.set(input, 64 * TEST_NODES);
      nodes.hash(count);
      output.set(nodes.bytes.subarray(32 * TEST_NODES, 32 * (TEST_NODES + count)));
    });
  }
  if (hashEqual === undefined) return;
  for (const size of [0, 37, 55]) many(size, (input, count, output) => hashEqual(input, size, count, output));
}
