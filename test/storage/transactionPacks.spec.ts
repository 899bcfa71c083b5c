import { runMigrations, withClient, type TypeOrmLedgerStore } from '@lading/storage';
import type { Height } from '@lading/kernel';
import { createDataSource } from '../../libs/storage/src/database/dataSource.js';
import { PACK_BYTES, packsOf } from '../../libs/storage/src/ledgerStore/transactionPacks.js';
import { testDatabase, type TestDatabase } from '../fixtures/postgres.js';
import { openedStore } from './openedStore.js';
import { nextBlock } from './sampleChain.js';

/** Migrations after the one that makes packs. */
const LATER = 1;

const h = (height: number): Height => height as Height;
const names = (lane: string, count: number): string[] => Array.from({ length: count }, (_, n) => `${lane}${n}`);

/** Batches of several packs, of one and of one transaction; and one that has a transaction larger than a pack. */
const genesis = nextBlock(null);
const one = nextBlock(genesis, { batches: [names('a', 150), names('b', 1), names('c', 90)], payloadBytes: 300 });
const two = nextBlock(one, { batches: [names('d', 3)], payloadBytes: 2 * PACK_BYTES });
const three = nextBlock(two, { batches: [names('e', 2), names('f', 60)], payloadBytes: 400 });
const blocks = [one, two, three];
const stored = blocks.flatMap(({ block, batches, outcomes }) =>
  batches
    .flatMap(({ batchHash, transactions }) => transactions.map((tx, indexInBatch) => ({ batchHash, indexInBatch, tx })))
    .map(({ batchHash, indexInBatch, tx }, index) => {
      return { height: block.header.height, index, batchHash, indexInBatch, encoded: tx.encoded, outcome: outcomes[index] };
    })
);

describe('packs of transactions', () => {
  it('are filled up to their size, never across batches, and miss none', () => {
    const packs = blocks.map(packsOf);
    expect(packs.map((own) => own.map(({ refIndex, firstInBatch }) => [refIndex, firstInBatch]))).toEqual([
      [[0, 0], [0, expect.any(Number)], [0, expect.any(Number)], [1, 0], [2, 0], [2, expect.any(Number)]],
      [[0, 0], [0, 1], [0, 2]],
      [[0, 0], [1, 0], [1, expect.any(Number)]]
    ]);
    for (const { encoded } of packs.flat()) {
      const size = encoded.reduce((sum, { length }) => sum + length, 0);
      expect(size - (encoded.at(-1)?.length ?? 0)).toBeLessThan(PACK_BYTES + (encoded[0]?.length ?? 0));
    }
    expect(packs.flat().flatMap(({ encoded }) => encoded)).toEqual(stored.map(({ encoded }) => encoded));
    for (const pack of packs.flat()) {
      const first = stored.find(({ height, index }) => height === pack.height && index === pack.firstIndex);
      expect(first).toMatchObject({ indexInBatch: pack.firstInBatch, encoded: pack.encoded[0] });
    }
  });
});

