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
});
