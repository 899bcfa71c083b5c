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

const update = (table: string, change: string, where: string): string => `UPDATE provenance.${table} SET ${change} WHERE ${where}`;
const FIRST = 'sequence = 0 AND position = 0';
const FIRST_CAPTURE = 'height = (SELECT min(height) FROM provenance.capture)';
const TURNED = 'event_time_ms = 1 - event_time_ms';
const EPC = "item LIKE '%/21/P1'";

/** Of no text that anybody knows. */
const NO_HASH = '00000000-0000-0000-0000-000000000000';

/** Edits of query tables, and what undoes them: the audit must name the table. */
const EDITS: readonly (readonly [table: string, edit: string, undo: string])[] = [
  ['event', update('event', "biz_step = 'shipping'", 'sequence = 1'), update('event', "biz_step = 'commissioning'", 'sequence = 1')],
  ['event', update('event', TURNED, 'sequence = 0'), update('event', TURNED, 'sequence = 0')],
  ['event_item', update('event_item', "role = 'childEPC'", FIRST), update('event_item', "role = 'epc'", FIRST)],
  ['item', update('item', 'is_epc = NOT is_epc', EPC), update('item', 'is_epc = NOT is_epc', EPC)],
  ['capture', update('capture', "status = 'REJECTED'", FIRST_CAPTURE), update('capture', "status = 'APPLIED'", FIRST_CAPTURE)],
  [
    ...(['vocabulary', `INSERT INTO provenance.vocabulary VALUES ('bizStep', '${NO_HASH}', 'smuggling')`] as const),
    `DELETE FROM provenance.vocabulary WHERE value = 'smuggling'`
  ],
  ['position', update('position', 'events = events + 1', 'true'), update('position', 'events = events - 1', 'true')]
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
