import type { ToldEvent } from './sentence.js';

/** An event as EPCIS 2.0 JSON writes it. */
export type EpcisJson = Readonly<Record<string, unknown>>;

const LISTS: readonly (readonly [field: string, role: string])[] = [
  ['epcList', 'epc'],
  ['childEPCs', 'childEPC'],
  ['inputEPCList', 'inputEPC'],
  ['outputEPCList', 'outputEPC']
];
const QUANTITIES: readonly (readonly [field: string, role: string])[] = [
  ['quantityList', 'epcClass'],
  ['childQuantityList', 'childEPCClass'],
  ['inputQuantityList', 'inputEPCClass'],
  ['outputQuantityList', 'outputEPCClass']
];

/** Reads an event for a sentence. Fields of another type than EPCIS gives them are left out. */
export function toldEvent(event: EpcisJson, organization = ''): ToldEvent {
  const text = (name: string): string | null => (typeof event[name] === 'string' ? event[name] : null);
  const parent = text('parentID');
  const items = [
    ...(parent === null ? [] : [{ role: 'parentID', item: parent }]),
    ...LISTS.flatMap(([field, role]) => texts(event[field]).map((item) => ({ role, item }))),
    ...QUANTITIES.flatMap(([field, role]) => inner(event[field], 'epcClass').map((item) => ({ role, item }))),
    ...parties(event['sourceList'], 'source'),
    ...parties(event['destinationList'], 'destination')
  ];
  return {
    type: text('type') ?? '',
    action: text('action'),
    bizStep: text('bizStep'),
    eventTime: text('eventTime') ?? '',
    readPoint: idOf(event['readPoint']),
    bizLocation: idOf(event['bizLocation']),
    organization,
    items
  };
}

/** The events of a captured payload: a bare event, a document, or either in an envelope. */
export function eventsOf(payload: unknown): readonly EpcisJson[] {
  const root = record(payload);
  if (root === null) return [];
  if (root['type'] === 'lading.capture/1') return eventsOf(root['document']);
  const body = record(root['epcisBody']);
  const results = record(record(body?.['queryResults'])?.['resultsBody']);
  const list = body?.['eventList'] ?? results?.['eventList'];
  if (Array.isArray(list)) return list.map(record).filter((one) => one !== null);
  return typeof root['eventTime'] === 'string' ? [root] : [];
}

function record(value: unknown): EpcisJson | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as EpcisJson) : null;
}

const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];

const inner = (value: unknown, name: string): readonly string[] =>
  Array.isArray(value) ? value.flatMap((one: unknown) => texts([record(one)?.[name]])) : [];

/** Entries of sourceList or destinationList, with the type in the role as nodes answer it. */
function parties(
  value: unknown,
  list: 'source' | 'destination'
): readonly { readonly role: string; readonly item: string }[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((one: unknown) => {
    const { type, [list]: item } = record(one) ?? {};
    if (typeof type !== 'string' || typeof item !== 'string') return [];
    return [{ role: `${list}/${type.slice(type.lastIndexOf('-') + 1)}`, item }];
  });
}

function idOf(value: unknown): string | null {
  const id = record(value)?.['id'];
  return typeof id === 'string' ? id : null;
}
