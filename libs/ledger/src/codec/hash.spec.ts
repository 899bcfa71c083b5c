import { createHash } from 'node:crypto';
import { fromHex, toHex } from '@lading/kernel';
import { hashTagged } from '../hash.js';
import { readVectors } from './publicData.test-kit.js';

interface Vector {
  readonly tag: string;
  readonly parts: readonly ({ readonly bytes: string } | { readonly number: number })[];
  readonly hash: string;
}

describe('hashTagged', () => {
  const vectors = readVectors<{ cases: Vector[] }>('hash.json').cases;
  const parts = (vector: Vector): (Uint8Array | number)[] =>
    vector.parts.map((part) => ('number' in part ? part.number : (fromHex(part.bytes) as Uint8Array)));

  it('has the hash of every vector, with the default SHA-256 and with one that is passed in', () => {
    const native = (data: Uint8Array): Uint8Array => createHash('sha256').update(data).digest();
    for (const vector of vectors) {
      expect(toHex(hashTagged(vector.tag, parts(vector)))).toBe(vector.hash);
      expect(toHex(hashTagged(vector.tag, parts(vector), native))).toBe(vector.hash);
    }
  });

  it('separates parts, so that moving a byte between them changes the hash', () => {
    const hashes = vectors.map(({ hash }) => hash);
    // A number and its eight bytes are the one pair that is meant to be equal.
    expect(new Set(hashes).size).toBe(hashes.length - 1);
  });

  it('asserts on tags and numbers that have no bytes', () => {
    expect(() => hashTagged('é', [])).toThrow('ASCII');
    expect(() => hashTagged('a\u0000b', [])).toThrow('ASCII');
    for (const bad of [-1, 0.5, 2 ** 53]) expect(() => hashTagged('t', [bad])).toThrow('safe integer');
  });
});
