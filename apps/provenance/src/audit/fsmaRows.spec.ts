import type { StoryEvent, StoryItem } from '@lading/provenance';
import type { EventRow } from '@lading/storage';
import { FSMA_COLUMNS, fsmaRows } from './fsmaRows.js';
import { lotsMoved } from './lotsMoved.js';
import { sheetCsv, sheetXlsx } from './sheets.js';

const M = 1_000_000n;
const GREEN = 'https://id.gs1.org/01/04012345222227/10/GREEN';
const PALLET = 'https://id.gs1.org/00/040123450000000078';
const TRUCK = 'https://id.gs1.org/00/040123450000000085';

let count = 0;
type Goods = readonly (readonly [role: string, uri: string, amount?: bigint])[];
function event(type: string, action: string, bizStep: string, goods: Goods): StoryEvent {
  count += 1;
  const items = goods.map(([role, uri, amount]): StoryItem => {
    if (amount === undefined) return { role, uri, isClass: false, amount: null, uom: '' };
    return { role, uri, isClass: true, amount: amount * M, uom: 'KGM' };
  });
  return {
    ...{ ref: `${count}/0/0`, eventID: `e${count}`, type, action, bizStep, organization: 'alpha', items, eventTimeMs: count },
    ...{ recordTimeMs: count, height: count, disposition: '', readPoint: 'farm', bizLocation: '', destination: 'party-beta' },
    ...{ sender: '', receiver: 'beta', isDeclaredError: false }
  };
}
const pack = (action: string, parent: string, goods: Goods): StoryEvent =>
  event('AggregationEvent', action, 'packing', [['parentID', parent], ...goods]);
const ship = (uri: string): StoryEvent => event('ObjectEvent', 'OBSERVE', 'shipping', [['epc', uri]]);
const row = (): EventRow => ({ txId: Buffer.alloc(32, 1), member: 'alpha/ana', content: Buffer.from('{}') }) as unknown as EventRow;

describe('lots that an event moves', () => {
  it('are those in its container when it happened, container in container, less what was taken out', () => {
    const put = pack('ADD', PALLET, [['childEPCClass', GREEN, 60n]]);
    const load = pack('ADD', TRUCK, [['childEPC', PALLET]]);
    const first = ship(TRUCK);
    const unload = pack('DELETE', TRUCK, [['childEPC', PALLET]]);
    const some = pack('DELETE', PALLET, [['childEPCClass', GREEN, 20n]]);
    const second = ship(PALLET);
    const emptied = pack('DELETE', PALLET, []);
    const third = ship(PALLET);
    const told = [put, load, first, unload, some, second, emptied, third];
    const amounts = (one: StoryEvent): unknown => lotsMoved(told, told).get(one.ref)?.map(({ uri, amount }) => [uri, amount]);
    expect(amounts(first)).toEqual([[GREEN, 60n * M]]);
    expect(amounts(second)).toEqual([[GREEN, 40n * M]]);
    expect(amounts(emptied)).toEqual([[GREEN, 40n * M]]);
    expect(amounts(third)).toEqual([]);
  });
});

describe('the FSMA sheet', () => {
  const descriptions = { product: () => 'Green coffee', place: (uri: string) => (uri === 'farm' ? 'La Loma' : '') };

  it('has twenty thousand rows, each with its description and its receipt, also as CSV and XLSX', async () => {
    const events = Array.from({ length: 20_000 }, (_, n) =>
      event('ObjectEvent', 'OBSERVE', 'shipping', [['epcClass', `https://id.gs1.org/01/04012345222227/10/L${n}`, 1n]])
    );
    const rows = fsmaRows({
      ...{ events, rows: new Map(events.map(({ ref }) => [ref, row()])), lotsOf: lotsMoved(events, events) },
      ...{ sources: new Map(), lot: null, descriptions }
    });
    expect(rows).toHaveLength(20_000);
    expect(rows.every((cells) => cells.length === FSMA_COLUMNS.length)).toBe(true);
    const cell = (name: (typeof FSMA_COLUMNS)[number]): string | undefined => rows[7]?.[FSMA_COLUMNS.indexOf(name)];
    expect(cell('Missing')).toBe('Reference document type; Reference document; Lot code source');
    expect([cell('Product description'), cell('Ship-from description'), cell('Receipt')]).toEqual([
      ...['Green coffee', 'La Loma', `/v1/proofs/receipt/${Buffer.alloc(32, 1).toString('base64url')}`]
    ]);
    const sheet = { height: 1, truncated: false, columns: [...FSMA_COLUMNS], rows: rows.map((cells) => [...cells]) };
    expect(sheetCsv(sheet).split('\r\n')).toHaveLength(20_002);
    expect((await sheetXlsx({ ...sheet, rows: sheet.rows.slice(0, 1000) })).subarray(0, 2).toString()).toBe('PK');
  });

  it('are written to a workbook while the node goes on with what else it has to do', async () => {
    const columns = Array.from({ length: 24 }, (_, n) => `column ${n}`);
    const rows = Array.from({ length: 2000 }, (_, n) => columns.map((name) => `${n} of ${name}`));
    let turns = 0;
    let isWriting = true;
    const turn = (): void => {
      turns++;
      if (isWriting) setImmediate(turn);
    };
    setImmediate(turn);
    const workbook = await sheetXlsx({ height: 1, truncated: false, columns, rows });
    isWriting = false;
    expect(workbook.subarray(0, 2).toString()).toBe('PK');
    expect(turns).toBeGreaterThan(1000);
  });
});
