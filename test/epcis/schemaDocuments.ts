/**
 * Documents for the comparison with the published schema: valid ones of the test data, changed at random places. Seeded:
 * the same number makes the same documents.
 */

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type JsonObject = { [name: string]: Json };

/** xorshift32. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed * 2_654_435_761) >>> 0 || 1;
  }

  below(limit: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % limit;
  }

  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}

/** Values that a field may wrongly, or rightly, have. */
const VALUES: readonly Json[] = [
  null, true, false, 0, -1, 1.5, 1e21, '', ' ', 'text', 'urn:example:a', 'https://example.com/a?b=c#d', 'example:a', 'a b:c', 'a:b c',
  'urn:x:ü', 'urn:x:%zz', ':', '//host/a', 'x:', 'http://', 'mailto:a@b', 'https://id.gs1.org/01/09521141012345/21/1',
  'https://id.gs1.org/01/09521141012344', 'urn:epc:id:sgtin:9521141.001234.1', 'urn:epc:id:sgtin:1', 'HTTPS://EXAMPLE.COM/A',
  '2026-01-01T00:00:00Z', '2026-01-01T00:00:00.123456789+14:00', '2026-01-01T00:00:00', '2026-01-01', '2026-02-30T00:00:00Z',
  '2026-01-01t00:00:00z', '2026-01-01 00:00:00Z', '2016-12-31T23:59:60Z', '2026-12-31T23:59:60Z', '2026-01-01T24:00:00Z',
  '2026-01-01T00:00:00+24:00', '2026-01-01T00:00Z', '20260101T000000Z', '+02:00', '-14:00', '+14:01', 'Z', '+2:00',
  'OBSERVE', 'ADD', 'DELETE', 'add', 'shipping', 'commissioning', 'active', 'in_transit', 'po', 'possessing_party', 'did_not_occur',
  'incorrect_data', 'Temperature', 'ALARM_CONDITION', 'KGM', 'kgm', 'KG', 'KGMS', '5', '5.0', 'f0f0', 'xyz', '2.0', '2', 'v2', '2.',
  'urn:epcglobal:cbv:bizstep:shipping', 'urn:epcglobal:cbv:bizstep:sailing', 'urn:epcglobal:cbv:disp:active',
  'urn:epcglobal:cbv:btt:po', 'urn:epcglobal:cbv:sdt:location', 'https://ref.gs1.org/cbv/BizStep-shipping',
  'https://ns.gs1.org/cbv/Disp-active', 'https://ns.gs1.org/cbv/Disp-other', 'cbv:BizStep-packing', 'cbv:BizStep-other',
  'gs1:Temperature', 'gs1:Warmth', 'https://gs1.org/voc/Temperature', 'https://www.gs1.org/voc/Warmth', 'https://gs1.org/voc/Warmth',
  'https://example.com/bizstep/mine', 'ObjectEvent', 'TransformationEvent', 'EPCISDocument', 'example:MyEvent',
  [], {}, [null], [1], [''], ['urn:example:a'], ['urn:example:a', 'urn:example:a'], ['urn:example:a', 'urn:example:b'], [{}], [[]],
  { id: 'urn:example:a' }, { id: '' }, { id: 'urn:example:a', x: 1 },
  { set: ['active'] }, { set: [], unset: ['active'] }, { unset: ['x'] },
  { set: ['active', 'active'] }, { declarationTime: '2026-01-01T00:00:00Z' }, { declarationTime: 'x', reason: 'y' },
  [{ epcClass: 'urn:example:c' }], [{ epcClass: 'urn:example:c', quantity: 5, uom: 'KGM' }], [{ quantity: 5 }],
  [{ epcClass: 'urn:example:c', quantity: '5' }], [{ epcClass: 'urn:example:c', extra: 1 }],
  [{ bizTransaction: 'urn:example:t' }], [{ type: 'po', bizTransaction: 'urn:example:t' }],
  [{ type: 'x', bizTransaction: 'urn:example:t' }],
  [{ type: 'location', source: 'urn:example:s' }], [{ type: 'location', destination: 'urn:example:s' }], [{ source: 'urn:example:s' }],
  [{ sensorReport: [{ type: 'Temperature', value: 5 }] }], [{ sensorReport: [] }], [{ sensorMetadata: {} }],
  [{ sensorReport: [{ value: 5 }] }], [{ sensorReport: [{ type: 'Temperature', 'example:x': 1 }], 'example:y': [] }],
  { 'example:a': 1 }, { a: 1 }, { 'https://example.com/a': { b: 1 } }
];

