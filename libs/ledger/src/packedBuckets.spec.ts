import type { Hash } from '@lading/kernel';
import { asHash, compareBytes } from '@lading/kernel';
import fc from 'fast-check';
import { PackedBuckets } from './packedBuckets.js';
import { hashBuckets } from './stateBucketHashes.js';
import type { StateEntry } from './stateHashes.js';

const hashOf = (first: number, last: number): Hash => asHash(new Uint8Array(32).fill(3).fill(first, 0, 1).fill(last, 31));
const entry = (key: number, value: number): StateEntry => ({ keyHash: hashOf(7, key), valueHash: hashOf(9, value) });
const listed = (entries: Iterable<readonly [number, readonly StateEntry[]]>) =>
  [...entries].map(([bucket, held]) => [bucket, held.map(({ keyHash, valueHash }) => [keyHash[31], valueHash[31]])]);

describe('packed buckets', () => {
  it('hold what a map of lists holds after the same changes, with the same hashes', () => {
    const change = fc.record({ key: fc.nat(20), value: fc.option(fc.nat(255)) });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(9), fc.array(change, { maxLength: 12 })), { maxLength: 30 }), (rounds) => {
        const plain = new Map<number, readonly StateEntry[]>();
        const kept = new PackedBuckets();
        const before = new PackedBuckets();
        for (const [bucket, changes] of rounds) {
          const one = new PackedBuckets();
          one.addFrom(bucket, kept, kept.placeOf(bucket));
          for (const { key, value } of changes) {
            one.changeLast(hashOf(7, key), value === null ? null : hashOf(9, value));
            const others = (plain.get(bucket) ?? []).filter(({ keyHash }) => keyHash[31] !== key);
            const all = value === null ? others : [...others, entry(key, value)];
            plain.set(bucket, all.sort((a, b) => compareBytes(a.keyHash, b.keyHash)));
          }
          if (!plain.has(bucket)) plain.set(bucket, []);
          kept.put(bucket, one, 0);
          if (!before.has(bucket)) before.addFrom(bucket, one, 0);
        }
        expect(listed(kept)).toEqual(listed(plain));
        expect([...kept.keys()]).toEqual([...plain.keys()]);
        for (let bucket = 0; bucket < 10; bucket++) {
          expect(kept.has(bucket)).toBe(plain.has(bucket));
          expect(listed([[bucket, kept.get(bucket) ?? []]])).toEqual(listed([[bucket, plain.get(bucket) ?? []]]));
        }
        expect(PackedBuckets.of(before)).toBe(before);
        expect(hashBuckets(before)).toEqual(hashBuckets(new Map(before)));
      }),
      { seed: 11, numRuns: 200 }
    );
  });

  it('take entries as they lie end to end, and no others than ascending ones', () => {
    const bytes = (one: StateEntry) => Uint8Array.of(...one.keyHash, ...one.valueHash);
    const source = Uint8Array.of(1, 2, ...bytes(entry(5, 1)), ...bytes(entry(6, 2)));
    const packed = new PackedBuckets(1);
    packed.add(3);
    expect([packed.append(source, 2), packed.append(source, 66)]).toEqual([true, true]);
    expect(listed(packed)).toEqual([[3, [[5, 1], [6, 2]]]]);
    expect([packed.append(source, 66), packed.append(source, 2)]).toEqual([false, false]);
    expect(listed(packed)).toEqual([[3, [[5, 1], [6, 2]]]]);
  });

  it('are refused by the hash where a list is out of order, or holds a key twice', () => {
    for (const entries of [[entry(2, 0), entry(1, 0)], [entry(1, 0), entry(1, 1)]]) {
      expect(() => hashBuckets(new Map([[0, [entry(9, 0)]], [1, entries]]))).toThrow('order');
    }
    expect(() => hashBuckets(new Map([[0, [entry(2, 0)]], [1, [entry(1, 0)]]]))).not.toThrow();
  });
});
