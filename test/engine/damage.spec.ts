import { auditLedger } from '@lading/engine';
import type { Finding } from '@lading/engine';
import { bucketOf, keyHash } from '@lading/ledger';
import { Cluster } from './fakes/cluster.js';
import { MemoryDatabase } from './fakes/memoryDatabase.js';

/** Everything a test may damage, as (table, primary key, column, bytes). */
interface Cell {
  readonly table: Finding['table'];
  readonly key: string;
  readonly column: string;
  readonly bytes: Uint8Array;
}

function cells(database: MemoryDatabase): Cell[] {
  const found: Cell[] = [];
  const add = (table: Finding['table'], key: string, row: object): void => {
    for (const [column, bytes] of Object.entries(row)) {
      if (bytes instanceof Uint8Array && bytes.length > 0) found.push({ table, key, column, bytes });
    }
  };
  if (database.genesis !== null) add('genesis', '0', { bytes: database.genesis });
  for (const row of database.blockRows.values()) add('block', String(row.height), row);
  for (const row of database.batchRows) add('batch', `${row.height}/${row.refIndex}`, row);
  for (const row of database.transactionRows) add('transaction', `${row.height}/${row.index}`, row);
  for (const row of database.outcomeRows) add('outcome', `${row.height}/${row.index}`, row);
  for (const row of database.stateRows.values()) add('state', row.key, row);
  for (const row of database.checkpointRows.values()) add('checkpoint', String(row.height), row);
  return found;
}

async function findings(cluster: Cluster, database: MemoryDatabase): Promise<Finding[]> {
  const found: Finding[] = [];
  const audit = auditLedger(database, cluster.network.genesisBytes, cluster.contracts, cluster.crypto);
  for await (const finding of audit) found.push(finding);
  return found;
}

/** A network with every kind of outcome in a few blocks, stopped. */
async function story(): Promise<Cluster> {
  const cluster = await Cluster.started();
  await cluster.put(0, 'pointer', 'target');
  await cluster.put(1, 'target', 'old');
  await cluster.commit(2, cluster.toy(2, 'toy.follow', 'pointer', 'new'));
  await cluster.commit(3, cluster.toy(3, 'toy.refuse', 'never', 'x'));
  await cluster.world.until(() => cluster.up.every((index) => cluster.at(index).node.status().certifiedHeight >= 4), 5000);
  for (const index of [0, 1, 2, 3]) cluster.kill(index);
  return cluster;
}

