import { encodeUtf8 } from '@lading/kernel';
import { epcisJsonToXml, xmlToEpcisJson, type JsonValue } from './index.js';

/** Plain JSON as the writer wants it. */
function valueOf(json: unknown): JsonValue {
  if (Array.isArray(json)) return { type: 'array', items: json.map(valueOf) };
  if (json === null) return { type: 'null' };
  switch (typeof json) {
    case 'string':
      return { type: 'string', value: json };
    case 'number':
      return { type: 'number', lexeme: String(json) };
    case 'boolean':
      return { type: 'boolean', value: json };
    default:
      return { type: 'object', members: new Map(Object.entries(json as object).map(([name, value]) => [name, valueOf(value)])) };
  }
}

const EVENT = {
  type: 'ObjectEvent',
  eventTime: '2026-01-01T00:00:00Z',
  eventTimeZoneOffset: '+00:00',
  epcList: ['urn:x:1'],
  action: 'OBSERVE'
};
const CONTEXT = ['https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld', { ex: 'https://example.com/ns/' }];
const document = (...events: readonly object[]): JsonValue =>
  valueOf({
    '@context': CONTEXT,
    ...{ type: 'EPCISQueryDocument', schemaVersion: '2.0', creationDate: '2026-01-01T00:00:00Z' },
    epcisBody: { queryResults: { queryName: 'Q', resultsBody: { eventList: events } } }
  });

function written(...events: readonly object[]): string {
  const xml = epcisJsonToXml(document(...events));
  if (!xml.ok) throw new Error(xml.detail);
  return xml.value;
}

interface Answer {
  readonly epcisBody: { readonly queryResults: { readonly resultsBody: { readonly eventList: readonly Record<string, unknown>[] } } };
}

/** The events of what was written, read again. */
function again(...events: readonly object[]): readonly Record<string, unknown>[] {
  const read = xmlToEpcisJson(encodeUtf8(written(...events)) ?? new Uint8Array(0));
  if (!read.ok) throw new Error(`${read.detail}\n${written(...events)}`);
  const { epcisBody } = JSON.parse(read.value.json) as Answer;
  return epcisBody.queryResults.resultsBody.eventList;
}

describe('EPCIS events as XML', () => {
  it.each([
    ['places with extensions', { readPoint: { id: 'urn:x:p', 'ex:door': 'north' }, bizLocation: { id: 'urn:x:l' } }],
    ['lists with types', {
      bizTransactionList: [{ type: 'po', bizTransaction: 'urn:x:po' }, { bizTransaction: 'urn:x:any' }],
      sourceList: [{ type: 'owning_party', source: 'urn:x:a' }],
      destinationList: [{ type: 'https://own.example/type', destination: 'urn:x:b' }]
    }],
    ['quantities to the last digit', { quantityList: [{ epcClass: 'urn:x:c', quantity: 0.1, uom: 'KGM' }, { epcClass: 'urn:x:d' }] }],
    ['words', {
      bizStep: 'shipping', disposition: 'in_transit', persistentDisposition: { set: ['damaged'], unset: ['available', 'stolen'] }
    }],
    ['a step of its own', { bizStep: 'https://own.example/step' }],
    ['declarations', {
      eventID: 'urn:x:e',
      errorDeclaration: {
        declarationTime: '2026-01-02T00:00:00Z', reason: 'incorrect_data', correctiveEventIDs: ['urn:x:f'], 'ex:who': 'ana'
      }
    }],
    ['certificates', { certificationInfo: ['https://a.example/1', 'https://a.example/2'] }],
    ['sensors', {
      sensorElementList: [{
        sensorMetadata: { time: '2026-01-01T00:00:00Z', deviceID: 'urn:x:d', 'ex:cal': 'ok' },
        sensorReport: [
          { type: 'Temperature', value: -4.5, uom: 'CEL', component: 'axial_distance', booleanValue: true, stringValue: 'a "b"\n\tc' },
          { type: 'RelativeHumidity', exception: 'ALARM_CONDITION', 'ex:deep': { 'ex:er': 'x' } }
        ],
        'ex:room': '5'
      }]
    }],
    ['extensions of every shape', {
      'ex:text': 'a < b & "c" > d \r end', 'ex:list': ['1', '2'], 'ex:tree': { 'ex:leaf': 'x', plain: 'y', '#text': 'z' }
    }],
    ['master data attributes', { ilmd: { 'cbvmda:lotNumber': 'L', 'ex:farm': 'F' }, action: 'ADD' }]
  ])('say %s, and read again say the same', (_, more) => {
    const event = { ...EVENT, ...more };
    expect(again(event)).toEqual([event]);
  });

  it('use one prefix for a namespace, and another one where a prefix stands for two', () => {
    const other = { ...EVENT, '@context': { ex: 'https://other.example/' }, 'ex:a': '2' };
    const [first, second] = again({ ...EVENT, 'ex:a': '1' }, other);
    expect([first?.['ex:a'], second?.['ex2:a']]).toEqual(['1', '2']);
    expect(written({ ...EVENT, 'https://whole.example/ns#iri': '1' })).toContain('xmlns:ns="https://whole.example/ns#"');
  });

  it('spell CBV values as asked', () => {
    const event = { ...EVENT, bizStep: 'urn:epcglobal:cbv:bizstep:shipping' };
    expect(written(event)).toContain('<bizStep>https://ref.gs1.org/cbv/BizStep-shipping</bizStep>');
    const urn = epcisJsonToXml(document(event), { cbv: 'URN' });
    expect(urn.ok && urn.value).toContain('<bizStep>urn:epcglobal:cbv:bizstep:shipping</bizStep>');
    const original = epcisJsonToXml(document(event, { ...EVENT, bizStep: 'loading' }), { cbv: 'Original' });
    const steps = original.ok ? [...original.value.matchAll(/<bizStep>([^<]*)</g)].map(([, step]) => step) : [];
    expect(steps).toEqual(['urn:epcglobal:cbv:bizstep:shipping', 'https://ref.gs1.org/cbv/BizStep-loading']);
  });

  it.each([
    ['a name that begins with a digit', { 'ex:1st': 'x' }],
    ['a keyword of JSON-LD', { 'ex:typed': { '@type': 'xsd:string', '@value': 'x' } }],
    ['a control character', { 'ex:a': '\u0001' }],
    ['a list within a list', { 'ex:a': [['x']] }]
  ])('are refused with %s', (_, more) => {
    expect(epcisJsonToXml(document({ ...EVENT, ...more }))).toMatchObject({ ok: false, code: 'XML_UNWRITABLE' });
  });

  it('a capture document is one, too', () => {
    const head = { '@context': CONTEXT, type: 'EPCISDocument', creationDate: '2026-01-01T00:00:00Z' };
    const capture = valueOf({ ...head, epcisBody: { eventList: [EVENT] } });
    const xml = epcisJsonToXml(capture);
    const read = xmlToEpcisJson(encodeUtf8(xml.ok ? xml.value : '') ?? new Uint8Array(0));
    expect(read).toMatchObject({ ok: true, value: { type: 'EPCISDocument', version: '2.0', eventCount: 1 } });
  });
});
