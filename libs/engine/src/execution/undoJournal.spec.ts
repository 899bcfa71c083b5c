import { asHash, type Hash } from '@lading/kernel';
import { sha256Noble, StateTree } from '@lading/ledger';
import { listedHashes } from '../../../../test/fixtures/listedHashes.js';
import { PastTree } from './pastTree.js';
import { UndoJournal, type BlockUndo } from './undoJournal.js';

const hashOf = (n: number): Hash => asHash(sha256Noble(Uint8Array.of(n & 255, n >> 8)));

const undo = (height: number, values: Readonly<Record<string, number | null>>): BlockUndo => ({
  height,
  values: new Map(Object.entries(values).map(([key, value]) => [key, value === null ? null : Uint8Array.of(value)])),
  buckets: new Map(),
  bucketHashes: new Map()
});

describe('UndoJournal', () => {
  it('gives of each key what the first block after a height found, because that is what stood then', () => {
    const journal = new UndoJournal(4);
    journal.add(undo(5, { a: 1, b: null }));
    journal.add(undo(6, { a: 2, c: 3 }));
    expect([...journal.since(4).values]).toEqual([['a', Uint8Array.of(1)], ['b', null], ['c', Uint8Array.of(3)]]);
    expect([...journal.since(5).values.keys()]).toEqual(['a', 'c']);
    expect([journal.covers(3), journal.covers(4), journal.covers(6)]).toEqual([false, true, true]);
  });

  it('forgets what lies below a checkpoint, but nothing that somebody is still reading', () => {
    const journal = new UndoJournal(0);
    for (let height = 1; height <= 6; height++) journal.add(undo(height, { [`k${height}`]: height }));
    const [release, second] = [journal.pin(2), journal.pin(2)];
    journal.forget(5);
    expect([journal.covers(2), journal.since(2).values.size]).toEqual([true, 4]);
    release();
    journal.forget(5);
    expect(journal.covers(2)).toBe(true);
    // Nothing else has to happen: the next checkpoint may be far away.
    second();
    expect([journal.covers(2), journal.covers(5), journal.since(5).values.size]).toEqual([false, true, 1]);
  });

  it('holds a bounded number of blocks, and says what it does not cover any more', () => {
    const journal = new UndoJournal(0);
    for (let height = 1; height <= 1030; height++) journal.add(undo(height, {}));
    expect([journal.covers(5), journal.covers(6)]).toEqual([false, true]);
  });
});

describe('PastTree', () => {
  it('has the root and the paths that the tree had before the changes', () => {
    const tree = new StateTree(6);
    tree.update(listedHashes(new Map(Array.from({ length: 20 }, (_, i) => [(i * 37) % 64, hashOf(i)]))));
    const before = tree.clone();
    const old = new Map([3, 4, 5, 40, 63].map((bucket) => [bucket, tree.bucketHash(bucket)]));
    tree.update(listedHashes(new Map([...old.keys()].map((bucket) => [bucket, hashOf(1000 + bucket)]))));
    const past = new PastTree(tree, old, sha256Noble);
    expect(past.root()).toEqual(before.root());
    expect(past.root()).not.toEqual(tree.root());
    for (let bucket = 0; bucket < 64; bucket++) expect(past.path(bucket)).toEqual(before.path(bucket));
  });
});