describe('transactions in packs', () => {
  let database: TestDatabase;
  const withStore = <T>(work: (store: TypeOrmLedgerStore) => Promise<T>): Promise<T> => openedStore(database, work);
  const rows = (): Promise<unknown[]> =>
    withClient(database.adminUrl, async (client) => {
      const { rows: all } = await client.query('SELECT * FROM ledger.transaction ORDER BY height, tx_index');
      return all as unknown[];
    });

  beforeAll(async () => {
    database = await testDatabase();
    await withStore(async (store) => {
      await store.writeGenesis(genesis, new Uint8Array(1));
      await store.appendBlocks(blocks);
    });
  }, 60_000);
  afterAll(() => database.drop(), 60_000);

  it('are read from any place on, as many as wanted, over packs, batches and blocks', async () => {
    await withStore(async (store) => {
      for (const at of [0, 51, 52, 149, 240, 243, stored.length - 1]) {
        const { height, index } = stored[at] ?? { height: h(9), index: 0 };
        for (const limit of [1, 60])
          expect(await store.transactions({ height, index }, limit)).toEqual(stored.slice(at, at + limit));
      }
      expect(await store.transactions({ height: h(1), index: 241 }, 1)).toEqual(stored.slice(241, 242));
      expect(await store.transactions({ height: h(4), index: 0 }, 1)).toEqual([]);
    });
  }, 60_000);

  it('are found by their ids, and their batches by hash', async () => {
    await withStore(async (store) => {
      for (const at of [0, 51, 150, 200, 241, 242, 243, 270]) {
        const found = stored[at];
        expect(await store.transactionsById(found?.outcome?.txId as never)).toEqual([found]);
      }
      const batches = blocks.flatMap((block) => block.batches);
      const encoded = await store.batchesByHash(batches.map(({ batchHash }) => batchHash));
      expect([...encoded.values()].length).toBe(batches.length);
      for (const batch of batches) expect(encoded.get(Buffer.from(batch.batchHash).toString('hex'))).toEqual(batch.encoded);
    });
  }, 60_000);

  it('are rows of a view, of which PostgreSQL keeps a fraction', async () => {
    expect(await rows()).toEqual(
      stored.map(({ height, index, indexInBatch, encoded, outcome, batchHash }) => ({
        ...{ height: String(height), tx_index: index, tx_id: Buffer.from(outcome?.txId ?? []) },
        ...{ index_in_batch: indexInBatch, encoded: Buffer.from(encoded) },
        ref_index: blocks[height - 1]?.batches.findIndex((batch) => batch.batchHash === batchHash)
      }))
    );
    await withClient(database.adminUrl, async (client) => {
      const { rows: [size] } = await client.query<{ kept: number; whole: number }>(
        `SELECT sum(pg_column_size(encoded))::int AS kept,
           (SELECT sum(octet_length(encoded))::int FROM ledger.transaction) AS whole FROM ledger.transaction_pack`
      );
      expect((size?.kept ?? 1) / (size?.whole ?? 1)).toBeLessThan(0.4);
    });
  }, 60_000);

  async function undo(): Promise<void> {
    const source = createDataSource({
      ...{ url: database.ownerUrl, applicationName: 'test', poolSize: 2, statementTimeoutMs: 0 },
      onPoolError: () => undefined
    });
    await source.initialize();
    for (let n = 0; n < LATER + 1; n++) await source.undoLastMigration();
    await source.destroy();
  }

  it('are carried over from rows of their own, into the packs that they would have been written to', async () => {
    const packed = (): Promise<unknown[]> =>
      withClient(database.adminUrl, async (client) => {
        return (await client.query('SELECT * FROM ledger.transaction_pack ORDER BY height, first_index')).rows as unknown[];
      });
    const [before, packs] = [await rows(), await packed()];
    await undo();
    expect(await rows()).toEqual(before);
    await withClient(database.adminUrl, async (client) => {
      expect((await client.query("SELECT FROM pg_class WHERE relname = 'transaction' AND relkind = 'p'")).rowCount).toBe(1);
      await expect(client.query('DELETE FROM ledger.transaction')).rejects.toMatchObject({ code: 'LD001' });
    });
    await runMigrations(database.ownerUrl);
    expect(await rows()).toEqual(before);
    expect(await packed()).toEqual(packs);
    await withStore(async (store) => {
      expect(await store.transactions({ height: h(1), index: 0 }, 1000)).toEqual(stored);
      const four = nextBlock(three, { batches: [names('g', 5)] });
      await store.appendBlocks([four]);
      expect(await store.transactions({ height: h(4), index: 3 }, 9)).toHaveLength(2);
    });
  }, 60_000);

  it('are not carried over when they and their outcomes do not fit each other', async () => {
    await undo();
    const outcome = `UPDATE ledger.outcome SET tx_id = sha256(tx_id) WHERE height = 4 AND tx_index = 1`;
    await withClient(database.adminUrl, async (client) => {
      const { rows: [kept] } = await client.query<{ tx_id: Buffer }>('SELECT tx_id FROM ledger.outcome WHERE height = 4 AND tx_index = 1');
      await client.query('ALTER TABLE ledger.outcome DISABLE TRIGGER append_only');
      await client.query(outcome);
      await expect(runMigrations(database.ownerUrl)).rejects.toThrow('do not fit each other');
      await client.query('UPDATE ledger.outcome SET tx_id = $1 WHERE height = 4 AND tx_index = 1', [kept?.tx_id]);
      await client.query('ALTER TABLE ledger.outcome ENABLE ALWAYS TRIGGER append_only');
    });
    expect((await runMigrations(database.ownerUrl)).applied).toHaveLength(LATER + 1);
  }, 60_000);
});
