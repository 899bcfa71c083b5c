import { encodeUtf8 } from '@lading/kernel';
import { commission, documentOf, observe, pack, serial, unpack } from '../capture/testLedger.test-kit.js';
import { FAULT_LIMIT, parseEpcisDocument } from '../index.js';

const base = { eventTime: '2026-01-01T00:00:00Z', eventTimeZoneOffset: '+00:00' };
const parse = (value: unknown) => parseEpcisDocument(encodeUtf8(JSON.stringify(value)) ?? new Uint8Array(0));
const faultsOf = (event: object): readonly string[] => {
  const result = parse(documentOf([{ ...base, ...event }]));
  return result.ok ? [] : result.faults.map(
    (fault) => `${fault.code} ${fault.pointer.replace('/epcisBody/eventList/0', '')}`
  );
};

describe('events against EPCIS 2.0', () => {
  it.each<[string, object, string[]]>([
    ['an unknown field', { ...commission([serial(1)]), colour: 'red' }, ['FIELD_UNKNOWN /colour']],
    [
      'an extension without namespace inside sensors',
      observe('inspecting', [], { sensorElementList: [{ sensorReport: [{ type: 'Temperature', x: 1 }] }] }),
      ['FIELD_UNKNOWN /sensorElementList/0/sensorReport/0/x']
    ],
    ['ilmd with OBSERVE', observe('storing', [serial(1)], { ilmd: {} }), ['FIELD_VALUE /ilmd']],
    ['an ObjectEvent about nothing', { ...observe('storing', []), epcList: undefined }, ['FIELD_MISSING ']],
    ['the same EPC twice', commission([serial(1), serial(1)]), ['LIST_DUPLICATE /epcList/1']],
    [
      'an AggregationEvent DELETE without parent',
      { ...unpack('urn:x:p'), parentID: undefined },
      ['FIELD_MISSING /parentID']
    ],
    ['an AggregationEvent ADD without children', { ...pack('urn:x:p', []) }, ['FIELD_MISSING ']],
    ['an AssociationEvent without parent', { type: 'AssociationEvent', action: 'DELETE' }, ['FIELD_MISSING /parentID']],
    [
      'a TransactionEvent without transactions',
      { type: 'TransactionEvent', action: 'ADD', epcList: [], bizTransactionList: [] },
      ['LIST_LENGTH /bizTransactionList']
    ],
    [
      'a TransformationEvent with an action',
      { type: 'TransformationEvent', action: 'ADD', inputEPCList: ['urn:x:a'], outputEPCList: ['urn:x:b'] },
      ['FIELD_UNKNOWN /action']
    ],
    [
      'a TransformationEvent with one side only',
      { type: 'TransformationEvent', inputEPCList: ['urn:x:a'] },
      ['FIELD_MISSING ']
    ],
    [
      'a persistentDisposition that says nothing',
      observe('storing', [serial(1)], { persistentDisposition: {} }),
      ['FIELD_MISSING /persistentDisposition']
    ],
    [
      'a time zone beyond +14:00',
      { ...commission([serial(1)]), eventTimeZoneOffset: '+14:30' },
      ['FIELD_FORMAT /eventTimeZoneOffset']
    ],
    [
      'a quantity as text',
      commission([], { quantityList: [{ epcClass: 'urn:x:c', quantity: '5' }] }),
      ['FIELD_TYPE /quantityList/0/quantity']
    ],
    [
      'a quantity below zero',
      commission([], { quantityList: [{ epcClass: 'urn:x:c', quantity: -5 }] }),
      ['NUMBER_RANGE /quantityList/0/quantity']
    ],
    [
      'a unit in lower case',
      commission([], { quantityList: [{ epcClass: 'urn:x:c', quantity: 5, uom: 'kgm' }] }),
      ['FIELD_FORMAT /quantityList/0/uom']
    ],
    [
      'a read point that is a bad Digital Link',
      observe('storing', [serial(1)], { readPoint: { id: 'https://id.gs1.org/414/1' } }),
      ['ID_SYNTAX /readPoint/id']
    ],
    ['a type that is not one of the five', { type: 'example:MyEvent' }, ['FIELD_VALUE /type']]
  ])('%s is refused at its place', (_, event, faults) => expect(faultsOf(event)).toEqual(faults));

  it('keeps extensions and CBV values in older spellings', () => {
    const event = {
      ...observe('urn:epcglobal:cbv:bizstep:storing', [serial(1)]),
      'example:note': { deep: [1] },
      'https://example.com/x': 1
    };
    const result = parse(documentOf([{ ...base, ...event }]));
    expect(result.ok && result.value.events[0]?.bizStep).toBe('storing');
  });

  it('a bare event needs its own context, and is its own bytes', () => {
    const event = { ...base, ...commission([serial(1)]) };
    expect(parse(event)).toMatchObject({ code: 'FIELD_MISSING', pointer: '/@context' });
    const bare = { '@context': 'https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld', ...event };
    const text = `  ${JSON.stringify(bare)}\n`;
    const result = parseEpcisDocument(encodeUtf8(text) ?? new Uint8Array(0));
    expect(result.ok && Buffer.from(result.value.events[0]?.bytes ?? []).toString()).toBe(text.trim());
  });

  it('says that a query document has no header, and that text is no JSON', () => {
    const query = {
      '@context': [],
      type: 'EPCISQueryDocument',
      epcisHeader: {},
      epcisBody: { queryResults: { queryName: 'q', resultsBody: { eventList: [] } } }
    };
    expect(parse(query)).toMatchObject({ code: 'FIELD_UNKNOWN', pointer: '/epcisHeader' });
    expect(parseEpcisDocument(Uint8Array.of(0x7b, 0x22))).toMatchObject({ ok: false, code: 'JSON_SYNTAX' });
  });

  it('lists at most fifty faults', () => {
    const result = parse(documentOf(Array.from({ length: 80 }, () => ({ type: 'ObjectEvent' }))));
    expect(!result.ok && result.faults.length).toBe(FAULT_LIMIT);
  });
});
