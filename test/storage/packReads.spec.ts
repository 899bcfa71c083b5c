import { createHash } from 'node:crypto';
import { toHex, type Height } from '@lading/kernel';
import type { AuditTransactionRow, ExecutedBlock } from '@lading/engine';
import { LedgerAuditSource, withClient, type TypeOrmLedgerStore } from '@lading/storage';
import { Dice } from '../audit/dice.js';
import { tamper, testDatabase, type TestDatabase } from '../fixtures/postgres.js';
import { openedStore } from './openedStore.js';
import { nextBlock } from './sampleChain.js';

const SEED = Number(process.env['LADING_SEED'] ?? 1);
const BLOCKS = 24;
/** Payloads beside which a pack is nothing, of a pack, and as most are. */
const SIZES = [1_000_000, 33_000, 32_500, 9000, 700, 400, 60, 1] as const;

type Reader = (store: TypeOrmLedgerStore) => Promise<unknown>;
const HUGE = '5';

/** Blocks of any number of batches of any number of transactions of any size; some are ordered twice, in one block or in two. */
function randomChain(genesis: ExecutedBlock, dice: Dice): readonly ExecutedBlock[] {
  const blocks: ExecutedBlock[] = [];
  const sizes = new Map<string, number>();
  const name = (): string => {
    const known = [...sizes.keys()];
    if (known.length > 0 && dice.below(8) === 0) return known[dice.below(known.length)] ?? '';
    const fresh = `${sizes.size}`;
    sizes.set(fresh, SIZES[fresh === HUGE ? 0 : 1 + dice.below(sizes.size % 9 === 0 ? 3 : SIZES.length - 1)] ?? 1);
    return fresh;
  };
  for (let last = genesis; blocks.length < BLOCKS; ) {
    const batches = Array.from({ length: dice.below(4) }, () => Array.from({ length: 1 + dice.below(dice.below(3) === 0 ? 40 : 6) }, name));
    // Nothing else fits into the batch of the largest.
    const distinct = batches.map((names) => (names.includes(HUGE) ? [HUGE] : [...new Set(names)]));
    last = nextBlock(last, { batches: distinct, payloadBytes: (one) => sizes.get(one) ?? 1 });
    blocks.push(last);
  }
  return blocks;
}

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
/** Bytes by their hash: comparing megabytes one by one takes its time. */
const told = (rows: readonly { readonly encoded: Uint8Array }[]): unknown[] =>
  rows.map((row) => ({ ...row, encoded: digest(row.encoded) }));

const placesOf = (blocks: readonly ExecutedBlock[]) =>
  blocks.flatMap(({ block, batches, outcomes }) =>
    batches
      .flatMap(({ batchHash, transactions }) => transactions.map(({ encoded }, indexInBatch) => ({ batchHash, indexInBatch, encoded })))
      .map((one, index) => ({ ...one, height: block.header.height, index, outcome: outcomes[index] }))
  );

