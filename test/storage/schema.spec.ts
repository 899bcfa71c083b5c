import { runMigrations, schemaDrift, withClient } from '@lading/storage';
import { testDatabase, type TestDatabase } from '../fixtures/postgres.js';

const APPEND_ONLY = ['block', 'batch', 'transaction_pack', 'outcome', 'genesis', 'evidence', 'epoch'];

describe('the database schema', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase();
    await withClient(database.ownerUrl, async (client) => {
      await client.query(`INSERT INTO ledger.block VALUES (0, '\\x01', '\\x', '\\x', '\\x', '\\x', 0)`);
      await client.query(`INSERT INTO ledger.batch VALUES (0, 0, 0, 0, '\\x', '\\x', '\\x', 0, 0)`);
      await client.query(`INSERT INTO ledger.transaction_pack VALUES (0, 0, 0, 0, ARRAY['\\x'::bytea])`);
      await client.query(`INSERT INTO ledger.outcome VALUES (0, 0, '\\x', '', '', '\\x')`);
      await client.query(`INSERT INTO ledger.genesis VALUES ('\\x', '\\x')`);
      await client.query(`INSERT INTO ledger.evidence VALUES ('\\x', '', now(), 1, 0, 0, '', '\\x')`);
      await client.query(`INSERT INTO ledger.epoch VALUES (0, 0, '\\x', '\\x')`);
    });
  });
  afterAll(() => database.drop());

  it('as the migrations build it equals the entities, so neither can drift from the other', async () => {
    expect(await schemaDrift(database.ownerUrl)).toEqual([]);
    await withClient(database.ownerUrl, (client) => client.query('ALTER TABLE ledger.state ADD COLUMN extra integer'));
    expect(await schemaDrift(database.ownerUrl)).toEqual([expect.stringContaining('DROP COLUMN "extra"')]);
    await withClient(database.ownerUrl, (client) => client.query('ALTER TABLE ledger.state DROP COLUMN extra'));
  });

  it('is built once, also when two processes migrate at the same time', async () => {
    const fresh = await testDatabase({ migrate: false });
    const reports = await Promise.all([runMigrations(fresh.ownerUrl), runMigrations(fresh.ownerUrl)]);
    expect(reports.filter((report) => report.applied.length > 0)).toHaveLength(1);
    await fresh.drop();
  });

  it.each(['nodeUrl', 'ownerUrl', 'adminUrl'] as const)('refuses changes of ledger rows to %s', async (url) => {
    const column = (table: string): string => ({ genesis: 'bytes', evidence: 'kind', epoch: 'config' })[table] ?? 'height';
    await withClient(database[url], async (client) => {
      for (const table of APPEND_ONLY)
        for (const statement of [
          `UPDATE ledger.${table} SET ${column(table)} = default`,
          `DELETE FROM ledger.${table}`,
          `TRUNCATE ledger.${table}`
        ])
          await expect(client.query(statement)).rejects.toMatchObject({
            code: url === 'nodeUrl' ? '42501' : 'LD001'
          });
    });
  });

  it('refuses them on a partition and in replication mode too', async () => {
    await withClient(database.adminUrl, async (client) => {
      await client.query('SET session_replication_role = replica');
      for (const statement of [
        'DELETE FROM ledger.block_p000000',
        'TRUNCATE ledger.block_p000000',
        'DELETE FROM ledger.block'
      ])
        await expect(client.query(statement)).rejects.toMatchObject({ code: 'LD001' });
    });
  });

  it('gives the node no DDL, no other database and no way to make partitions without end', async () => {
    const other = await testDatabase({ migrate: false });
    await withClient(database.nodeUrl, async (client) => {
      for (const statement of [
        'CREATE TABLE ledger.x (a int)',
        'CREATE TABLE public.x (a int)',
        'CREATE SCHEMA x',
        'DROP TABLE ledger.state',
        'ALTER TABLE ledger.block DISABLE TRIGGER ALL',
        "INSERT INTO ledger.schema_migration (timestamp, name) VALUES (1, 'x')"
      ])
        await expect(client.query(statement)).rejects.toMatchObject({ code: '42501' });
      const farAhead = client.query('SELECT ledger.ensure_partitions(9000000000)');
      await expect(farAhead).rejects.toMatchObject({ code: 'LD003' });
      const answer = await client.query('SELECT ledger.ensure_partitions(1500000) AS first');
      expect(answer.rows).toEqual([{ first: '2000000' }]);
      await client.query(`INSERT INTO ledger.block VALUES (1999999, '\\x01', '\\x', '\\x', '\\x', '\\x', 0)`);
      await expect(client.query('TRUNCATE ledger.block_p000001')).rejects.toMatchObject({ code: '42501' });
    });
    const elsewhere = database.nodeUrl.replace(/\/t_[0-9a-f]+$/, `/${other.name}`);
    await expect(withClient(elsewhere, (client) => client.query('SELECT 1'))).rejects.toMatchObject({ code: '42501' });
    await other.drop();
  });
});
