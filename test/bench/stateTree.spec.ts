import type { BucketEntry, StateChange } from '@lading/engine';
import { sha256Node } from '@lading/identity';
import type { Hash } from '@lading/kernel';
import { bucketHashes, bucketOf, StateTree } from '@lading/ledger';
import { TypeOrmLedgerStore, withClient } from '@lading/storage';
import { spreadFigure } from '../../bench/measure.js';
import { BucketEntries } from '../../libs/engine/src/execution/bucketEntries.js';
import { Dice } from '../audit/dice.js';
import { figure } from '../e2e/figures.js';
import { testDatabase, type TestDatabase } from '../fixtures/postgres.js';

const FULL = process.env['LADING_FIGURES'] !== undefined;
/** Keys of the state, keys changed in a block, and blocks that are measured after those that warm up. */
const [KEYS, CHANGED, BLOCKS] = FULL ? [1_000_000, 1000, 40] : [2000, 50, 2];
const DEPTH = FULL ? 20 : 10;

const keyHashAt = (n: number): Hash => sha256Node(Uint8Array.of(n >> 24, n >> 16, n >> 8, n)) as Hash;
const valueHashAt = (n: number, version: number): Hash => sha256Node(Uint8Array.of(1, n >> 24, n >> 16, n >> 8, n, version)) as Hash;

/** Puts the entries into the table that a node keeps them in; their keys and values are their hashes. */
async function fill(database: TestDatabase): Promise<void> {
  await withClient(database.adminUrl, async (client) => {
    const PAGE = 20_000;
    for (let from = 0; from < KEYS; from += PAGE) {
      const rows = Array.from({ length: Math.min(PAGE, KEYS - from) }, (_, i) => {
        const hash = keyHashAt(from + i);
        return [hash, bucketOf(hash, DEPTH), valueHashAt(from + i, 0)] as const;
      });
      await client.query(
        `INSERT INTO ledger.state (key_hash, key, bucket, value, value_hash)
         SELECT k, k, b, v, v FROM unnest($1::bytea[], $2::int[], $3::bytea[]) AS r (k, b, v)`,
        [rows.map(([hash]) => Buffer.from(hash)), rows.map(([, bucket]) => bucket), rows.map(([, , value]) => Buffer.from(value))]
      );
    }
    await client.query('VACUUM (ANALYZE) ledger.state');
  });
}

const cpuMicros = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

describe('the state tree', () => {
  let database: TestDatabase;
  let store: TypeOrmLedgerStore;
  beforeAll(async () => {
    database = await testDatabase();
    await fill(database);
    store = await TypeOrmLedgerStore.open({ url: database.nodeUrl });
  }, 600_000);
  afterAll(async () => {
    await store.close();
    await database.drop();
  }, 60_000);

  it('is updated once a block, with what its buckets are read for, and agrees with a tree that is made anew', async () => {
    const before = process.memoryUsage().arrayBuffers;
    const tree = new StateTree(DEPTH, sha256Node);
    const megabytes = (process.memoryUsage().arrayBuffers - before) / 2 ** 20;
    const all = new Map<number, BucketEntry[]>();
    for await (const chunk of store.allEntries()) {
      for (const { bucket, keyHash, valueHash } of chunk) {
        const entries = all.get(bucket);
        if (entries === undefined) all.set(bucket, [{ keyHash, valueHash }]);
        else entries.push({ keyHash, valueHash });
      }
    }
    tree.update(bucketHashes(all, sha256Node));
    const dice = new Dice(7);
    const runs: Record<'update' | 'withRead' | 'read', number[]> = { update: [], withRead: [], read: [] };
    for (let block = 0; block < BLOCKS + 20; block++) {
      const chosen = new Set<number>();
      while (chosen.size < CHANGED) chosen.add(dice.below(KEYS));
      const changes = [...chosen].map((n): StateChange => {
        const keyHash = keyHashAt(n);
        return { key: '', keyHash, bucket: bucketOf(keyHash, DEPTH), value: keyHash, valueHash: valueHashAt(n, block + 1) };
      });
      const asked = new Map<number, readonly BucketEntry[]>();
      let readMicros = 0;
      const buckets = new BucketEntries(async (numbers) => {
        const started = performance.now();
        const found = await store.bucketEntries(numbers);
        readMicros = (performance.now() - started) * 1000;
        // The table stays as it was filled: what earlier blocks have written is laid over it.
        return new Map(numbers.map((bucket) => [bucket, all.get(bucket) ?? found.get(bucket) ?? []]));
      });
      const started = performance.now();
      const touched = await buckets.apply(changes);
      const cpu = cpuMicros();
      const from = performance.now();
      tree.update(bucketHashes(touched, sha256Node));
      const wall = (performance.now() - from) * 1000;
      // Other work on the machine interrupts: what the process itself has used says what the update costs.
      const used = Math.min(wall, Math.max(cpuMicros() - cpu, 1));
      for (const [bucket, entries] of touched) asked.set(bucket, entries);
      for (const [bucket, entries] of asked) all.set(bucket, [...entries]);
      if (block < 20) continue;
      runs.update.push(used / CHANGED);
      runs.withRead.push(((performance.now() - started) * 1000) / CHANGED);
      runs.read.push(readMicros / CHANGED);
    }
    const anew = new StateTree(DEPTH, sha256Node);
    anew.update(bucketHashes(all, sha256Node));
    expect(Buffer.from(tree.root())).toEqual(Buffer.from(anew.root()));
    spreadFigure(`state tree, µs a key of ${CHANGED} a block, ${KEYS} keys, without the bucket read`, runs.update, 'µs', { atMost: 3 });
    spreadFigure('the same with the bucket read', runs.withRead, 'µs', { atMost: 8 });
    spreadFigure('of which the read itself', runs.read, 'µs', {});
    figure('memory of the tree', megabytes, 'MiB', { atMost: 80 });
  }, 900_000);
});
