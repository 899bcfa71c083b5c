import { asHash, compareBytes, toHex, type Hash } from '@lading/kernel';
import fc from 'fast-check';
import type { Sha256 } from '@lading/kernel';
import { sha256Noble } from './crypto/sha256Noble.js';
import { listedHashes } from '../../../test/fixtures/listedHashes.js';
import { hashBuckets } from './stateBucketHashes.js';
import { bucketHash } from './stateBucket.js';
import type { StateEntry } from './stateHashes.js';
import { buildStateProof } from './proof/buildStateProof.js';
import type { StateProof } from './proof/shapes.js';
import { verifyAbsence, verifyPresence } from './stateProof.js';
import { bucketOf, bucketStart, keyHash, rootOfTreePath, stateRoot, valueHash } from './stateHashes.js';
import { StateTree } from './stateTree.js';

const DEPTH = 3;
const concat = (...parts: Uint8Array[]) => Buffer.concat(parts);

/** The definition, recursively, over every bucket. */
function slowRoot(buckets: readonly Hash[]): Hash {
  if (buckets.length === 1) return buckets[0] as Hash;
  const half = buckets.length / 2;
  return asHash(sha256Noble(concat(slowRoot(buckets.slice(0, half)), slowRoot(buckets.slice(half)))));
}

/** Entries of all buckets for a set of keys. */
function bucketsOf(keys: readonly string[]): StateEntry[][] {
  const buckets: StateEntry[][] = Array.from({ length: 2 ** DEPTH }, () => []);
  for (const key of new Set(keys)) {
    const entry = { keyHash: keyHash(key), valueHash: valueHash(Buffer.from(`value of ${key}`)) };
    buckets[bucketOf(entry.keyHash, DEPTH)]?.push(entry);
  }
  for (const bucket of buckets) bucket.sort((a, b) => compareBytes(a.keyHash, b.keyHash));
  return buckets;
}

function treeOf(buckets: readonly (readonly StateEntry[])[]): StateTree {
  const tree = new StateTree(DEPTH);
  tree.update(listedHashes(new Map(buckets.map((entries, bucket) => [bucket, bucketHash(entries)]))));
  return tree;
}

/** A machine that hashes many messages at once, as slowly as one by one. */
const many: Sha256 = Object.assign((data: Uint8Array) => sha256Noble(data), {
  hashPairs: (input: Uint8Array, count: number, output: Uint8Array) => {
    for (let i = 0; i < count; i++) output.set(sha256Noble(input.subarray(i * 64, i * 64 + 64)), i * 32);
  },
  hashEqual: (input: Uint8Array, size: number, count: number, output: Uint8Array) => {
    for (let i = 0; i < count; i++) output.set(sha256Noble(input.subarray(i * size, (i + 1) * size)), i * 32);
  },
  hashPrefixed: (prefix: number, input: Uint8Array, count: number, output: Uint8Array) => {
    for (let i = 0; i < count; i++) output.set(sha256Noble(concat(Uint8Array.of(prefix), input.subarray(i * 64, i * 64 + 64))), i * 32);
  }
});

const keysArbitrary = fc.array(
  fc.string({ minLength: 1, maxLength: 8 }).map((id) => `core/k/${id}`),
  { maxLength: 30 }
);

