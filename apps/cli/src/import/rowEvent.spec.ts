import { checkMapping, columnsOf, type Json, type Mapping } from './mapping.js';
import { exactJson, mergedEvent, rowEvent } from './rowEvent.js';

const mapping = (event: Json, more: object = {}): Mapping =>
  checkMapping({ type: 'lading.import/1', event, ...more }, 'map.json');
const made = (event: Json, row: Record<string, string>, more: object = {}): Record<string, unknown> =>
  JSON.parse(exactJson(rowEvent(new Map(Object.entries(row)), mapping(event, more)))) as Record<string, unknown>;
const refused = (event: Json, row: Record<string, string>, more: object = {}) => () => made(event, row, more);

describe('a row becomes an event', () => {
  it('with constants as they are and columns in texts, escaped where the text is a URI', () => {
    const event = { type: 'ObjectEvent', note: '{a} {{b}}', epcList: ['https://id.gs1.org/01/{gtin}/21/{serial}'] };
    expect(made(event, { a: 'x/y', gtin: '04012345111118', serial: 'A/1 (b)' })).toEqual({
      type: 'ObjectEvent',
      note: 'x/y {b}',
      epcList: ['https://id.gs1.org/01/04012345111118/21/A%2F1%20%28b%29'],
      eventTimeZoneOffset: '+00:00'
    });
  });

  it('with numbers that keep every digit', () => {
    const event = { quantity: { $column: 'q', $as: 'number' } };
    const row = new Map([['q', '12,500000000000000001']]);
    expect(exactJson(rowEvent(row, mapping(event, { decimal: ',' })))).toContain('"quantity":12.500000000000000001');
    for (const q of ['1e3', '1.000,5', 'x', '01']) expect(refused(event, { q })).toThrow('no number');
  });

  it('with times in the offset of the cell, else of the mapping, never of the machine', () => {
    const event = { eventTime: { $column: 't', $as: 'time' } };
    const berlin = { timeZoneOffset: '+02:00' };
    expect(made(event, { t: '2026-05-01T10:00:00Z' })['eventTime']).toBe('2026-05-01T10:00:00Z');
    expect(made(event, { t: '2026-05-01 10:00' }, berlin)).toEqual({
      eventTime: '2026-05-01T10:00:00+02:00',
      eventTimeZoneOffset: '+02:00'
    });
    expect(made(event, { t: '2026-05-01T10:00:00-0300' })).toMatchObject({ eventTimeZoneOffset: '-03:00' });
    expect(refused(event, { t: '2026-05-01 10:00' })).toThrow('no offset');
    expect(refused(event, { t: '2026-13-01T10:00:00Z' })).toThrow('no time that exists');
  });

  it('with times of a form of its own', () => {
    const event = { eventTime: { $column: 't', $as: 'time', $format: 'DD.MM.YYYY HH:mm' } };
    expect(made(event, { t: '1.5.2026 07:30' }, { timeZoneOffset: '+02:00' })['eventTime']).toBe(
      '2026-05-01T07:30:00+02:00'
    );
    expect(refused(event, { t: '5/1/2026 07:30' }, { timeZoneOffset: '+02:00' })).toThrow('DD.MM.YYYY');
  });

  it('with the words of a table translated, and no guess for one that is not listed', () => {
    const event = { bizStep: { $column: 's', $values: { sent: 'shipping' }, $default: 'sent' } };
    expect(made(event, { s: 'sent' })['bizStep']).toBe('shipping');
    expect(made(event, { s: '' })['bizStep']).toBe('shipping');
    expect(refused(event, { s: 'got' })).toThrow('"got"');
  });

  it('with what a scanner read as its identifier', () => {
    const event = { epcList: [{ $column: 'scan', $as: 'scan' }] };
    expect(made(event, { scan: '(01)04012345111118(21)A1' })['epcList']).toEqual([
      'https://id.gs1.org/01/04012345111118/21/A1'
    ]);
    expect(refused(event, { scan: '(01)04012345111119' })).toThrow('no GS1 code');
  });

  it('without the entries whose columns are all empty, and not with half of an identifier', () => {
    const quantity = { epcClass: 'urn:x:{lot}', quantity: { $column: 'q', $as: 'number' }, uom: 'KGM' };
    expect(made({ id: '{n}', quantityList: [quantity] }, { n: '1', lot: '', q: '' })).not.toHaveProperty('quantityList');
    expect(refused({ epcList: ['https://id.gs1.org/01/{a}/21/{b}'] }, { a: '1', b: '' })).toThrow('column b is empty');
  });
});

describe('rows of one group', () => {
  it('join their lists and must agree on the rest', () => {
    const first = { bizStep: 'shipping', epcList: ['urn:a:1', 'urn:a:2'] };
    expect(mergedEvent([first, { ...first, epcList: ['urn:a:2', 'urn:a:3'] }])).toEqual({
      bizStep: 'shipping',
      epcList: ['urn:a:1', 'urn:a:2', 'urn:a:3']
    });
    expect(() => mergedEvent([first, { ...first, bizStep: 'receiving' }])).toThrow('disagree on bizStep');
  });
});

describe('a mapping', () => {
  it('names its columns', () => {
    const found = columnsOf(mapping({ a: '{x}-{y}', b: [{ $column: 'z', $default: '{no}' }] }, { groupBy: ['g'] }));
    expect([...found].sort()).toEqual(['g', 'x', 'y', 'z']);
  });

  it.each([
    [[], 'type'],
    [{ type: 'x', event: {} }, 'type'],
    [{ type: 'lading.import/1' }, 'event'],
    [{ type: 'lading.import/1', event: {}, groupby: [] }, 'groupby'],
    [{ type: 'lading.import/1', event: {}, timeZoneOffset: 'CET' }, 'timeZoneOffset'],
    [{ type: 'lading.import/1', event: {}, decimal: ';' }, 'decimal']
  ])('is refused with the member at fault: %j', (value, member) => {
    const why = (): string => {
      try {
        checkMapping(value, 'map.json');
      } catch (error) {
        return (error as { text: { why: string } }).text.why;
      }
      return '';
    };
    expect(why()).toContain(member);
  });
});
