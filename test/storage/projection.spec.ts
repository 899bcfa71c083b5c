import { createHash } from 'node:crypto';
import { ProjectionStore, withClient } from '@lading/storage';
import type { CapturePart, ProjectedEvent, ProjectionPosition } from '@lading/storage';
import { testDatabase, type TestDatabase } from '../fixtures/postgres.js';

const START: ProjectionPosition = { nextHeight: 1, nextIndex: 0, reflectedHeight: 0, events: 0 };
const txId = (text: string): Buffer => createHash('sha256').update(text).digest();

function event(eventId: string, changes: Partial<ProjectedEvent> = {}): ProjectedEvent {
  return {
    ...{ height: 3, index: 0, eventIndex: 0, txId: txId(eventId), organization: 'finca-alta', member: 'finca-alta/ana' },
    ...{ onBehalfOf: null, recordTimeMs: 1_767_225_600_001, eventTimeMs: 1_767_225_600_000, eventId },
    ...{ eventIdAssigned: false, type: 'ObjectEvent', action: 'ADD', bizStep: 'commissioning', disposition: null },
    ...{ readPoint: null, bizLocation: 'urn:epc:id:sgln:1', transformationId: null, errorDeclared: false },
    ...{ content: Buffer.from('{"a":1}'), context: null },
    items: [
      { role: 'epc', item: 'urn:i:1', label: '1', isClass: false, quantity: null, unit: null },
      { role: 'quantity', item: 'urn:c:2', label: '2', isClass: true, quantity: '1500000', unit: 'KGM' },
      { role: 'epc', item: 'urn:i:1', label: '1', isClass: false, quantity: null, unit: null }
    ],
    ...changes
  };
}

const capture: CapturePart = {
  ...{ height: 3, index: 0, txId: txId('c'), organization: 'finca-alta', captureId: 'cap-1', behaviour: 'rollback' },
  ...{ status: 'REJECTED', code: 'NOT_HOLDER', detail: '[1]', eventCount: 2, recordTimeMs: 7 }
};

