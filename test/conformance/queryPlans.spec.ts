import { ProjectionStore, withClient, type EventFilter, type EventQuery, type ItemSource } from '@lading/storage';
import { eventQuery } from '../../libs/storage/src/projection/eventQuery.js';
import { fieldNameHash, fieldPairHash } from '../../libs/storage/src/projection/statement.js';
import { figure } from '../e2e/figures.js';
import { testDatabase, type TestDatabase } from '../fixtures/postgres.js';
import { showTable } from './table.js';

const EVENTS = 120_000;
const GTIN = 'https://id.gs1.org/01/04012345111118';
const DAY_MS = 86_400_000;

/** SQL of the hash by which texts are indexed. */
const HASH = (text: string): string => `encode(substring(sha256(convert_to(${text}, 'UTF8')) FROM 1 FOR 16), 'hex')::uuid`;

/** Rows as a busy year leaves them: mostly object events of some steps, one item each, fifty places, three fields. */
const FILL = [
  `INSERT INTO provenance.event SELECT g, g / 500 + 1, g % 500, 0, sha256(int8send(g)), 'alpha', 'alpha/ana', NULL,
     1767225600000 + g * 1000, 1767225600000 + (g * 7919 % ${EVENTS}) * 1000, 'urn:e:' || g, false,
     CASE WHEN g % 12000 = 0 THEN 'AssociationEvent' ELSE 'ObjectEvent' END, 'OBSERVE', 'step' || g % 10,
     ${HASH("'step' || g % 10")}, NULL, NULL, NULL, NULL, g % 10000 = 0, NULL, NULL, 8, 2
   FROM generate_series(0, ${EVENTS - 1}) AS g`,
  // Their texts are read from their transactions.
  `INSERT INTO ledger.transaction_pack SELECT g / 10, g % 10 * 50, 0, g % 10 * 50, array_fill('........{}'::bytea, ARRAY[50])
   FROM generate_series(10, ${EVENTS / 50 + 9}) AS g`,
  `INSERT INTO provenance.event_item SELECT g, 0, ${HASH("'urn:i:' || g")}, 'epc', NULL, NULL
   FROM generate_series(0, ${EVENTS - 1}) AS g`,
  `INSERT INTO provenance.event_item SELECT g, 1, ${HASH("'urn:p:' || g % 50")}, 'readPoint', NULL, NULL
   FROM generate_series(0, ${EVENTS - 1}) AS g`,
  `INSERT INTO provenance.item (item_hash, item, label_hash, is_class, is_epc)
   SELECT ${HASH('uri')}, uri, gen_random_uuid(), false, true
   FROM (SELECT '${GTIN}/21/' || g AS uri FROM generate_series(0, ${EVENTS - 1}) AS g) AS serials`,
  `INSERT INTO provenance.event_item
   SELECT g, 2, ${HASH(`'${GTIN}/21/' || g`)}, 'childEPC', NULL, NULL
   FROM generate_series(0, ${EVENTS - 1}) AS g`,
  `INSERT INTO provenance.vocabulary SELECT 'attribute:brand', ${HASH('uri')}, uri
   FROM (SELECT 'https://id.gs1.org/01/' || lpad((4012345111118 + g)::text, 14, '0') AS uri FROM generate_series(0, 9999) AS g) AS products`
];
const FIELD = `INSERT INTO provenance.event_field SELECT g, $1::integer, $2::uuid, $3::uuid, $4::numeric, NULL
  FROM generate_series($5::bigint, ${EVENTS - 1}, $6::bigint) AS g`;

