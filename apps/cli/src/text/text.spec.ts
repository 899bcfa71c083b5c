import { testNetwork } from '../../../../test/fixtures/testNetwork.js';
import { csvLine } from './csv.js';
import { itemName } from './itemName.js';
import { NameBook } from './nameBook.js';
import { safeText } from './safe.js';
import { deed } from './sentence.js';
import { table } from './table.js';
import { eventsOf, toldEvent } from './toldEvent.js';
import { transactionIdOf } from './transactionId.js';

const network = testNetwork();
const names = new NameBook(network.config);

describe('names of items', () => {
  it.each([
    ['https://id.gs1.org/01/09520003000018/10/LOT-7F3', 'LOT-7F3', 'lot of 09520003000018'],
    ['https://id.gs1.org/01/09520003000018/21/A%2F1', 'A/1', 'unit of 09520003000018'],
    ['https://id.gs1.org/00/095200010000000010', '095200010000000010', 'logistic unit'],
    ['https://id.gs1.org/414/9520001000201/254/dock', '9520001000201/dock', 'place'],
    ['https://id.gs1.org/8004/9520002LOGGER01', '9520002LOGGER01', 'asset'],
    ['urn:example:thing', 'urn:example:thing', '']
  ])('%s is called %s', (uri, short, kind) => expect(itemName(uri)).toEqual({ short, kind }));

  it('keep broken escapes and control characters visible', () => {
    expect(itemName('https://id.gs1.org/01/09520003000018/21/%ZZ').short).toBe('%ZZ');
    expect(itemName('https://id.gs1.org/01/09520003000018/21/%1b%5B2J').short).toBe('\\u001b[2J');
    expect(safeText('a\u202eb\u007f')).toBe('a\\u202eb\\u007f');
  });
});

describe('sentences', () => {
  const event = { type: 'ObjectEvent', eventTime: '2026-01-01T00:00:00Z', action: 'OBSERVE' };
  const said = (more: object): string => deed(toldEvent({ ...event, ...more }), names);

  it('name the party by its number or its company prefix', () => {
    const to = (gln: string): object => ({
      bizStep: 'shipping',
      epcList: ['urn:x:1'],
      destinationList: [{ type: 'possessing_party', destination: `https://id.gs1.org/417/${gln}` }]
    });
    const [first] = network.organizations;
    expect(said(to(first?.config.gln ?? ''))).toBe('shipped urn:x:1 to Organization finca-alta');
    expect(said(to('4000000000009'))).toBe('shipped urn:x:1 to 4000000000009');
  });

  it('tell products apart that share a lot number', () => {
    const lot = (gtin: string): object[] => [{ epcClass: `https://id.gs1.org/01/${gtin}/10/A4`, quantity: 1 }];
    const more = {
      type: 'TransformationEvent',
      inputQuantityList: lot('09520001000010'),
      outputQuantityList: lot('09520001000027')
    };
    expect(said(more)).toBe('made A4 (lot of 09520001000027) from A4 (lot of 09520001000010)');
  });

  it('put the item in question first and count the others', () => {
    const told = toldEvent({
      ...event,
      type: 'AggregationEvent',
      action: 'ADD',
      bizStep: 'packing',
      parentID: 'urn:p:1',
      childEPCs: ['urn:x:1', 'urn:x:2', 'urn:x:3']
    });
    expect(deed(told, names, 'urn:x:3')).toBe('packed urn:x:3 and 2 more into urn:p:1');
  });

  it.each([
    [{ type: 'AggregationEvent', action: 'DELETE', parentID: 'urn:p:1' }, 'took everything out of urn:p:1'],
    [
      { bizStep: 'sensor_reporting', readPoint: { id: 'urn:place:cold' } },
      'measured the surroundings at urn:place:cold'
    ],
    [
      { type: 'TransactionEvent', parentID: 'urn:p:1', epcList: ['urn:x:1'] },
      'linked urn:x:1 to a business document'
    ],
    [{ bizStep: 'cycle_counting', epcList: ['urn:x:1'] }, 'recorded cycle counting of urn:x:1']
  ])('read as people speak: %j', (more, words) => expect(said(more)).toBe(words));

  it('find the events in a document, a query answer, an envelope, and alone', () => {
    const one = { ...event };
    const document = { type: 'EPCISDocument', epcisBody: { eventList: [one, one] } };
    expect(eventsOf(document)).toHaveLength(2);
    expect(eventsOf({ type: 'lading.capture/1', document })).toHaveLength(2);
    expect(eventsOf({ epcisBody: { queryResults: { resultsBody: { eventList: [one] } } } })).toHaveLength(1);
    expect(eventsOf(one)).toEqual([one]);
    expect(eventsOf('text')).toEqual([]);
  });
});

it('tables align whatever colours the cells have', () => {
  expect(
    table([
      ['\u001b[32mok\u001b[39m', 'x'],
      ['long', 'y']
    ])
  ).toBe('\u001b[32mok\u001b[39m    x\nlong  y');
});

it('CSV cells are quoted (RFC 4180), and formulas defused', () => {
  expect(csvLine(['a"b', 'c,d', '=1+1', '-2', 5])).toBe(`"a""b","c,d",'=1+1,'-2,5`);
});

it('a transaction id is read from base64url and hex, and from nothing else', () => {
  expect(transactionIdOf('00'.repeat(32))).toBe('A'.repeat(43));
  expect(transactionIdOf('A'.repeat(43))).toBe('A'.repeat(43));
  expect(transactionIdOf('LOT-7F3')).toBeNull();
});