const NAMES: readonly string[] = [
  'type', 'action', 'epcList', 'quantityList', 'childEPCs', 'childQuantityList', 'parentID', 'inputEPCList', 'inputQuantityList',
  'outputEPCList', 'outputQuantityList', 'transformationID', 'bizStep', 'disposition', 'persistentDisposition', 'readPoint',
  'bizLocation', 'bizTransactionList', 'sourceList', 'destinationList', 'sensorElementList', 'ilmd', 'eventTime', 'recordTime',
  'eventTimeZoneOffset', 'eventID', 'certificationInfo', 'errorDeclaration', '@context', 'id', 'schemaVersion', 'creationDate',
  'epcisHeader', 'epcisBody', 'eventList', 'sender', 'receiver', 'instanceIdentifier', 'queryResults', 'queryName', 'subscriptionID',
  'resultsBody', 'vocabularyList', 'epcisMasterData', 'sensorMetadata', 'sensorReport', 'time', 'startTime', 'deviceID', 'value',
  'component', 'stringValue', 'booleanValue', 'hexBinaryValue', 'uriValue', 'uom', 'exception', 'set', 'unset', 'reason',
  'correctiveEventIDs', 'declarationTime', 'quantity', 'epcClass', 'example:field', 'https://example.com/field', 'field', 'my field',
  'comment', '_comment', 'rdfs:comment', 'isA', '__x'
];

const isObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every object and list inside, the outer ones first. */
function containers(value: Json, found: (JsonObject | Json[])[] = []): (JsonObject | Json[])[] {
  if (typeof value !== 'object' || value === null) return found;
  found.push(value);
  for (const inner of Array.isArray(value) ? value : Object.values(value)) containers(inner, found);
  return found;
}

/** Words that the vocabularies have, by field, in other spellings. */
const SPELLINGS: Readonly<Record<string, readonly string[]>> = {
  bizStep: ['urn:epcglobal:cbv:bizstep:', 'https://ref.gs1.org/cbv/BizStep-', 'cbv:BizStep-', 'https://ns.gs1.org/cbv/BizStep-'],
  disposition: ['urn:epcglobal:cbv:disp:', 'https://ref.gs1.org/cbv/Disp-', 'cbv:Disp-', 'https://ns.gs1.org/cbv/BizStep-'],
  type: ['urn:epcglobal:cbv:btt:', 'urn:epcglobal:cbv:sdt:', 'gs1:', 'https://gs1.org/voc/', 'https://ref.gs1.org/cbv/SDT-'],
  reason: ['urn:epcglobal:cbv:er:', 'https://ref.gs1.org/cbv/ER-'],
  component: ['cbv:Comp-', 'https://ref.gs1.org/cbv/Comp-'],
  exception: ['gs1:', 'gs1:SensorAlertType-', 'https://gs1.org/voc/']
};

function respell(object: JsonObject, chance: Chance): void {
  for (const [name, prefixes] of Object.entries(SPELLINGS)) {
    const value = object[name];
    if (typeof value === 'string' && /^\w+$/.test(value) && !/Event$|Document$/.test(value)) object[name] = chance.of(prefixes) + value;
  }
}

function changeObject(object: JsonObject, chance: Chance): void {
  const names = Object.keys(object);
  const name = names.length === 0 ? chance.of(NAMES) : chance.of(names);
  switch (chance.below(7)) {
    case 0:
      Reflect.deleteProperty(object, name);
      return;
    case 1: {
      const value = object[name] ?? null;
      Reflect.deleteProperty(object, name);
      object[chance.of(NAMES)] = value;
      return;
    }
    case 2:
    case 3:
      object[name] = structuredClone(chance.of(VALUES));
      return;
    case 4:
      respell(object, chance);
      return;
    default:
      object[chance.of(NAMES)] = structuredClone(chance.of(VALUES));
  }
}

function changeList(list: Json[], chance: Chance): void {
  const at = list.length === 0 ? 0 : chance.below(list.length);
  switch (chance.below(4)) {
    case 0:
      list.splice(at, 1);
      return;
    case 1:
      list.push(structuredClone(list[at] ?? chance.of(VALUES)));
      return;
    case 2:
      list.length = 0;
      return;
    default:
      list[at] = structuredClone(chance.of(VALUES));
  }
}

/** The list of events of a document, wherever its type has it. */
function eventsIn(document: JsonObject): Json[] | null {
  const body = document['epcisBody'];
  if (!isObject(body)) return null;
  const results = body['queryResults'];
  const inner = isObject(results) && isObject(results['resultsBody']) ? results['resultsBody'] : body;
  return Array.isArray(inner['eventList']) ? inner['eventList'] : null;
}

/** A small document made from a valid one: one or two of its events, then up to four changes. */
export function changed(valid: Json, chance: Chance): Json {
  const document = structuredClone(valid) as JsonObject;
  const events = eventsIn(document);
  if (events !== null && events.length > 1) {
    const kept = Array.from({ length: 1 + chance.below(2) }, () => structuredClone(chance.of(events)));
    events.splice(0, events.length, ...kept);
  }
  // Changes near the root and deep in an event are equally likely: the place is drawn from all containers.
  for (let changes = chance.below(5); changes > 0; changes--) {
    const place = chance.of(containers(document));
    if (Array.isArray(place)) changeList(place, chance);
    else changeObject(place, chance);
  }
  return document;
}
