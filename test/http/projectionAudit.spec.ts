import pg from 'pg';
import { LedgerAuditSource, ProjectionAudit, ProjectionStore } from '@lading/storage';
import { compareProjection } from '../../apps/node/src/audit/runProjectionAudit.js';
import { ProgressLine } from '../../apps/node/src/audit/progressLine.js';
import { bytes, document, objectEvent, serial } from './sampleEvents.js';
import { SingleNode } from './singleNode.js';

const EVENTS = '/epcis/v2/events';
const CAPTURE = '/epcis/v2/capture';

interface Found {
  readonly table: string;
  readonly key: string;
  readonly what: string;
}

/** Edits of query tables, one a table and kind: what the audit must name. */
const EDITS: readonly (readonly [table: string, edit: string, undo: string])[] = [
  ['event', `UPDATE provenance.event SET biz_step = 'shipping' WHERE sequence = 1`, `UPDATE provenance.event SET biz_step = 'commissioning' WHERE sequence = 1`],
  ['event', `UPDATE provenance.event SET event_time_ms = event_time_ms + 1 WHERE sequence = 0`, `UPDATE provenance.event SET event_time_ms = event_time_ms - 1 WHERE sequence = 0`],
  ['event_item', `UPDATE provenance.event_item SET role = 'childEPC' WHERE sequence = 0 AND position = 0`, `UPDATE provenance.event_item SET role = 'epc' WHERE sequence = 0 AND position = 0`],
  ['item', `UPDATE provenance.item SET is_epc = NOT is_epc WHERE item LIKE '%/21/P1'`, `UPDATE provenance.item SET is_epc = NOT is_epc WHERE item LIKE '%/21/P1'`],
  ['capture', `UPDATE provenance.capture SET status = 'REJECTED' WHERE height = (SELECT min(height) FROM provenance.capture)`, `UPDATE provenance.capture SET status = 'APPLIED' WHERE height = (SELECT min(height) FROM provenance.capture)`],
  ['vocabulary', `INSERT INTO provenance.vocabulary VALUES ('bizStep', '\\x00', 'smuggling')`, `DELETE FROM provenance.vocabulary WHERE value = 'smuggling'`],
  ['position', `UPDATE provenance.position SET events = events + 1`, `UPDATE provenance.position SET events = events - 1`]
];

describe('the query tables of a node', () => {
  let node: SingleNode;
  let client: pg.Client;

  beforeAll(async () => {
    node = await SingleNode.start({ profile: 'open' });
    for (const n of [1, 2, 3]) {
      expect((await node.postEpcis(EVENTS, bytes(objectEvent({ epcList: [serial(`P${n}`)] })))).status).toBe(201);
    }
    const many = [4, 5].map((n) => objectEvent({ epcList: [serial(`P${n}`)], 'ex:note': `n${n}` }));
    await node.postEpcis(CAPTURE, bytes(document(many)));
    client = new pg.Client({ connectionString: node.database.adminUrl });
    await client.connect();
  }, 120_000);
  afterAll(async () => {
    await client.end();
    await node.stop();
  }, 60_000);

  async function compare(): Promise<Found[]> {
    const { nodeUrl } = node.database;
    const [source, audit] = [await LedgerAuditSource.open(nodeUrl), ProjectionAudit.open(nodeUrl)];
    const store = ProjectionStore.open({ url: nodeUrl, onPoolError: () => undefined });
    try {
      const found: Found[] = [];
      const position = await store.position();
      await compareProjection(source, audit, position, (finding) => found.push(finding), new ProgressLine(null, true));
      return found;
    } finally {
      await Promise.all([source.close(), audit.close(), store.close()]);
    }
  }

  it('are what the ledger gives', async () => {
    expect(await compare()).toEqual([]);
  }, 60_000);

  it.each(EDITS)('show an edit of provenance.%s to the audit', async (table, edit, undo) => {
    expect((await client.query(edit)).rowCount).toBeGreaterThan(0);
    const found = await compare();
    expect(found.map((one) => one.table)).toContain(`provenance.${table}`);
    await client.query(undo);
    expect(await compare()).toEqual([]);
  }, 60_000);

  it('show a row that is missing, and are whole again after they were rebuilt', async () => {
    await client.query('DELETE FROM provenance.event_item WHERE sequence = 2');
    await client.query('DELETE FROM provenance.event WHERE sequence = 2');
    const found = await compare();
    expect(found).toContainEqual({ table: 'provenance.event', key: '2', what: 'row is missing' });
    await node.rebuildProjection();
    expect(await compare()).toEqual([]);
  }, 60_000);
});