describe('a damaged database', () => {
  let cluster: Cluster;
  let database: MemoryDatabase;

  beforeAll(async () => {
    cluster = await story();
    database = cluster.disks[0]?.database ?? new MemoryDatabase();
  });

  const flipped = async (cell: Cell, at: number, look: () => Promise<void>): Promise<void> => {
    const before = cell.bytes[at] ?? 0;
    cell.bytes[at] = before ^ 0x10;
    await look();
    cell.bytes[at] = before;
  };

  it('has no findings while nothing is damaged', async () => {
    expect(await findings(cluster, database)).toEqual([]);
    expect(cells(database).length).toBeGreaterThan(100);
  });

  it('shows every flipped byte to the audit, with the table and key of its row', async () => {
    const missed: string[] = [];
    for (const [index, cell] of cells(database).entries()) {
      for (const place of new Set([0, (131 * index) % cell.bytes.length])) {
        await flipped(cell, place, async () => {
          const found = await findings(cluster, database);
          const named = found.some(({ table, key }) => table === cell.table && key === cell.key);
          const other = found.map(({ table, key, what }) => `${table} ${key}: ${what}`).join('; ');
          if (!named) missed.push(`${cell.table} ${cell.key} ${cell.column}[${place}], found ${other}`);
        });
      }
    }
    expect(missed).toEqual([]);
  }, 120_000);

  it('shows a row that is missing, and one too many', async () => {
    const [row] = database.transactionRows.splice(1, 1);
    if (row === undefined) throw new Error('no row');
    expect(await findings(cluster, database)).toContainEqual({
      table: 'transaction',
      key: `${row.height}/${row.index}`,
      what: 'row is missing'
    });
    database.transactionRows.splice(1, 0, row, { ...row, index: 9 });
    expect(await findings(cluster, database)).toContainEqual(
      expect.objectContaining({ table: 'transaction', key: `${row.height}/9` })
    );
    database.transactionRows.splice(2, 1);
    const block = database.blockRows.get(2);
    if (block === undefined) throw new Error('no block');
    database.blockRows.delete(2);
    expect(await findings(cluster, database)).toContainEqual({ table: 'block', key: '2', what: 'row is missing' });
    database.blockRows.set(2, block);
    expect(await findings(cluster, database)).toEqual([]);
  });

  it('makes the node refuse to start when a block, batch, transaction, outcome or state row has a flipped byte', async () => {
    const wrong: string[] = [];
    const vital = new Set(['block', 'batch', 'transaction', 'outcome', 'state', 'checkpoint']);
    const { checkpointRows, lastHeight } = database;
    for (const cell of cells(database).filter(({ table }) => vital.has(table))) {
      if (cell.table === 'block' && cell.key === '0') continue;
      if (cell.table === 'checkpoint' && cell.column !== 'encoded') continue;
      // Later headers and checkpoints promise a state root; the newest few without either are left to the audit.
      const promised = checkpointRows.has(Number(cell.key)) || Number(cell.key) === lastHeight;
      if (cell.table === 'block' && cell.column === 'stateRoot' && !promised) continue;
      await flipped(cell, cell.bytes.length >> 1, async () => {
        const opened = cluster.start(0).then(
          () => 'started',
          (error: unknown) => (error as { code?: string }).code ?? String(error)
        );
        const code = await opened;
        cluster.kill(0);
        if (!/^(STORE|STATE)_DAMAGED$/.test(code)) wrong.push(`${cell.table} ${cell.key} ${cell.column}: ${code}`);
      });
    }
    expect(wrong).toEqual([]);
  }, 60_000);

  it('makes the node refuse to start when a state row is missing, or one is there that nobody wrote', async () => {
    const [row] = [...database.stateRows.values()];
    if (row === undefined) throw new Error('no state');
    database.stateRows.delete(row.key);
    await expect(cluster.start(0)).rejects.toMatchObject({ code: 'STATE_DAMAGED' });
    database.stateRows.set(row.key, row);
    const changed = { ...row, key: 'toy/entry/smuggled', keyHash: keyHash('toy/entry/smuggled') };
    database.stateRows.set(changed.key, { ...changed, bucket: bucketOf(changed.keyHash, 10) });
    await expect(cluster.start(0)).rejects.toMatchObject({ code: 'STATE_DAMAGED' });
    database.stateRows.delete(changed.key);
  });

  it('is named in the refusal: table, key and what to do', async () => {
    const cell = cells(database).find(({ table, column }) => table === 'transaction' && column === 'encoded');
    if (cell === undefined) throw new Error('no transaction');
    await flipped(cell, 80, async () => {
      await expect(cluster.start(0)).rejects.toThrow(`table transaction, key ${cell.key}`);
    });
  });
});

describe('other things a node refuses to start on', () => {
  it('another network, another key, a lost log, a damaged log', async () => {
    const cluster = await story();
    const other = await Cluster.create({ parameters: { window: 4 } });
    const disk = cluster.disks[0];
    const target = other.disks[0];
    if (disk === undefined || target === undefined) throw new Error('no disk');
    other.disks[0] = disk;
    await expect(other.start(0)).rejects.toMatchObject({ code: 'CHAIN_MISMATCH' });

    const { safetyLog, batchLog } = disk;
    const safety = safetyLog.records;
    const batches = batchLog.records;
    safetyLog.records = [];
    await expect(cluster.start(0)).rejects.toMatchObject({ code: 'LOG_DAMAGED' });
    safetyLog.records = [...safety.slice(0, -1), Uint8Array.of(1, 2, 3)];
    await expect(cluster.start(0)).rejects.toMatchObject({ code: 'LOG_DAMAGED' });
    safetyLog.records = safety;
    batchLog.records = [];
    await expect(cluster.start(0)).rejects.toMatchObject({ code: 'LOG_DAMAGED' });
    batchLog.records = batches;
    await cluster.start(0);
  });
});
