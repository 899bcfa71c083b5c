import type { BucketEntry, LedgerStore, RecordLog, StateTreeFile } from '@lading/engine';
import { sha256Node } from '@lading/identity';
import { asHash, asciiBytes, toHex } from '@lading/kernel';
import type { Hash, Height } from '@lading/kernel';
import { configHash, outcomeRoot, StateTree } from '@lading/ledger';
import { BucketEntries } from '../../libs/engine/src/execution/bucketEntries.js';
import { LedgerState } from '../../libs/engine/src/execution/ledgerState.js';
import { recheckBuckets, SavedTree } from '../../libs/engine/src/recovery/savedTree.js';
import { testNetwork } from '../fixtures/testNetwork.js';

const DEPTH = 10;
const { config } = testNetwork();

/** A file that keeps what was flushed. */
class KeptLog implements RecordLog {
  records: Uint8Array[] = [];
  #waiting: Uint8Array[] = [];
  broken = false;
  rewrites = 0;

  visit(take: (record: Uint8Array) => boolean): Promise<void> {
    this.records.every((one) => {
      const borrowed = one.slice();
      const goesOn = take(borrowed);
      borrowed.fill(0xee);
      return goesOn;
    });
    return this.broken ? Promise.reject(new Error('LOG_CORRUPT')) : Promise.resolve();
  }

  append(record: Uint8Array): void {
    if (this.broken) throw new Error('LOG_FAILED');
    this.#waiting.push(record);
  }

  flush(): Promise<void> {
    this.records.push(...this.#waiting.splice(0));
    return Promise.resolve();
  }

  rewrite(records: readonly Uint8Array[]): Promise<void> {
    this.rewrites += 1;
    this.#waiting = [];
    this.records = records.map((one) => one.slice());
    return Promise.resolve();
  }

  sizeBytes(): number {
    return [...this.records, ...this.#waiting].reduce((sum, { length }) => sum + length, 0);
  }

  close(): Promise<void> {
    return this.flush();
  }
}

/** A ledger whose blocks change some keys, and the entries as a database holds them. */
class Ledger implements Pick<LedgerStore, 'bucketEntries'> {
  readonly state = new LedgerState(new StateTree(DEPTH, sha256Node), [], configHash(config), DEPTH, sha256Node);
  readonly entries = new Map<number, readonly BucketEntry[]>();
  readonly #buckets = new BucketEntries((buckets) => this.bucketEntries(buckets));
  #height = 0;

  bucketEntries(buckets: readonly number[]): Promise<ReadonlyMap<number, readonly BucketEntry[]>> {
    return Promise.resolve(new Map(buckets.flatMap((bucket) => {
      const entries = this.entries.get(bucket);
      return entries === undefined ? [] : [[bucket, entries] as const];
    })));
  }

  async block(keys: number): Promise<void> {
    const height = this.#height++;
    const changes = Array.from({ length: keys }, (_, i) => this.state.changeOf(`core/k/${(height * 7 + i) % 50}`, asciiBytes(`${height}`)));
    const touched = await this.#buckets.apply(changes);
    for (const [bucket, entries] of touched) this.entries.set(bucket, entries);
    this.#buckets.endGroup();
    const blockHash = sha256Node(asciiBytes(`block ${height}`)) as Hash;
    this.state.advance({ height: height as Height, blockHash, txCount: 0, outcomeRoot: outcomeRoot([]) }, touched);
  }

  get root(): string {
    return toHex(this.state.tree.root());
  }
}

const fileOf = (log: RecordLog): StateTreeFile => ({ log, seed: new Uint8Array(32).fill(5) });

describe('the saved state tree', () => {
  let ledger: Ledger;
  let log: KeptLog;
  beforeEach(async () => {
    ledger = new Ledger();
    log = new KeptLog();
    await ledger.block(3);
    SavedTree.follow(fileOf(log), ledger.state, false, sha256Node);
    for (let n = 1; n < 30; n++) await ledger.block(n % 5);
    await log.close();
  });
  const load = (height: number) => SavedTree.load(fileOf(log), DEPTH, height, sha256Node);
  const rootAt = async (height: number): Promise<string | null> => {
    const tree = await load(height);
    return tree === null ? null : toHex(tree.root());
  };

  it('is the tree after the last block, and after any block that the database has kept', async () => {
    expect(await rootAt(29)).toBe(ledger.root);
    const again = new Ledger();
    for (let n = 0; n < 12; n++) await again.block(n === 0 ? 3 : n % 5);
    expect(await rootAt(11)).toBe(again.root);
    expect(await rootAt(0)).not.toBeNull();
  });

  it('follows on after a start that has loaded it', async () => {
    const before = log.rewrites;
    SavedTree.follow(fileOf(log), ledger.state, true, sha256Node);
    await ledger.block(4);
    await log.close();
    expect(await rootAt(30)).toBe(ledger.root);
    expect(log.rewrites).toBe(before);
  });

  it('is none for a height that it does not reach, another depth, or a file with a gap or a cut', async () => {
    expect(await load(30)).toBeNull();
    expect(await SavedTree.load(fileOf(log), DEPTH + 1, 29, sha256Node)).toBeNull();
    const whole = log.records;
    // One that is missing, and one in the place of another.
    const twice = whole.with(6, whole[5] as Uint8Array);
    for (const records of [[], whole.slice(0, 1), whole.toSpliced(5, 1), whole.toSpliced(1, 1), whole.toSpliced(2, 1), twice]) {
      log.records = records;
      expect(await load(29)).toBeNull();
    }
    log.records = whole.with(4, (whole[4] as Uint8Array).subarray(0, 9));
    expect(await load(29)).toBeNull();
    log.broken = true;
    expect(await load(29)).toBeNull();
  });

  it('begins anew when it has grown, and does not stop a node whose disk fails', async () => {
    const before = log.rewrites;
    for (let n = 0; n < 30_000 && log.rewrites === before; n++) await ledger.block(45);
    expect(log.rewrites).toBeGreaterThan(before);
    await log.close();
    expect(await rootAt(ledger.state.height)).toBe(ledger.root);
    log.broken = true;
    await ledger.block(2);
  }, 60_000);

  it('is compared with the rows of buckets, and damage among them is named', async () => {
    const { tree } = ledger.state;
    const seed = new Uint8Array(32);
    await recheckBuckets(ledger, tree, seed, sha256Node);
    const [bucket, entries] = [...ledger.entries].find(([, own]) => own.length > 0) ?? [0, []];
    const [first, ...rest] = entries;
    if (first === undefined) throw new Error('no entry');
    const damaged = [{ ...first, valueHash: asHash(new Uint8Array(32)) }, ...rest];
    for (const changed of [damaged, rest, [first, first]]) {
      ledger.entries.set(bucket, changed);
      await expect(recheckBuckets(ledger, tree, seed, sha256Node)).rejects.toMatchObject({ code: 'STATE_DAMAGED' });
    }
  });
});