describe('the state tree', () => {
  it('has the root of the definition, empty and after any batch of updates in any order', () => {
    expect(toHex(new StateTree(DEPTH).root())).toBe(toHex(slowRoot(Array.from({ length: 8 }, () => bucketHash([])))));
    fc.assert(
      fc.property(keysArbitrary, fc.integer(), (keys, salt) => {
        const hashes = bucketsOf(keys).map((entries) => bucketHash(entries));
        const shuffled = [...hashes.entries()].sort(([a], [b]) => ((a * 31 + salt) % 7) - ((b * 31 + salt) % 7));
        const oneByOne = new StateTree(DEPTH);
        for (const change of shuffled) oneByOne.update(listedHashes(new Map([change])));
        const atOnce = new StateTree(DEPTH);
        atOnce.update(listedHashes(new Map(shuffled)));
        expect(toHex(oneByOne.root())).toBe(toHex(slowRoot(hashes)));
        expect(toHex(atOnce.root())).toBe(toHex(slowRoot(hashes)));
      }),
      { seed: 3, numRuns: 60 }
    );
  });

  it('has the same hashes when the machine takes many messages at once', () => {
    fc.assert(
      fc.property(keysArbitrary, (keys) => {
        const buckets = bucketsOf(keys);
        const together = hashBuckets(new Map(buckets.entries()), many);
        expect([...together.buckets]).toEqual(buckets.map((_, i) => i));
        const hashes = buckets.map((_, i) => toHex(together.hashes.subarray(32 * i, 32 * i + 32)));
        expect(hashes).toEqual(buckets.map((one) => toHex(bucketHash(one))));
        expect(hashBuckets(new Map(buckets.entries()))).toEqual(together);
        const tree = new StateTree(DEPTH, many);
        tree.update(together);
        expect(toHex(tree.root())).toBe(toHex(treeOf(buckets).root()));
        expect(tree.hashesOf(together.buckets.toReversed()).hashes).toEqual(concat(...buckets.map((one) => bucketHash(one)).reverse()));
        const copy = new StateTree(DEPTH, many);
        copy.leaves().set(tree.leaves());
        copy.rebuild();
        expect(toHex(copy.root())).toBe(toHex(tree.root()));
      }),
      { seed: 4, numRuns: 40 }
    );
  });

  it('gives paths that lead back to the root, and clones that do not share', () => {
    const tree = treeOf(bucketsOf(['core/k/a', 'core/k/b', 'core/k/c']));
    for (let bucket = 0; bucket < 8; bucket++) {
      expect(toHex(rootOfTreePath(bucket, tree.bucketHash(bucket), tree.path(bucket)))).toBe(toHex(tree.root()));
    }
    const copy = tree.clone();
    const before = toHex(tree.root());
    copy.update({ buckets: Uint32Array.of(0), hashes: new Uint8Array(32) });
    expect(toHex(tree.root())).toBe(before);
    expect(toHex(copy.root())).not.toBe(before);
  });

  it('commits to the number of entries of a bucket', () => {
    expect(toHex(bucketHash([]))).toBe(toHex(sha256Noble(Uint8Array.of(0))));
    const entry = { keyHash: keyHash('a'), valueHash: valueHash(Uint8Array.of(1)) };
    expect(() => bucketHash([entry, entry])).toThrow('order');
  });

  it('takes the first bits of a key hash as bucket', () => {
    const hash = asHash(Uint8Array.from({ length: 32 }, (_, i) => [0xab, 0xcd, 0xef][i] ?? 0));
    expect([1, 4, 8, 12, 20, 24].map((depth) => bucketOf(hash, depth).toString(16))).toEqual([
      '1',
      'a',
      'ab',
      'abc',
      'abcde',
      'abcdef'
    ]);
  });

  it('begins a bucket with the first key hash that lies in it', () => {
    for (const depth of [1, 8, 13, 24]) {
      for (const bucket of [1, 2 ** depth >>> 1, 2 ** depth - 1]) {
        const first = Uint8Array.from([...bucketStart(bucket, depth), ...new Uint8Array(29)]);
        const before = Buffer.from((BigInt(`0x${toHex(first)}`) - 1n).toString(16).padStart(64, '0'), 'hex');
        expect([bucketOf(first, depth), bucketOf(before, depth)]).toEqual([bucket, bucket - 1]);
      }
      expect(compareBytes(bucketStart(2 ** depth, depth), new Uint8Array(32).fill(0xff))).toBeGreaterThan(0);
    }
  });

  it('makes a state root that every part changes', () => {
    const [a, b] = [keyHash('a'), keyHash('b')];
    expect(
      new Set([stateRoot(a, a, a), stateRoot(b, a, a), stateRoot(a, b, a), stateRoot(a, a, b)].map(toHex)).size
    ).toBe(4);
  });
});

