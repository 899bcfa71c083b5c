import type { BucketEntry, StateChange } from '@lading/engine';
import { sha256Node } from '@lading/identity';
import { compareBytes, equalBytes } from '@lading/kernel';
import type { Hash } from '@lading/kernel';
import { bucketOf, hashBuckets, PackedBuckets, StateTree } from '@lading/ledger';
import { TypeOrmLedgerStore, withClient } from '@lading/storage';
import { BucketEntries } from '../libs/engine/src/execution/bucketEntries.js';
import { Dice } from '../test/audit/dice.js';
import { processMs } from './cpu.js';
import { cpuMicros } from './ownProcess.js';

/** `blocks` are measured after WARM others. */
export interface TreeSizes {
  readonly keys: number;
  readonly changed: number;
  readonly blocks: number;
  readonly depth: number;
}

/** Of one block, microseconds a key: of processor time, but for `readClock`. */
export interface TreeCost {
  readonly bucket: number;
  readonly nodes: number;
  /** Reading the buckets' entries, and laying the changes over them: in this process. */
  readonly read: number;
  readonly readClock: number;
}

export interface TreeCosts {
  readonly costs: readonly TreeCost[];
  /** Processor time of the database's processes for the same reads, a key. */
  readonly postgres: number;
  readonly megabytes: number;
  /** Whether the tree is in the end the one that is made of the same entries anew. */
  readonly agrees: boolean;
}

const WARM = 20;
const PART = 4096;

const keyHashAt = (n: number): Hash => sha256Node(Uint8Array.of(n >> 24, n >> 16, n >> 8, n)) as Hash;
const valueHashAt = (n: number, version: number): Hash => sha256Node(Uint8Array.of(1, n >> 24, n >> 16, n >> 8, n, version)) as Hash;

/** The keys of each bucket and the version of each key, in few bytes: a heap of a million objects would be measured, too. */
class Keys {
  readonly version: Uint8Array;
  readonly #first: Int32Array;
  readonly #next: Int32Array;

  constructor(private readonly sizes: TreeSizes) {
    this.version = new Uint8Array(sizes.keys);
    this.#first = new Int32Array(2 ** sizes.depth).fill(-1);
    this.#next = new Int32Array(sizes.keys).fill(-1);
    for (let n = 0; n < sizes.keys; n++) {
      const bucket = bucketOf(keyHashAt(n), sizes.depth);
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
    const { depth } = this.sizes;
    const tree = new StateTree(depth, sha256Node);
    for (let from = 0; from < 2 ** depth; from += PART) {
      const part = new Map<number, BucketEntry[]>();
      for (let bucket = from; bucket < Math.min(2 ** depth, from + PART); bucket++) {
        const entries = this.entries(bucket);
        if (entries.length > 0) part.set(bucket, entries);
      }
      tree.update(hashBuckets(part, sha256Node));
    }
    return tree;
  }
}

/** Puts the entries into the table that a node keeps them in; their keys and values are their hashes. */
export async function fillState(adminUrl: string, { keys, depth }: TreeSizes): Promise<void> {
  await withClient(adminUrl, async (client) => {
    const PAGE = 20_000;
    for (let from = 0; from < keys; from += PAGE) {
      const rows = Array.from({ length: Math.min(PAGE, keys - from) }, (_, i) => {
        const hash = keyHashAt(from + i);
        return [hash, bucketOf(hash, depth), valueHashAt(from + i, 0)] as const;
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

/** Process that answers the reads of a store: the other backends of its database do nothing meanwhile. */
async function backendsMs(adminUrl: string): Promise<() => number> {
  const pids = await withClient(adminUrl, async (client) => {
    const sql = 'SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = $1';
    return (await client.query<{ pid: number }>(sql, ['client backend'])).rows.map(({ pid }) => pid);
  });
  return () => pids.reduce((sum, pid) => sum + processMs(pid), 0);
}

/** Changes keys at random, block by block, as the executor does: reads their buckets, and updates the tree. */
export async function treeCosts(nodeUrl: string, adminUrl: string, sizes: TreeSizes): Promise<TreeCosts> {
  const store = await TypeOrmLedgerStore.open({ url: nodeUrl, poolSize: 1 });
  const keys = new Keys(sizes);
  const tree = keys.tree();
  const dice = new Dice(7);
  const costs: TreeCost[] = [];
  let clock = (): number => 0;
  let postgresMs = 0;
  for (let block = 0; block < sizes.blocks + WARM; block++) {
    if (block === WARM) {
      clock = await backendsMs(adminUrl);
      postgresMs = clock();
    }
    const chosen = new Set<number>();
    while (chosen.size < sizes.changed) chosen.add(dice.below(sizes.keys));
    const cost = await changeBlock(store, keys, tree, [...chosen], sizes);
    if (block >= WARM) costs.push(cost);
  }
  const postgres = ((clock() - postgresMs) * 1000) / (sizes.blocks * sizes.changed);
  await store.close();
  const megabytes = tree.leaves().buffer.byteLength / 2 ** 20;
  return { costs, postgres, megabytes, agrees: equalBytes(tree.root(), keys.tree().root()) };
}

async function changeBlock(
  store: TypeOrmLedgerStore,
  keys: Keys,
  tree: StateTree,
  chosen: readonly number[],
  { changed, depth }: TreeSizes
): Promise<TreeCost> {
  const changes = chosen.map((n): StateChange => {
    const keyHash = keyHashAt(n);
    const version = (keys.version[n] ?? 0) + 1;
    return { key: '', keyHash, bucket: bucketOf(keyHash, depth), value: keyHash, valueHash: valueHashAt(n, version) };
  });
  // The table stays as it was filled: what earlier blocks have written is laid over what is read, outside of the clock.
  const overlay = PackedBuckets.of(new Map(changes.map(({ bucket }) => [bucket, keys.entries(bucket)])));
  const buckets = new BucketEntries(async (numbers) => {
    await store.bucketEntries(numbers);
    return overlay;
  });
  const [started, begun] = [performance.now(), cpuMicros()];
  const touched = await buckets.apply(changes);
  const [readClock, read] = [(performance.now() - started) * 1000, cpuMicros() - begun];
  const first = cpuMicros();
  const hashes = hashBuckets(touched, sha256Node);
  const second = cpuMicros();
  tree.update(hashes);
  const nodes = cpuMicros() - second;
  for (const n of chosen) keys.version[n] = (keys.version[n] ?? 0) + 1;
  return { bucket: (second - first) / changed, nodes: nodes / changed, read: read / changed, readClock: readClock / changed };
}
