import { createHash } from 'node:crypto';
import { ProjectionStore, runMigrations, withClient } from '@lading/storage';
import { createDataSource } from '../../libs/storage/src/database/dataSource.js';
import { testDatabase, type TestDatabase } from '../fixtures/postgres.js';

const txId = createHash('sha256').update('t').digest();
const SERIAL = 'https://id.gs1.org/01/09520001000034/21/A';
const EVENT = `INSERT INTO provenance.event (sequence, height, index, event_index, tx_id, organization, member, record_time_ms,
  event_time_ms, event_id, event_id_hash, event_id_assigned, type, error_declared, content)
  VALUES (0, 3, 0, 0, $1, 'acme', 'acme/ana', 5, 4, 'urn:e:1', gen_random_uuid(), false, 'ObjectEvent', false, '{"a":1}')`;
const CAPTURE = `INSERT INTO provenance.capture (height, index, tx_id, organization, capture_id, capture_id_hash, behaviour,
  status, code, detail, event_count, record_time_ms)
  VALUES (3, $3, $1, 'acme', $2, gen_random_uuid(), 'rollback', 'APPLIED', '', '[]', 1, 5)`;
const ITEM = `INSERT INTO provenance.item (item_hash, item, label_hash, is_class, is_epc, stem)
  VALUES (gen_random_uuid(), '${SERIAL}', gen_random_uuid(), false, true, '${SERIAL}')`;

describe('query tables of an earlier version', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase();
  });
  afterAll(() => database.drop());

  /** As they were before the newest migrations. */
  async function undo(migrations: number): Promise<void> {
    const source = createDataSource({
      ...{ url: database.ownerUrl, applicationName: 'test', poolSize: 2, statementTimeoutMs: 0 },
      onPoolError: () => undefined
    });
    await source.initialize();
    for (let n = 0; n < migrations; n++) await source.undoLastMigration();
    await source.destroy();
  }

  it('are carried over with their rows: texts, identifiers, what patterns find', async () => {
    await undo(5);
    const own = txId.toString('base64url');
    await withClient(database.ownerUrl, async (client) => {
      await client.query(EVENT, [txId]);
      await client.query(CAPTURE, [txId, own, 0]);
      await client.query(CAPTURE, [txId, 'cap-1', 1]);
      await client.query(ITEM);
      await client.query(`INSERT INTO ledger.transaction VALUES (3, 0, $1, 0, 0, '')`, [txId]);
      await client.query(`INSERT INTO ledger.outcome VALUES (3, 0, $1, 'APPLIED', '', '')`, [txId]);
    });
    const { applied } = await runMigrations(database.ownerUrl);
    expect(applied).toHaveLength(5);
    const store = ProjectionStore.open({ url: database.nodeUrl, onPoolError: () => undefined });
    const found = await store.events({ order: 'sequence', direction: 'ASC', limit: 9, eventIds: ['urn:e:1', 'urn:e:2'] });
    expect(found.map(({ eventId, content }) => [eventId, Buffer.from(content).toString()])).toEqual([['urn:e:1', '{"a":1}']]);
    for (const [captureId, index] of [[own, 0], ['cap-1', 1]] as const)
      expect(await store.captureParts('acme', captureId)).toMatchObject([{ captureId, index, height: 3 }]);
    const pattern = { prefixes: [SERIAL.slice(0, -1)], form: '^.+$' };
    expect(await store.vocabulary.itemsOf({ kind: 'pattern', pattern }, 9)).toEqual([SERIAL]);
    await store.close();
  });
});