describe(`the query tables with ${EVENTS} events`, () => {
  let database: TestDatabase;
  let store: ProjectionStore;

  beforeAll(async () => {
    database = await testDatabase();
    await withClient(database.nodeUrl, async (client) => {
      for (const statement of FILL) await client.query(statement);
      const field = async (position: number, name: string, kind: 'text' | 'number', value: string, from: number, step: number) =>
        client.query(FIELD, [
          ...[position, fieldNameHash(name, kind), fieldPairHash(name, { kind, value })],
          ...[kind === 'number' ? value : null, from, step]
        ]);
      await field(0, 'disposition', 'text', 'active', 0, 1);
      for (let degrees = 0; degrees < 40; degrees++) await field(1, 'value_CEL', 'number', String(degrees), degrees, 40);
      await field(2, '||https://example.com/ns/rare', 'text', 'yes', 17, 30_000);
      await client.query(`UPDATE provenance.position SET events = ${EVENTS}`);
    });
    await withClient(database.ownerUrl, (client) => client.query('ANALYZE'));
    store = ProjectionStore.open({ url: database.nodeUrl, onPoolError: () => undefined });
  }, 120_000);
  afterAll(async () => {
    await store.close();
    await database.drop();
  });

  const page = { order: 'sequence', direction: 'ASC', limit: 31 } as const;
  const text = (value: string): { kind: 'text'; value: string } => ({ kind: 'text', value });
  const SERIALS = (begin: string): ItemSource => ({
    kind: 'pattern',
    pattern: { prefixes: [`${GTIN}/21/${begin}`], form: '^https://id\\.gs1\\.org/01/[0-9]{14}/21/.+$' }
  });
  const BRAND: ItemSource = { kind: 'described', terms: ['attribute:brand'], fields: ['ILMD||brand'], wanted: null };
  const QUERIES: Readonly<Record<string, EventFilter & Partial<EventQuery>>> = {
    'the first page': {},
    'the newest': { direction: 'DESC' },
    'by event time': { order: 'eventTime', direction: 'DESC' },
    'a page in the middle by event time': { order: 'eventTime', after: [1767225600000 + 60_000_000, 5] },
    'one day': { eventTimeFromMs: 1767225600000, eventTimeBeforeMs: 1767225600000 + DAY_MS, order: 'eventTime' },
    'recorded lately': { recordTimeFromMs: 1767225600000 + (EVENTS - 50) * 1000 },
    'a rare type': { types: ['AssociationEvent'] },
    'a step': { bizSteps: ['step3'] },
    'a step that nobody took': { bizSteps: ['step99'] },
    'one event': { eventIds: ['urn:e:77777'] },
    'error declarations': { errorDeclared: true },
    'one item': { matches: [{ roles: ['epc'], items: ['urn:i:4711'] }] },
    'a thousand items': { matches: [{ roles: ['epc'], items: Array.from({ length: 1000 }, (_, i) => `urn:i:${i * 100}`) }] },
    'an item that nobody named': { matches: [{ roles: null, items: ['urn:i:none'] }] },
    'a place': { matches: [{ roles: ['readPoint'], items: ['urn:p:7'] }] },
    'a place on one day, newest first': {
      ...{ matches: [{ roles: ['readPoint'], items: ['urn:p:7'] }], eventTimeFromMs: 1767225600000 + 100_000_000 },
      ...{ order: 'eventTime', direction: 'DESC' }
    },
    'a common field': { fields: [{ kind: 'equals', names: ['disposition'], values: [text('active')] }] },
    'a rare field': { fields: [{ kind: 'equals', names: ['||https://example.com/ns/rare'], values: [text('yes')] }] },
    'whether a field is there': { fields: [{ kind: 'exists', names: ['||https://example.com/ns/rare'] }] },
    'a field that is not': { fields: [{ kind: 'exists', names: ['||https://example.com/ns/none'] }] },
    'too warm': { fields: [{ kind: 'range', names: ['value_CEL'], operator: '>=', value: { kind: 'number', value: '39' } }] },
    'too warm at a place': {
      matches: [{ roles: ['readPoint'], items: ['urn:p:9'] }],
      fields: [{ kind: 'range', names: ['value_CEL'], operator: '>', value: { kind: 'number', value: '38' } }]
    },
    'a pattern of every serial of a product': { matches: [{ roles: ['childEPC'], items: [], sources: [SERIALS('')] }] },
    'the newest of them': { matches: [{ roles: ['childEPC'], items: [], sources: [SERIALS('')] }], direction: 'DESC' },
    'a pattern of eleven thousand serials': { matches: [{ roles: ['childEPC'], items: [], sources: [SERIALS('11')] }] },
    'products with an attribute': { matches: [{ roles: ['childEPC'], items: [], sources: [BRAND] }] },
    'what is new of a pattern': { fromSequence: EVENTS - 3, matches: [{ roles: ['childEPC'], items: [], sources: [SERIALS('')] }] },
    'what is new for a subscriber': { fromSequence: EVENTS - 3, bizSteps: ['step3'] }
  };

  interface Plan {
    readonly 'Node Type': string;
    readonly 'Relation Name'?: string;
    readonly Plans?: readonly Plan[];
  }
  const scanned = (plan: Plan): readonly string[] => [
    ...(plan['Node Type'].includes('Seq Scan') ? [plan['Relation Name'] ?? '?'] : []),
    ...(plan.Plans ?? []).flatMap(scanned)
  ];

  it('answers by indexes, none by reading a table through', async () => {
    const rows: string[][] = [];
    for (const [name, query] of Object.entries(QUERIES)) {
      const statement = eventQuery({ ...page, ...query });
      const explained = await withClient(database.nodeUrl, async (client) => {
        // As the store's own connections are set.
        await client.query('SET random_page_cost = 1.1');
        const answer = await client.query(`EXPLAIN (FORMAT JSON) ${statement.text}`, [...statement.values]);
        return answer.rows as { 'QUERY PLAN': { Plan: Plan }[] }[];
      });
      const start = performance.now();
      const found = await store.events({ ...page, ...query });
      const ms = performance.now() - start;
      await store.countEvents(query, 1001);
      rows.push([name, String(found.length), ms.toFixed(1), scanned(explained[0]?.['QUERY PLAN'][0]?.Plan as Plan).join(', ')]);
    }
    showTable(`Queries over ${EVENTS} events`, ['question', 'events', 'ms', 'tables read through'], rows);
    figure('slowest question', Math.max(...rows.map(([, , ms]) => Number(ms))), 'ms', { atMost: 1000 });
    expect(rows.filter(([, , , tables]) => tables !== '')).toEqual([]);
  }, 60_000);

  it('orders by an extension field within the time of one question', async () => {
    const start = performance.now();
    const rows = await store.events({ ...page, order: { field: ['value_CEL'] }, direction: 'DESC' });
    figure('order by a field of every event', performance.now() - start, 'ms', { atMost: 10_000 });
    expect(rows).toHaveLength(31);
  }, 60_000);

  it('goes through all events at most, where a pattern stands for many things that never have the role', async () => {
    const start = performance.now();
    const rows = await store.events({ ...page, matches: [{ roles: ['parentID'], items: [], sources: [SERIALS('')] }] });
    figure('pattern of a role that nothing has', performance.now() - start, 'ms', { atMost: 10_000 });
    expect(rows).toEqual([]);
  }, 60_000);

  it('ends what takes too long, as the fault of the question', async () => {
    await withClient(database.adminUrl, async (blocker) => {
      await blocker.query('BEGIN');
      await blocker.query('LOCK TABLE provenance.event IN ACCESS EXCLUSIVE MODE');
      await expect(store.events({ ...page, types: ['ObjectEvent'] })).rejects.toMatchObject({ code: 'QUERY_TOO_COMPLEX' });
      await blocker.query('ROLLBACK');
    });
  }, 60_000);
});