describe('the query tables', () => {
  let database: TestDatabase;
  let store: ProjectionStore;
  beforeAll(async () => {
    database = await testDatabase();
    store = ProjectionStore.open({ url: database.nodeUrl, onPoolError: () => undefined });
  });
  beforeEach(() => store.reset());
  afterAll(async () => {
    await store.close();
    await database.drop();
  });

  it('give back every field of events, items and captures, absent ones as null', async () => {
    const assigned = { eventIdAssigned: true, errorDeclared: true, context: '{"@vocab":1}', onBehalfOf: 'finca-alta/bo' };
    const second = event('urn:uuid:2', { ...assigned, eventIndex: 1, bizStep: null, action: null, items: [] });
    const events = [event('urn:uuid:1'), second];
    const moved = await store.apply({ from: START, nextHeight: 3, nextIndex: 1, reflectedHeight: 3, events, captures: [capture] });
    expect(moved).toEqual({ nextHeight: 3, nextIndex: 1, reflectedHeight: 3, events: 2 });
    expect(await store.position()).toEqual(moved);
    const rows = await store.events({ order: 'sequence', direction: 'ASC', limit: 9 });
    expect(rows).toEqual(events.map(({ items: _, ...rest }, sequence) => ({ ...rest, sequence })));
    const items = await store.itemsOf([0, 1]);
    expect(items.get(0)).toEqual(events[0]?.items.map(({ label: _, ...rest }) => rest));
    expect(items.has(1)).toBe(false);
    expect(await store.itemsByLabel('2', 5)).toEqual(['urn:c:2']);
    expect(await store.captureParts('finca-alta', 'cap-1')).toMatchObject([{ ...capture }]);
  });

  it('read the text of an event out of its transaction, and name a capture by it, where rows have neither', async () => {
    const content = Buffer.from('{"a":"ä"}');
    const ordered = { height: 3, index: 0, txId: txId('short') };
    const encoded = Buffer.concat([Buffer.from('head'), content, Buffer.from('{}')]);
    await withClient(database.nodeUrl, async (client) => {
      await client.query('INSERT INTO ledger.transaction_pack VALUES (3, 0, 0, 0, $1)', [[encoded, encoded]]);
      await client.query(`INSERT INTO ledger.outcome VALUES (3, 0, $1, 'APPLIED', '', '')`, [ordered.txId]);
    });
    const own = { ...capture, ...ordered, captureId: ordered.txId.toString('base64url') };
    const other = { ...capture, index: 1, txId: txId('c'), captureId: own.captureId };
    const events = [event('urn:uuid:1', { ...ordered, content, contentAt: 4 }), event('urn:uuid:2')];
    await store.apply({ from: START, nextHeight: 3, nextIndex: 2, reflectedHeight: 3, events, captures: [own, other] });
    const rows = await store.events({ order: 'sequence', direction: 'ASC', limit: 9, limitBytes: content.length + 1 });
    expect(rows.map((row) => Buffer.from(row.content).toString())).toEqual(['{"a":"ä"}', '{"a":1}']);
    expect(await store.captureParts('finca-alta', own.captureId)).toEqual([own, other]);
    expect(await store.captureParts('port-logistics', own.captureId)).toEqual([]);
    expect(await store.captureParts('finca-alta', 'head')).toEqual([]);
    expect((await store.captures('finca-alta', null, 9)).map(({ captureId }) => captureId)).toEqual([own.captureId, own.captureId]);
    await withClient(database.nodeUrl, async (client) => {
      const { rows: lacking } = await client.query(
        `SELECT e.content IS NULL AS read, c.capture_id IS NULL AS own
         FROM provenance.event e JOIN provenance.capture c ON e.sequence = c.index`
      );
      expect(lacking).toEqual([{ read: true, own: true }, { read: false, own: false }]);
    });
  });

  it('hold a text with U+0000, which JSON allows and PostgreSQL does not', async () => {
    const events = [event('urn:uuid:\0', { disposition: 'a\0b' })];
    await store.apply({ from: START, nextHeight: 3, nextIndex: 1, reflectedHeight: 3, events, captures: [] });
    const [row] = await store.events({ order: 'sequence', direction: 'ASC', limit: 9 });
    expect(row).toMatchObject({ eventId: 'urn:uuid:\ufffd', disposition: 'a\ufffdb' });
  });

  it('take a chunk once: a second projector gets PROJECTION_CONFLICT and adds nothing', async () => {
    const chunk = { from: START, nextHeight: 3, nextIndex: 1, reflectedHeight: 3, events: [event('urn:uuid:1')], captures: [capture] };
    await store.apply(chunk);
    await expect(store.apply(chunk)).rejects.toMatchObject({ code: 'PROJECTION_CONFLICT' });
    await withClient(database.nodeUrl, async (client) => {
      for (const table of ['event', 'capture'])
        expect((await client.query(`SELECT * FROM provenance.${table}`)).rowCount).toBe(1);
    });
    // An empty chunk moves the position too.
    const empty = { from: await store.position(), nextHeight: 3, nextIndex: 1, reflectedHeight: 9, events: [], captures: [] };
    expect(await store.apply(empty)).toMatchObject({ reflectedHeight: 9, events: 1 });
  });

  const told = (n: number, items: readonly string[]): ProjectedEvent =>
    event(`urn:e:${n}`, {
      ...{ eventIndex: n, eventTimeMs: 1_000 + ((n * 7) % 30), action: n % 2 === 0 ? 'ADD' : null },
      bizStep: n % 3 === 0 ? 'shipping' : 'storing',
      items: items.map((item) => ({ role: 'epc', item, label: item, isClass: false, quantity: null, unit: null }))
    });
  const applied = async (events: readonly ProjectedEvent[]): Promise<void> => {
    await store.apply({ from: START, nextHeight: 3, nextIndex: 1, reflectedHeight: 3, events, captures: [] });
  };

  it('give the events of a time page by page, in both directions, also under conditions that the index does not know', async () => {
    const events = Array.from({ length: 30 }, (_, n) => told(n, []));
    await applied(events);
    for (const direction of ['ASC', 'DESC'] as const) {
      for (const filter of [{}, { bizSteps: ['shipping'] }, { types: ['ObjectEvent'] }, { bizSteps: ['shipping'], actions: ['ADD'] }]) {
        const time = { eventTimeFromMs: 1_005, eventTimeBeforeMs: 1_025 };
        const { bizSteps, actions } = filter as { bizSteps?: string[]; actions?: string[] };
        const expected = events.flatMap(({ eventTimeMs, bizStep, action }, n) => {
          const isOf = eventTimeMs >= 1_005 && eventTimeMs < 1_025 && (bizSteps?.includes(bizStep ?? '') ?? true);
          return isOf && (actions?.includes(action ?? '') ?? true) ? [n] : [];
        });
        const found: number[] = [];
        for (let after: readonly number[] | undefined, full = true; full; after = [found.at(-1) ?? 0]) {
          const place = after === undefined ? {} : { after };
          const page = await store.events({ ...filter, ...time, ...place, order: 'sequence', direction, limit: 4, limitBytes: 1000 });
          found.push(...page.map(({ sequence }) => sequence));
          full = page.length === 4;
        }
        expect(found).toEqual(direction === 'ASC' ? expected : expected.reverse());
      }
    }
  });

  it('bring the events of items round after round, none twice, with all that they name, and one more than the limit', async () => {
    const names = (n: number): string[] => [`urn:i:${n}`, `urn:i:${n + 1}`];
    await applied(Array.from({ length: 20 }, (_, n) => told(n, names(n))));
    const reader = store.chainReader(5);
    const first = await reader.eventsOf(['urn:i:3', 'urn:i:none']);
    expect(first.map(({ eventId, items }) => [eventId, items.map(({ uri }) => uri)])).toEqual([
      ['urn:e:2', names(2)],
      ['urn:e:3', names(3)]
    ]);
    expect(first[0]).toMatchObject({ txId: txId('urn:e:2'), eventTimeMs: 1_014, action: 'ADD', onBehalfOf: null, errorDeclared: false });
    expect((await reader.eventsOf(['urn:i:4', 'urn:i:3'])).map(({ eventId }) => eventId)).toEqual(['urn:e:4']);
    const rest = await reader.eventsOf(Array.from({ length: 20 }, (_, n) => `urn:i:${n}`));
    expect(rest).toHaveLength(6);
    expect(await store.chainReader(5).eventsOf(['urn:i:none'])).toEqual([]);
  });
});
