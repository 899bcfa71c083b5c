import { translateEpc, type EpcFormat } from '../identifiers/translateEpc.js';
import type { PrefixLengths } from '../identifiers/companyPrefix.js';

/** Plain JSON, as JSON.parse makes it. */
export type PlainJson = null | boolean | number | string | readonly PlainJson[] | { readonly [name: string]: PlainJson };
type PlainObject = { readonly [name: string]: PlainJson };

/** Fields of an event that name things: single URIs and lists of them. */
const URI_FIELDS: ReadonlySet<string> = new Set([
  'epcList', 'childEPCs', 'inputEPCList', 'outputEPCList', 'parentID', 'transformationID'
]);

/** Lists of objects, and objects, with the field that names a thing. */
const OBJECT_FIELDS: ReadonlyMap<string, string> = new Map([
  ['quantityList', 'epcClass'],
  ['childQuantityList', 'epcClass'],
  ['inputQuantityList', 'epcClass'],
  ['outputQuantityList', 'epcClass'],
  ['readPoint', 'id'],
  ['bizLocation', 'id'],
  ['bizTransactionList', 'bizTransaction'],
  ['sourceList', 'source'],
  ['destinationList', 'destination']
]);

const isObject = (value: PlainJson): value is PlainObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * An event with its identifiers in the format that a client asks for (header GS1-EPC-Format). Extensions, sensor data
 * and identifiers that have no such form stay as they were sent. The result is for reading: it has other bytes, so it
 * is not what was signed.
 */
export function translateEvent<T extends PlainJson>(event: T, format: EpcFormat, lookup: PrefixLengths): T {
  if (format === 'No_Preference' || format === 'Never_Translates' || !isObject(event)) return event;
  const one = (value: PlainJson): PlainJson => (typeof value === 'string' ? translateEpc(value, format, lookup) : value);
  const within = (field: string) => (value: PlainJson): PlainJson =>
    isObject(value) && value[field] !== undefined ? { ...value, [field]: one(value[field]) } : value;
  const entries = Object.entries(event).map(([name, value]): [string, PlainJson] => {
    const field = OBJECT_FIELDS.get(name);
    const change = field === undefined ? (URI_FIELDS.has(name) ? one : null) : within(field);
    if (change === null) return [name, value];
    return [name, Array.isArray(value) ? value.map((item: PlainJson) => change(item)) : change(value)];
  });
  return Object.fromEntries(entries) as T;
}