describe(`packs of any batches (LADING_SEED=${SEED})`, () => {
  const dice = new Dice(SEED);
  const genesis = nextBlock(null);
  const blocks = randomChain(genesis, dice);
  const stored = placesOf(blocks);
  let database: TestDatabase;
  const withStore = <T>(work: (store: TypeOrmLedgerStore) => Promise<T>): Promise<T> => openedStore(database, work);

  beforeAll(async () => {
    database = await testDatabase();
    await withStore(async (store) => {
      await store.writeGenesis(genesis, new Uint8Array(1));
      for (let at = 0; at < blocks.length; ) {
        const size = 1 + dice.below(5);
        await store.appendBlocks(blocks.slice(at, at + size));
        at += size;
      }
    });
  });
  afterAll(() => database.drop());

  it('give back what was put in, from any place on, by any id, and batch by batch', async () => {
    await withStore(async (store) => {
      expect(told(await store.transactions({ height: 1 as Height, index: 0 }, 1e6))).toEqual(told(stored));
      for (let i = 0; i < 40; i++) {
        const height = dice.below(BLOCKS + 2) as Height;
        const index = dice.below(90);
        const limit = 1 + dice.below(dice.below(2) === 0 ? 3 : 200);
        const from = stored.findIndex((one) => one.height > height || (one.height === height && one.index >= index));
        const expected = from < 0 ? [] : stored.slice(from, from + limit);
        expect(told(await store.transactions({ height, index }, limit))).toEqual(told(expected));
      }
      const idOf = ({ outcome }: (typeof stored)[number]): string => toHex(outcome?.txId ?? new Uint8Array());
      const twice = stored.find((one, at) => stored.findIndex((other) => idOf(other) === idOf(one)) < at);
      const chosen = [twice, ...Array.from({ length: 20 }, () => stored[dice.below(stored.length)])];
      for (const one of chosen) {
        const id = one?.outcome?.txId;
        if (id === undefined) throw new Error('a ledger without transactions');
        const all = stored.filter((other) => idOf(other) === toHex(id));
        expect(told(await store.transactionsById(id))).toEqual(told(all));
      }
      const batches = blocks.flatMap((block) => block.batches);
      const found = await store.batchesByHash(batches.map(({ batchHash }) => batchHash));
      for (const { batchHash, encoded } of batches) expect(digest(found.get(toHex(batchHash)) ?? new Uint8Array())).toBe(digest(encoded));
    });
  });

  it('are read by an auditor page by page as one list', async () => {
    const source = await LedgerAuditSource.open(database.nodeUrl);
    const rows: AuditTransactionRow[] = [];
    try {
      for (let after = { height: 0, index: -1 }; ; ) {
        const page = await source.transactions(after, 1 + dice.below(50));
        const last = page.at(-1);
        if (last === undefined) break;
        rows.push(...page);
        after = { height: last.height, index: last.index };
      }
    } finally {
      await source.close();
    }
    expect(rows.map(({ height, index, encoded }) => [height, index, digest(encoded)])).toEqual(
      stored.map(({ height, index, encoded }) => [height, index, digest(encoded)])
    );
  });

  describe('that an administrator has changed', () => {
    const one = stored.find(({ batchHash }, at) => stored[at + 1]?.batchHash === batchHash);
    const place = { height: (one?.height ?? 0) as Height, index: one?.index ?? 0 };
    const readers: readonly (readonly [string, Reader])[] = [
      ['from a place on', (store) => store.transactions(place, 9)],
      ['by id', (store) => store.transactionsById(one?.outcome?.txId as never)],
      ['as a batch', (store) => store.batchesByHash([one?.batchHash as never])]
    ];
    const pack = `height = ${place.height} AND first_index = ${place.index}`;

    it.each(readers)('are STORE_CORRUPT when a transaction was taken out of its place: %s', async (_, read) => {
      await withStore(async (store) => {
        const [kept] = await packed();
        await tamper(database.adminUrl, [`UPDATE ledger.transaction_pack SET encoded[1] = NULL WHERE ${pack}`]);
        try {
          await expect(read(store)).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
        } finally {
          await restore(kept ?? []);
        }
      });
    });

    it.each<[number, Reader]>([
      [2 ** 31 - 1, (store) => store.transactions({ height: place.height, index: 2 ** 31 - 1 }, 9)],
      [-(2 ** 31), (store) => store.transactionsById(one?.outcome?.txId as never)],
      [-(2 ** 31), (store) => store.transactions({ height: place.height, index: 0 }, 9)]
    ])('are STORE_CORRUPT, and neither left out nor too much to count, where their place has become %d', async (value, read) => {
      const moved = (from: number, to: number): string =>
        `UPDATE ledger.transaction_pack SET first_index = ${to} WHERE height = ${place.height} AND first_index = ${from}`;
      await withStore(async (store) => {
        await tamper(database.adminUrl, [moved(place.index, value)]);
        try {
          await expect(read(store)).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
        } finally {
          await tamper(database.adminUrl, [moved(value, place.index)]);
        }
      });
    });

    it('has no overflow where a batch begins at the last place that there is', async () => {
      const set = (value: number): string =>
        `UPDATE ledger.batch SET first_index = ${value} WHERE batch_hash = '\\x${toHex(one?.batchHash ?? new Uint8Array())}'`;
      await withStore(async (store) => {
        await tamper(database.adminUrl, [set(2 ** 31 - 1)]);
        const found = await store.batchesByHash([one?.batchHash as never]);
        await tamper(database.adminUrl, [set(place.index)]);
        expect([...found.keys()]).toEqual([]);
      });
    });

    it('has no overflow where the place in the batch has become the last that there is', async () => {
      const set = (value: number | undefined): string => `UPDATE ledger.transaction_pack SET first_in_batch = ${value} WHERE ${pack}`;
      await withStore(async (store) => {
        await tamper(database.adminUrl, [set(2 ** 31 - 1)]);
        const found = await store.transactions(place, 2);
        await tamper(database.adminUrl, [set(one?.indexInBatch)]);
        expect(found.map(({ indexInBatch }) => indexInBatch)).toEqual([2 ** 31 - 1, 2 ** 31 - 1]);
      });
    });

    it('come to an end for an auditor, wherever the places of the last ones lead', async () => {
      const { height } = stored.at(-1) ?? place;
      const last = `height = ${height} AND first_index = (SELECT max(first_index) FROM ledger.transaction_pack WHERE height = ${height})`;
      const source = await LedgerAuditSource.open(database.nodeUrl);
      try {
        await tamper(database.adminUrl, [
          `UPDATE ledger.transaction_pack SET encoded = encoded || encoded WHERE ${last}`,
          `UPDATE ledger.transaction_pack SET first_index = 2147483647 WHERE ${last}`
        ]);
        const end = { height, index: 2 ** 31 - 1 };
        expect(await source.transactions({ height, index: 2 ** 31 - 2 }, 9)).not.toEqual([]);
        expect(await source.transactions(end, 9)).toEqual([]);
      } finally {
        await source.close();
      }
    });

    const packed = (): Promise<Buffer[][]> =>
      withClient(database.adminUrl, async (client) => {
        const { rows } = await client.query<{ encoded: Buffer[] }>(`SELECT encoded FROM ledger.transaction_pack WHERE ${pack}`);
        return rows.map(({ encoded }) => encoded);
      });
    const restore = (encoded: readonly Buffer[]): Promise<void> => {
      const list = encoded.map((bytes) => `'\\x${bytes.toString('hex')}'`).join(', ');
      return tamper(database.adminUrl, [`UPDATE ledger.transaction_pack SET encoded = ARRAY[${list}]::bytea[] WHERE ${pack}`]);
    };
  });
});
