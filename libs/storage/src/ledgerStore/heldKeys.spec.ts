import { asHash } from '@lading/kernel';
import { HeldKeys } from './heldKeys.js';
import { StateQueries, type Select } from './stateQueries.js';
import { keyHash, sha256Noble } from '@lading/ledger';

const hashed = (key: string) => asHash(keyHash(key));
const change = (key: string, value: Uint8Array | null) => {
  return { key, keyHash: hashed(key), bucket: key.length, value, valueHash: value === null ? null : hashed('v') };
};

describe('held keys', () => {
  it('may all be there until a pass has seen every row', () => {
    const held = new HeldKeys();
    expect([held.mayHold(hashed('a')), held.mayHoldBucket(7)]).toEqual([true, true]);
    const complete = held.beginPass();
    held.mark(7, hashed('a'));
    complete();
    expect([held.mayHold(hashed('a')), held.mayHold(hashed('b'))]).toEqual([true, false]);
    expect([held.mayHoldBucket(7), held.mayHoldBucket(8)]).toEqual([true, false]);
  });

  it('are marked before they are written; a deleted one is asked for in vain, which does no harm', () => {
    const held = new HeldKeys();
    held.beginPass()();
    held.markAll([change('new', Uint8Array.of(1)), change('gone', null)]);
    expect([held.mayHold(hashed('new')), held.mayHold(hashed('gone')), held.mayHoldBucket(3)]).toEqual([true, false, true]);
  });

  it('are unknown again when rows came unseen, also to a pass that had begun before', () => {
    const held = new HeldKeys();
    const complete = held.beginPass();
    held.forget();
    complete();
    expect(held.isComplete).toBe(false);
    held.beginPass()();
    expect(held.isComplete).toBe(true);
  });

  it('spare the database questions that it would answer with nothing', async () => {
    const held = new HeldKeys();
    const asked: string[] = [];
    const select: Select = (sql) => {
      asked.push(sql);
      return Promise.resolve([]);
    };
    const queries = new StateQueries(select, sha256Noble, held);
    expect((await queries.values(['a'])).size).toBe(0);
    expect(asked).toHaveLength(1);
    for await (const rows of queries.all()) expect(rows).toEqual([]);
    expect([(await queries.values(['a', 'b'])).size, (await queries.bucketEntries([1, 2])).size, asked.length]).toEqual([0, 0, 2]);
    held.mark(1, hashed('b'));
    await queries.values(['a', 'b']);
    await queries.bucketEntries([1, 2]);
    // With how long the numbers of buckets are, which the rows did not tell.
    expect(asked).toHaveLength(5);
  });
});
