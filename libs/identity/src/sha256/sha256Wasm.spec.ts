import { createHash } from 'node:crypto';
import { INITIAL, K } from './constants.js';
import { loadWasmHashes, WASM_BYTES } from './sha256Wasm.js';

const reference = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const patterned = (length: number, salt: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (i * 131 + salt * 17 + (i >> 3)) & 255);

describe('SHA-256 in WebAssembly', () => {
  const hashes = loadWasmHashes();
  if (hashes === null) throw new Error('this machine has no vectors');

  it('has the constants of FIPS 180-4', () => {
    expect([K[0], K[63], INITIAL[0], INITIAL[7]].map((word) => ((word as number) >>> 0).toString(16))).toEqual([
      '428a2f98', 'c67178f2', '6a09e667', '5be0cd19'
    ]);
  });

  it('agrees with OpenSSL on every length that it is used for', () => {
    for (let length = 0; length <= 2 * WASM_BYTES; length++) {
      const data = patterned(length, length);
      expect(hex(hashes.sha256(data))).toBe(reference(data));
    }
  });

  it('agrees with OpenSSL on any number of pairs at once, and writes nothing beyond them', () => {
    for (const count of [1, 2, 3, 4, 5, 7, 64, 2047, 2048, 2049, 5000]) {
      const input = patterned(count * 64, count);
      const output = new Uint8Array(count * 32 + 32).fill(7);
      hashes.hashPairs(input, count, output);
      for (let i = 0; i < count; i += count > 100 ? 97 : 1) {
        expect(hex(output.subarray(i * 32, i * 32 + 32))).toBe(reference(input.subarray(i * 64, i * 64 + 64)));
      }
      expect(output.subarray(count * 32).every((byte) => byte === 7)).toBe(true);
    }
  });

  it('hashes the nodes of a tree where they lie, any of them, in any order, and writes into no other', () => {
    const DEPTH = 13;
    const first = 2 ** (DEPTH - 1);
    for (const count of [1, 2, 3, 4, 5, 63, 64, 65, 66, 127, 2047, 2048]) {
      const nodes = hashes.openNodes(2 ** (DEPTH + 1));
      nodes.bytes.set(patterned(nodes.bytes.length, count));
      const before = nodes.bytes.slice();
      const chosen = Array.from({ length: count }, (_, i) => first + ((i * 1009 + count) % first));
      chosen.forEach((node, i) => (nodes.list[i] = node));
      nodes.hash(count);
      const isChosen = new Set(chosen);
      for (let node = 1; node < 2 * first; node += isChosen.has(node + 1) ? 1 : 3) {
        const now = hex(nodes.bytes.subarray(32 * node, 32 * node + 32));
        const pair = before.subarray(64 * node, 64 * node + 64);
        expect(now).toBe(isChosen.has(node) ? reference(pair) : hex(before.subarray(32 * node, 32 * node + 32)));
      }
    }
  });

  it('agrees with OpenSSL on leaves and nodes of RFC 9162: a byte and 64 more', () => {
    for (const prefix of [0, 1, 0x80, 0xff]) {
      for (const count of [1, 2, 3, 4, 5, 2049]) {
        const input = patterned(count * 64, count);
        const output = new Uint8Array(count * 32 + 32).fill(7);
        hashes.hashPrefixed(prefix, input, count, output);
        for (let i = 0; i < count; i++) {
          const message = Uint8Array.of(prefix, ...input.subarray(i * 64, i * 64 + 64));
          expect(hex(output.subarray(i * 32, i * 32 + 32))).toBe(reference(message));
        }
        expect(output.subarray(count * 32).every((byte) => byte === 7)).toBe(true);
      }
    }
  });

  it('agrees with OpenSSL on messages of one size, side by side', () => {
    for (const size of [0, 1, 31, 32, 37, 54, 55]) {
      for (const count of [1, 3, 4, 9, 2048, 2051]) {
        const input = patterned(count * size, size + count);
        const output = new Uint8Array(count * 32);
        hashes.hashEqual(input, size, count, output);
        for (let i = 0; i < count; i += count > 100 ? 50 : 1) {
          const expected = reference(input.subarray(i * size, (i + 1) * size));
          expect(hex(output.subarray(i * 32, i * 32 + 32))).toBe(expected);
        }
      }
    }
  });
});
