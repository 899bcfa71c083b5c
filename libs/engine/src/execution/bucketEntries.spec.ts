import { asHash } from '@lading/kernel';
import type { BucketEntry, StateChange } from '../ports.js';
import { BucketEntries } from './bucketEntries.js';
import { WorkingState } from './workingState.js';

const hash = (byte: number) => asHash(new Uint8Array(32).fill(byte));
const change = (bucket: number, key: number, value: number | null): StateChange => {
  const bytes = value === null ? null : Uint8Array.of(value);
  return { key: `k/${key}`, keyHash: hash(key), bucket, value: bytes, valueHash: value === null ? null : hash(value) };
};
const shape = (entries: readonly BucketEntry[] | undefined) => entries?.map((entry) => [entry.keyHash[0], entry.valueHash[0]]);

describe('entries of buckets', () => {
  it('stay strictly ascending through inserts, replacements and deletions', async () => {
    const buckets = new BucketEntries(() => Promise.resolve(new Map([[7, [{ keyHash: hash(5), valueHash: hash(50) }]]])));
    const touched = await buckets.apply([change(7, 9, 90), change(7, 1, 10), change(7, 5, 51), change(7, 3, 30), change(7, 9, null)]);
    expect(shape(touched.get(7))).toEqual([[1, 10], [3, 30], [5, 51]]);
    expect(shape((await buckets.apply([change(7, 4, null)])).get(7))).toEqual([[1, 10], [3, 30], [5, 51]]);
  });

  it('are read once a group, and from memory in the next one', async () => {
    const reads: (readonly number[])[] = [];
    const buckets = new BucketEntries((asked) => {
      reads.push(asked);
      return Promise.resolve(new Map());
    });
    await buckets.apply([change(1, 1, 1), change(2, 2, 2), change(1, 3, 3)]);
    await buckets.apply([change(1, 4, 4), change(3, 5, 5)]);
    buckets.endGroup();
    expect(shape((await buckets.apply([change(1, 1, null)])).get(1))).toEqual([[3, 3], [4, 4]]);
    expect(reads).toEqual([[1, 2], [3]]);
  });
});

describe('state of a group of blocks', () => {
  const stateOf = (stored: Record<string, number>) => {
    const reads: string[][] = [];
    const state = new WorkingState((keys) => {
      reads.push([...keys]);
      const found = keys.filter((key) => stored[key] !== undefined);
      return Promise.resolve(new Map(found.map((key) => [key, Uint8Array.of(stored[key] as number)])));
    });
    return { state, reads };
  };

  it('reports the last write of each key, and nothing that ends where it began', async () => {
    const { state } = stateOf({ a: 1, b: 2 });
    await state.load(['a', 'b', 'c', 'd']);
    state.set('a', Uint8Array.of(9));
    state.set('a', Uint8Array.of(8));
    state.set('b', null);
    state.set('b', Uint8Array.of(2));
    state.set('d', Uint8Array.of(4));
    state.set('d', null);
    state.set('c', Uint8Array.of(3));
    expect(state.endBlock()).toEqual([{ key: 'a', value: Uint8Array.of(8) }, { key: 'c', value: Uint8Array.of(3) }]);
    expect(state.endBlock()).toEqual([]);
  });

  it('refuses to guess: reading a key that was not loaded is a bug', async () => {
    const { state } = stateOf({});
    expect(() => state.get('a')).toThrow('before it was loaded');
    await state.load(['a']);
    expect(state.get('a')).toBeNull();
  });

  it('asks for each key once, and keeps what a durable group wrote', async () => {
    const { state, reads } = stateOf({ a: 1 });
    await state.load(['a', 'b']);
    await state.load(['b', 'a']);
    state.set('b', Uint8Array.of(5));
    state.endBlock();
    // What the database said before: the group is not durable yet.
    expect(state.cached('b')).toBeNull();
    state.endGroup();
    expect(state.cached('b')).toEqual(Uint8Array.of(5));
    await state.load(['a', 'b']);
    expect(state.get('b')).toEqual(Uint8Array.of(5));
    expect(reads).toEqual([['a', 'b']]);
  });
});