describe('state proofs', () => {
  it('show presence of what is there and absence of what is not, never the opposite', () => {
    fc.assert(
      fc.property(keysArbitrary, keysArbitrary, (present, asked) => {
        const buckets = bucketsOf(present);
        const tree = treeOf(buckets);
        const anchor = { treeRoot: tree.root(), depth: DEPTH };
        for (const key of [...present, ...asked]) {
          const hash = keyHash(key);
          const bucket = bucketOf(hash, DEPTH);
          const proof = buildStateProof(hash, buckets[bucket] ?? [], tree.path(bucket));
          const value = valueHash(Buffer.from(`value of ${key}`));
          expect(verifyPresence(hash, value, proof, anchor)).toBe(present.includes(key));
          expect(verifyAbsence(hash, proof, anchor)).toBe(!present.includes(key));
          expect(verifyPresence(hash, valueHash(Uint8Array.of(9)), proof, anchor)).toBe(false);
        }
      }),
      { seed: 5, numRuns: 60 }
    );
  });

  it('of absence are refused when the shown neighbours are not adjacent, not at the edge, or miscounted', () => {
    const keys = Array.from({ length: 64 }, (_, i) => `core/k/${i}`);
    const buckets = bucketsOf(keys);
    const tree = treeOf(buckets);
    const bucket = buckets.findIndex((entries) => entries.length >= 5);
    const entries = buckets[bucket] as StateEntry[];
    const anchor = { treeRoot: tree.root(), depth: DEPTH };
    const hidden = (entries[2] as StateEntry).keyHash;
    const full = (index: number) =>
      buildStateProof((entries[index] as StateEntry).keyHash, entries, tree.path(bucket)).entries;
    const base = buildStateProof(hidden, entries, tree.path(bucket));
    const tries: Partial<StateProof>[] = [
      { entries: [...full(1), ...full(3)] },
      { entries: full(1) },
      { entries: full(3) },
      { entries: [] },
      { entries: full(0) },
      { entries: full(4) },
      { entries: [...full(1), ...full(2)] },
      { entries: [...full(1), ...full(3)], count: entries.length - 1 },
      { count: 0, entries: [] },
      { entries: [...full(1), ...full(3).map((entry) => ({ ...entry, index: 2 }))] }
    ];
    for (const change of tries) expect(verifyAbsence(hidden, { ...base, ...change }, anchor)).toBe(false);
    expect(verifyAbsence(hidden, { ...base, treePath: base.treePath.slice(1) }, anchor)).toBe(false);
    // Hashes of other lengths are an answer, too, not an exception of the reader.
    for (const size of [0, 31, 33, 64]) {
      const odd = new Uint8Array(size) as Hash;
      expect(verifyAbsence(hidden, { ...base, treePath: base.treePath.with(1, odd) }, anchor)).toBe(false);
      expect(verifyAbsence(hidden, { ...base, innerRoot: odd }, anchor)).toBe(false);
    }
  });

  it('of absence are refused when a neighbour does not belong in the bucket, even under a matching root', () => {
    const key = keyHash('core/k/asked');
    const bucket = bucketOf(key, DEPTH);
    const foreign = Array.from({ length: 64 }, (_, i) => keyHash(`core/k/${i}`)).find((k) => bucketOf(k, DEPTH) !== bucket);
    const entries = [{ keyHash: foreign as Hash, valueHash: valueHash(Uint8Array.of(1)) }];
    const tree = new StateTree(DEPTH);
    tree.update({ buckets: Uint32Array.of(bucket), hashes: bucketHash(entries) });
    const proof = buildStateProof(key, entries, tree.path(bucket));
    expect(verifyAbsence(key, proof, { treeRoot: tree.root(), depth: DEPTH })).toBe(false);
  });
});
