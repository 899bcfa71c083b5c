import { encodeCheckpoint, encodeBatchHeader, encodeCommitProof } from '@lading/ledger';
import { LedgerAuditSource, TypeOrmLedgerStore } from '@lading/storage';
import { tamper, testDatabase, type TestDatabase } from '../fixtures/postgres.js';
import { change, checkpointAt, nextBlock } from './sampleChain.js';

describe('LedgerAuditSource', () => {
  let database: TestDatabase;
  let source: LedgerAuditSource;
  const keys = Array.from({ length: 25 }, (_, i) => `provenance/item/${i}`);
  const genesis = nextBlock(null, { changes: keys.map((key) => change(key, `value ${key}`)) });
  const one = nextBlock(genesis, { batches: [['a', 'b'], ['c']] });
  const two = nextBlock(one, { batches: [['d']] });

  beforeAll(async () => {
    database = await testDatabase();
    const store = await TypeOrmLedgerStore.open({ url: database.nodeUrl });
    await store.writeGenesis(genesis, new Uint8Array([1, 2, 3]));
    await store.appendBlocks([one, two]);
    await store.saveCheckpoint(checkpointAt(2), null);
    await store.close();
    source = await LedgerAuditSource.open(database.nodeUrl);
  });
  afterAll(async () => {
    await source.close();
    await database.drop();
  });

  it('hands out the rows as they were written', async () => {
    expect(await source.genesisBytes()).toEqual(new Uint8Array([1, 2, 3]));
    const [first, second] = await source.blocks(0, 2);
    expect(first?.proof).toEqual(encodeCommitProof(genesis.proof));
    expect(second).toEqual({
      height: 1,
      blockHash: one.block.blockHash,
      encoded: one.block.encoded,
      proof: encodeCommitProof(one.proof),
      outcomeRoot: one.outcomeRoot,
      stateRoot: one.stateRoot,
      txCount: 3
    });
    const batches = await source.batches(0, 1);
    expect(batches.map((row) => [row.height, row.refIndex, row.lane, row.seq])).toEqual([[1, 0, 0, 1], [1, 1, 1, 1]]);
    const batch = one.batches[1];
    if (batch === undefined) throw new Error('no batch');
    expect(batches[1]?.headerBytes).toEqual(encodeBatchHeader(batch.header));
    expect(await source.checkpoints(0, 9)).toEqual([
      {
        height: 2,
        blockHash: checkpointAt(2).blockHash,
        stateRoot: checkpointAt(2).stateRoot,
        encoded: encodeCheckpoint(checkpointAt(2)),
        treeRoot: null
      }
    ]);
  });

  it('pages through transactions and outcomes without loss or repetition', async () => {
    for (const limit of [1, 2, 3, 10]) {
      const places: number[][] = [];
      const outcomes: number[][] = [];
      for (let after = { height: 0, index: -1 }; ; ) {
        const rows = await source.transactions(after, limit);
        const beside = await source.outcomes(after, limit);
        const last = rows.at(-1);
        if (last === undefined) break;
        places.push(...rows.map((row) => [row.height, row.index]));
        outcomes.push(...beside.map((row) => [row.height, row.index]));
        after = last;
      }
      expect(places).toEqual([[1, 0], [1, 1], [1, 2], [2, 0]]);
      expect(outcomes).toEqual(places);
    }
    const [, rejected] = await source.outcomes({ height: 0, index: -1 }, 9);
    expect(rejected).toEqual({ ...one.outcomes[1] });
  });

  it('shows every state row once, also when a damaged key does not lead back to its place', async () => {
    await tamper(database.adminUrl, [
      `UPDATE ledger.state SET key = '\\xff00ff' WHERE key = convert_to('provenance/item/7', 'UTF8')`,
      `UPDATE ledger.outcome SET detail = '\\xff' WHERE height = 1`,
      `UPDATE ledger.checkpoint SET encoded = '\\x00'`
    ]);
    for (const limit of [1, 4, 100]) {
      const hashes = new Set<string>();
      for (let after = ''; ; ) {
        const rows = await source.state(after, limit);
        const last = rows.at(-1);
        if (last === undefined) break;
        for (const row of rows) hashes.add(Buffer.from(row.keyHash).toString('hex'));
        after = last.key;
      }
      expect(hashes.size).toBe(keys.length);
    }
    expect((await source.outcomes({ height: 0, index: -1 }, 1))[0]?.detail).toBeNull();
    expect((await source.checkpoints(0, 1))[0]?.blockHash).toHaveLength(0);
  });
});
