import { toHex, type Height } from '@lading/kernel';
import { encodeCommitProof } from '@lading/ledger';
import { TypeOrmLedgerStore, withClient } from '@lading/storage';
import { tamper, testDatabase, type TestDatabase } from '../fixtures/postgres.js';
import { change, checkpointAt, hashOf, nextBlock, transaction } from './sampleChain.js';

const h = (height: number): Height => height as Height;
const GENESIS_BYTES = new Uint8Array(Buffer.from('{"name":"test"}'));

describe('TypeOrmLedgerStore', () => {
  let database: TestDatabase;
  let store: TypeOrmLedgerStore;
  const warnings: string[] = [];

  const genesis = nextBlock(null, { changes: [change('core/org/acme', 'org'), change('core/org/acmf', 'other')] });
  const one = nextBlock(genesis, {
    batches: [['a', 'b'], ['c']],
    changes: [change('core/jti/acme/1', '1'), change('provenance/item/x', 'v1'), change('provenance/item/y', 'v1')]
  });
  const two = nextBlock(one, { batches: [['d', 'a']], changes: [change('provenance/item/x', 'v2')] });
  const three = nextBlock(two, {
    changes: [change('provenance/item/x', 'v3'), change('provenance/item/y', null), change('provenance/item/z', '')]
  });

  beforeAll(async () => {
    database = await testDatabase();
    store = await TypeOrmLedgerStore.open({ url: database.nodeUrl, warn: (line) => warnings.push(line) });
    await store.writeGenesis(genesis, GENESIS_BYTES);
    await store.appendBlocks([one, two, three]);
  });
  afterAll(async () => {
    await store.close();
    await database.drop();
  });

  it('begins at genesis and refuses another network', async () => {
    expect(warnings).toEqual([]);
    await store.writeGenesis(genesis, GENESIS_BYTES);
    expect(await store.genesisBytes()).toEqual(GENESIS_BYTES);
    await expect(store.writeGenesis(genesis, new Uint8Array(3))).rejects.toMatchObject({ code: 'CHAIN_MISMATCH' });
    expect(await store.lastHeight()).toBe(3);
  });

  it('gives blocks back as they were written, with their own proof', async () => {
    const blocks = await store.blocks(h(0), h(9), 1 << 20);
    expect(blocks.map(({ block }) => block)).toEqual([genesis, one, two, three].map(({ block }) => block));
    expect(blocks[1]).toEqual({
      block: one.block,
      proof: one.proof,
      outcomeRoot: one.outcomeRoot,
      stateRoot: one.stateRoot
    });
    expect(await store.blockHashes(h(1), h(2))).toEqual([one.block.blockHash, two.block.blockHash]);
    expect(await store.outcomeRoots(h(0), h(1))).toEqual([
      { blockHash: genesis.block.blockHash, txCount: 0, outcomeRoot: genesis.outcomeRoot },
      { blockHash: one.block.blockHash, txCount: 3, outcomeRoot: one.outcomeRoot }
    ]);
  });

  it('bounds an answer by bytes, but always gives the first block', async () => {
    const size = one.block.encoded.length + encodeCommitProof(one.proof).length;
    const two_ = size + two.block.encoded.length + encodeCommitProof(two.proof).length;
    for (const [maxBytes, count] of [[0, 1], [size, 1], [two_ - 1, 1], [two_, 2]] as const)
      expect(await store.blocks(h(1), h(3), maxBytes)).toHaveLength(count);
    expect(await store.blocks(h(4), h(9), 0)).toEqual([]);
  });

  it('rebuilds batches to their exact bytes from header, signature and transaction rows', async () => {
    const wanted = [...one.batches, ...two.batches];
    const found = await store.batchesByHash([...wanted.map((batch) => batch.batchHash), hashOf('unknown')]);
    expect(found.size).toBe(3);
    for (const batch of wanted) expect(found.get(toHex(batch.batchHash))).toEqual(batch.encoded);
    const [first, second] = await store.batchHeaders(h(1));
    expect([first?.ref, second?.ref]).toEqual(one.block.refs);
    expect([first?.refIndex, second?.refIndex]).toEqual([0, 1]);
    expect(second?.signature).toEqual(one.batches[1]?.signature);
  });

  it('finds every place where a transaction was ordered, in order', async () => {
    const { txId, encoded } = transaction('a');
    const places = await store.transactionsById(txId);
    expect(places.map(({ height, index }) => [height, index])).toEqual([[1, 0], [2, 1]]);
    expect(places[1]).toEqual({
      height: 2,
      index: 1,
      batchHash: two.batches[0]?.batchHash,
      indexInBatch: 1,
      encoded,
      outcome: two.outcomes[1]
    });
    expect(await store.transactionsById(hashOf('unknown'))).toEqual([]);
  });

  it('pages through transactions and outcomes', async () => {
    const all = await store.transactions({ height: h(0), index: 0 }, 10);
    expect(all.map(({ height, index, indexInBatch }) => [height, index, indexInBatch])).toEqual([
      [1, 0, 0], [1, 1, 1], [1, 2, 0], [2, 0, 0], [2, 1, 1]
    ]);
    const later = await store.transactions({ height: h(1), index: 2 }, 2);
    expect(later).toEqual(all.slice(2, 4));
    expect(await store.outcomes(h(1))).toEqual(one.outcomes);
    expect(await store.outcomes(h(3))).toEqual([]);
  });

  it('keeps the last value of a key and forgets deleted ones', async () => {
    const values = await store.stateValues(['provenance/item/x', 'provenance/item/y', 'provenance/item/z', 'none']);
    expect([...values].map(([key, value]) => [key, Buffer.from(value).toString()]).sort()).toEqual([
      ['provenance/item/x', 'v3'],
      ['provenance/item/z', '']
    ]);
    expect(await store.stateValues([])).toEqual(new Map());
  });

  it('lists keys by prefix in byte order, also keys longer than an index row may be', async () => {
    const long = `long/${'k'.repeat(9000)}`;
    const fresh = await testDatabase();
    const other = await TypeOrmLedgerStore.open({ url: fresh.nodeUrl });
    const keys = ['a/1', 'a/10', 'a/2', 'a/é', 'a/\u0000', 'b/1', long, `${long}x`];
    const changes = keys.map((key) => change(key, key.slice(0, 5)));
    await other.writeGenesis(nextBlock(null, { changes }), GENESIS_BYTES);
    const under = async (prefix: string, limit = 99): Promise<readonly string[]> =>
      (await other.stateByPrefix(prefix, limit)).map((entry) => entry.key);
    expect(await under('a/')).toEqual(['a/\u0000', 'a/1', 'a/10', 'a/2', 'a/é']);
    expect(await under('a/1')).toEqual(['a/1', 'a/10']);
    expect(await under('a/', 2)).toEqual(['a/\u0000', 'a/1']);
    expect(await under(long)).toEqual([long, `${long}x`]);
    expect(await under(`${long}x`)).toEqual([`${long}x`]);
    expect(await under('')).toHaveLength(keys.length);
    expect(await under('c')).toEqual([]);
    await other.close();
    await fresh.drop();
  });

  it('hands out the entries of buckets, and all of them, in the order the tree hashes them', async () => {
    const live = {
      'core/org/acme': 'org',
      'core/org/acmf': 'other',
      'core/jti/acme/1': '1',
      'provenance/item/x': 'v3',
      'provenance/item/z': ''
    };
    const expected = Object.entries(live).map(([key, value]) => change(key, value));
    const chunks: { bucket: number; keyHash: Uint8Array; valueHash: Uint8Array }[] = [];
    for await (const chunk of store.allEntries()) chunks.push(...chunk);
    const sorted = expected
      .map(({ bucket, keyHash, valueHash }) => ({ bucket, keyHash, valueHash }))
      .sort((a, b) => Buffer.compare(a.keyHash, b.keyHash));
    expect(chunks).toEqual(sorted);
    const buckets = await store.bucketEntries([...sorted.map((entry) => entry.bucket), 4095]);
    for (const { bucket, keyHash, valueHash } of sorted)
      expect(buckets.get(bucket)).toContainEqual({ keyHash, valueHash });
    expect(buckets.has(4095)).toBe(sorted.some((entry) => entry.bucket === 4095));
  });

  it('keeps checkpoints and finds the lowest that covers a height', async () => {
    expect(await store.latestCheckpoint()).toBeNull();
    for (const height of [64, 2, 64]) await store.saveCheckpoint(checkpointAt(height), height === 64 ? hashOf('tree 64') : null);
    expect(await store.latestCheckpoint()).toEqual(checkpointAt(64));
    expect(await store.latestCertified()).toEqual({ checkpoint: checkpointAt(64), treeRoot: hashOf('tree 64') });
    expect(await store.checkpointAtOrAbove(h(2))).toEqual(checkpointAt(2));
    expect(await store.checkpointAtOrAbove(h(3))).toEqual(checkpointAt(64));
    expect(await store.checkpointAtOrAbove(h(65))).toBeNull();
  });

  it('skips blocks it has, refuses others at their heights, and leaves no gap', async () => {
    await store.appendBlocks([]);
    await store.appendBlocks([two, three]);
    const otherTwo = nextBlock(one, { batches: [['other']] });
    await expect(store.appendBlocks([otherTwo])).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
    const four = nextBlock(three, { batches: [['e']], changes: [change('core/org/acme', 'renamed')] });
    const five = nextBlock(four);
    await expect(store.appendBlocks([five])).rejects.toMatchObject({ code: 'STORE_GAP' });
    const orphan = nextBlock(nextBlock(two));
    await expect(store.appendBlocks([nextBlock(orphan)])).rejects.toMatchObject({ code: 'STORE_GAP' });
    expect(await store.lastHeight()).toBe(3);
    await store.appendBlocks([three, four]);
    await store.appendBlocks([four]);
    expect(await store.lastHeight()).toBe(4);
    const renamed = await store.stateValues(['core/org/acme']);
    expect(renamed.get('core/org/acme')).toEqual(change('core/org/acme', 'renamed').value);
    await expect(store.appendBlocks([orphan])).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
  });

  it('refuses a block that does not build on the stored one, in the same statement that writes it', async () => {
    const four = (await store.blocks(h(4), h(4), 0))[0];
    const { block } = three;
    const parent = { ...block, header: { ...block.header, height: h(4) }, blockHash: hashOf('stranger') };
    const stranger = nextBlock({ ...three, block: parent });
    await expect(store.appendBlocks([stranger])).rejects.toMatchObject({ code: 'STORE_GAP' });
    expect(four).toBeDefined();
    expect(await store.lastHeight()).toBe(4);
    expect(await store.transactions({ height: h(5), index: 0 }, 1)).toEqual([]);
  });

  it('refuses what cannot be true before it reaches the disk', async () => {
    const four = await store.lastHeight();
    const broken = { ...nextBlock(three, { batches: [['q']] }), outcomes: [] };
    expect(four).toBe(4);
    const fiveAfter = { ...broken, block: { ...broken.block, header: { ...broken.block.header, height: h(5) } } };
    await expect(store.appendBlocks([fiveAfter])).rejects.toThrow('appendBlocks');
  });
});

