import type { BucketEntry, StateChange } from '@lading/engine';
import { sha256Node } from '@lading/identity';
import { compareBytes } from '@lading/kernel';
import type { Hash } from '@lading/kernel';
import { hashBuckets, bucketOf, StateTree } from '@lading/ledger';
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

/** The keys of each bucket and the version of each key, in few bytes: a heap of a million objects would be measured, too. */
class Keys {
  readonly version = new Uint8Array(KEYS);
  readonly #first = new Int32Array(2 ** DEPTH).fill(-1);
  readonly #next = new Int32Array(KEYS).fill(-1);

  constructor() {
    for (let n = 0; n < KEYS; n++) {
      const bucket = bucketOf(keyHashAt(n), DEPTH);
      this.#next[n] = this.#first[bucket] ?? -1;
      this.#first[bucket] = n;
    }
  }

  entries(bucket: number): BucketEntry[] {
    const found: BucketEntry[] = [];
    for (let n = this.#first[bucket] ?? -1; n >= 0; n = this.#next[n] ?? -1) {
      found.push({ keyHash: keyHashAt(n), valueHash: valueHashAt(n, this.version[n] ?? 0) });
    }
    return found.sort((x, y) => compareBytes(x.keyHash, y.keyHash));
  }

  /** A tree of all of them, made a part at a time. */
  tree(): StateTree {
    const tree = new StateTree(DEPTH, sha256Node);
    const PART = 4096;
    for (let from = 0; from < 2 ** DEPTH; from += PART) {
      const part = new Map<number, BucketEntry[]>();
      for (let bucket = from; bucket < Math.min(2 ** DEPTH, from + PART); bucket++) {
        const entries = this.entries(bucket);
        if (entries.length > 0) part.set(bucket, entries);
      }
      tree.update(hashBuckets(part, sha256Node));
    }
    return tree;
  }
}

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
    const sized = new StateTree(DEPTH, sha256Node);
    const megabytes = sized.leaves().buffer.byteLength / 2 ** 20;
    expect(sized.depth).toBe(DEPTH);
    const keys = new Keys();
    const tree = keys.tree();
    const dice = new Dice(7);
    const runs: Record<'update' | 'withRead' | 'read', number[]> = { update: [], withRead: [], read: [] };
    for (let block = 0; block < BLOCKS + 20; block++) {
      const chosen = new Set<number>();
      while (chosen.size < CHANGED) chosen.add(dice.below(KEYS));
      const changes = [...chosen].map((n): StateChange => {
        const keyHash = keyHashAt(n);
        const version = (keys.version[n] ?? 0) + 1;
        return { key: '', keyHash, bucket: bucketOf(keyHash, DEPTH), value: keyHash, valueHash: valueHashAt(n, version) };
      });
      let readMicros = 0;
      // The table stays as it was filled: what earlier blocks have written is laid over what is read, outside of the clock.
      const overlay = new Map(changes.map(({ bucket }) => [bucket, keys.entries(bucket)]));
      const buckets = new BucketEntries(async (numbers) => {
        const started = performance.now();
        await store.bucketEntries(numbers);
        readMicros = (performance.now() - started) * 1000;
        return overlay;
      });
      const started = performance.now();
      const touched = await buckets.apply(changes);
      const cpu = cpuMicros();
      const from = performance.now();
      tree.update(hashBuckets(touched, sha256Node));
      const wall = (performance.now() - from) * 1000;
      // Other work on the machine interrupts: what the process itself has used says what the update costs.
      const used = Math.min(wall, Math.max(cpuMicros() - cpu, 1));
      const total = (performance.now() - started) * 1000;
      for (const n of chosen) keys.version[n] = (keys.version[n] ?? 0) + 1;
      if (block < 20) continue;
      runs.update.push(used / CHANGED);
      runs.withRead.push(total / CHANGED);
      runs.read.push(readMicros / CHANGED);
    }
    expect(Buffer.from(tree.root())).toEqual(Buffer.from(keys.tree().root()));
    const what = `state tree of ${KEYS} keys, ${CHANGED} changed in a block, µs of CPU a key without the bucket read`;
    spreadFigure(what, runs.update, 'µs', { atMost: 3 });
    spreadFigure('the same with the bucket read, µs of the clock', runs.withRead, 'µs', { atMost: 8 });
    spreadFigure('of which the read itself', runs.read, 'µs', {});
    figure('memory of the tree', megabytes, 'MiB', { atMost: 80 });
  }, 900_000);
});