describe('TypeOrmLedgerStore and its server', () => {
  let database: TestDatabase;
  const genesis = nextBlock(null);
  const one = nextBlock(genesis, { batches: [['a']], changes: [change('x/y/z', 'v')] });
  beforeEach(async () => {
    database = await testDatabase();
  });
  afterEach(() => database.drop());

  async function withStore(work: (store: TypeOrmLedgerStore) => Promise<void>): Promise<void> {
    const store = await TypeOrmLedgerStore.open({ url: database.nodeUrl });
    try {
      await store.writeGenesis(genesis, GENESIS_BYTES);
      await store.appendBlocks([one]);
      await work(store);
    } finally {
      await store.close();
    }
  }

  const killConnections = (): Promise<unknown> =>
    withClient(database.adminUrl, (client) =>
      client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()`
      )
    );

  it('lets one node write, and lets the next one in when it is gone', async () => {
    await withStore(async () => {
      await expect(TypeOrmLedgerStore.open({ url: database.nodeUrl, lockWaitMs: 200 })).rejects.toMatchObject({
        code: 'NODE_ALREADY_RUNNING'
      });
    });
    await withStore(async (store) => expect(await store.lastHeight()).toBe(1));
  });

  it('writes rows that it knows to be new, and over those that may be there, once it has seen all rows', async () => {
    await withStore(async (store) => {
      for await (const entries of store.allEntries()) expect(entries).toHaveLength(1);
      const two = nextBlock(one, { changes: [change('x/y/z', 'w'), change('new/1', 'a'), change('new/2', 'b')] });
      await store.appendBlocks([two]);
      const three = nextBlock(two, { changes: [change('new/1', 'c'), change('new/2', null), change('new/3', 'd')] });
      await store.appendBlocks([three, nextBlock(three, { changes: [change('new/2', 'e'), change('new/3', 'f')] })]);
      const values = await store.stateValues(['x/y/z', 'new/1', 'new/2', 'new/3']);
      expect([...values].map(([key, value]) => `${key} ${Buffer.from(value).toString()}`).sort()).toEqual([
        ...['new/1 c', 'new/2 e', 'new/3 f', 'x/y/z w']
      ]);
    });
  });

  it('survives the loss of its connections, takes the lock again and goes on', async () => {
    await withStore(async (store) => {
      await store.lastHeight();
      await killConnections();
      const two = nextBlock(one);
      // The first attempts may meet the dead connection: unavailable, never wrong.
      for (let attempt = 0; ; attempt++) {
        try {
          await store.appendBlocks([two]);
          break;
        } catch (error) {
          expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE' });
          expect(attempt).toBeLessThan(20);
        }
      }
      expect(await store.lastHeight()).toBe(2);
      await expect(TypeOrmLedgerStore.open({ url: database.nodeUrl, lockWaitMs: 200 })).rejects.toMatchObject({
        code: 'NODE_ALREADY_RUNNING'
      });
    });
  });

  it('waits for its own lost session to end instead of giving up, and writes nothing while another holds the lock', async () => {
    await withStore(async (store) => {
      const two = nextBlock(one);
      await withClient(database.nodeUrl, async (other) => {
        const taken = other.query('SELECT pg_advisory_lock(1279348303)');
        await withClient(database.adminUrl, (client) =>
          client.query(
            `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND application_name LIKE '%-writer'`
          )
        );
        await taken;
        // The first attempt may still meet the dead connection.
        for (let attempt = 0; attempt < 2; attempt++) {
          await expect(store.appendBlocks([two])).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
        }
        expect(await store.blocks(h(2), h(2), 1)).toEqual([]);
      });
      await store.appendBlocks([two]);
      expect(await store.lastHeight()).toBe(2);
    });
  });

  it('answers STORE_CORRUPT for every damaged row it would have to believe', async () => {
    await withStore(async (store) => {
      const flipped = (column: string): string => `set_byte(${column}, 60, get_byte(${column}, 60) # 1)`;
      const hashes = one.batches.map((batch) => batch.batchHash);
      const damage: readonly [string, () => Promise<unknown>][] = [
        [`UPDATE ledger.block SET encoded = ${flipped('encoded')}`, () => store.blocks(h(1), h(1), 1e6)],
        [`UPDATE ledger.batch SET header = ${flipped('header')}`, () => store.batchesByHash(hashes)],
        ["UPDATE ledger.outcome SET status = 'FINE'", () => store.outcomes(h(1))],
        ["UPDATE ledger.outcome SET status = 'APPLIED', detail = '\\xff'", () => store.outcomes(h(1))],
        [`UPDATE ledger.transaction SET encoded = ${flipped('encoded')}`, () => store.transactionsById(transaction('a').txId)],
        ['DELETE FROM ledger.outcome', () => store.transactions({ height: h(1), index: 0 }, 9)],
        ["UPDATE ledger.state SET value = 'w'", () => store.stateValues(['x/y/z'])]
      ];
      for (const [, read] of damage) await read();
      for (const [statement, read] of damage) {
        await tamper(database.adminUrl, [statement]);
        await expect(read()).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
      }
    });
  });

  it('does not start on a schema it does not know', async () => {
    const empty = await testDatabase({ migrate: false });
    await expect(TypeOrmLedgerStore.open({ url: empty.nodeUrl })).rejects.toMatchObject({ code: 'SCHEMA_OUT_OF_DATE' });
    await empty.drop();
    await withClient(database.ownerUrl, (client) =>
      client.query("INSERT INTO ledger.schema_migration (timestamp, name) VALUES (9, 'Later9')")
    );
    await expect(TypeOrmLedgerStore.open({ url: database.nodeUrl })).rejects.toThrow('Later9');
  });

  it('says STORE_UNAVAILABLE when nobody listens', async () => {
    const url = database.nodeUrl.replace(/:\d+\//, ':1/');
    await expect(TypeOrmLedgerStore.open({ url })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });
});
