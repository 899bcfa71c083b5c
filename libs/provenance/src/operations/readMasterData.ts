import type { LocationRecord } from '../state/locationRecord.js';
import { LINKS, type ItemLinkRecord } from '../state/linkRecord.js';
import type { ProductRecord } from '../state/productRecord.js';
import { MEASUREMENTS } from '../event/vocabulary.js';
import { ORGANIZATION, type OperationFields } from './operationFields.js';
import { readGtin } from './readRecallScope.js';

const ORGANIZATIONS = 31;
const LIMITS_OF_A_PRODUCT = 16;

export function readLocation(fields: OperationFields): { uri: string; record: Omit<LocationRecord, 'owner'> } {
  const { json } = fields;
  const uri = fields.item('location', 'place')?.uri ?? '';
  const parent = json.text('parent', 2048) === '' ? '' : (fields.item('parent', 'place')?.uri ?? '');
  const [latitude, longitude] = [degrees(fields, 'latitude', 90n), degrees(fields, 'longitude', 180n)];
  if ((latitude === null) !== (longitude === null)) json.refuse('longitude', 'comes with latitude');
  const coordinates = latitude === null || longitude === null ? null : { latitude, longitude };
  const users = json.plainList('users', ORGANIZATIONS, ORGANIZATION);
  return { uri, record: { parent, coordinates, users: [...new Set(users)].sort() } };
}

/** Decimal degrees as text; '' when unknown. */
function degrees(fields: OperationFields, name: string, limit: bigint): number | null {
  if (fields.json.plain(name, 24) === '') return null;
  const value = fields.decimal(name);
  const size = value < 0n ? -value : value;
  if (size > limit * 1_000_000n) fields.json.refuse(name, `is not within ${limit} degrees`);
  return Number(value);
}

export function readProduct(fields: OperationFields): { gtin: string; record: ProductRecord } {
  const { json } = fields;
  const limits = json.objects('limits', LIMITS_OF_A_PRODUCT, ['type', 'uom', 'min', 'max']).map((entry) => {
    const type = entry.plain('type', 64);
    if (!MEASUREMENTS.has(type)) entry.refuse('type', 'is not a measurement of the GS1 web vocabulary');
    const [min, max] = [fields.decimal('min', entry), fields.decimal('max', entry)];
    if (min > max) entry.refuse('max', 'is below min');
    return { type, uom: entry.plain('uom', 3, /^[A-Z0-9]{2,3}$/), min, max };
  });
  const netMass = json.plain('netMass', 24) === '' ? 0n : fields.quantity('netMass');
  const [yieldMin, yieldMax] = [json.uint('yieldMin', 1_000_000), json.uint('yieldMax', 1_000_000)];
  if (yieldMin > yieldMax) json.refuse('yieldMax', 'is below yieldMin');
  return { gtin: readGtin(fields, 'gtin'), record: { limits, netMass, yieldMin, yieldMax } };
}

const HREF = /^https?:\/\/[\x21-\x7e]+$/;
const LANGUAGE = /^(?:[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*)?$/;
const MEDIA_TYPE = /^(?:[a-z0-9.+-]+\/[a-z0-9.+-]+)?$/;

export function readItemLinks(fields: OperationFields): { uri: string; links: readonly ItemLinkRecord[] } {
  const item = fields.item('item', 'class');
  if (item !== null && item.gs1 === null) fields.json.refuse('item', 'is no GS1 identifier');
  const members = ['type', 'href', 'title', 'language', 'media'];
  const links = fields.json.objects('links', LINKS, members).map((entry) => ({
    type: entry.plain('type', 64, /^[A-Za-z][A-Za-z0-9]*$/),
    href: entry.plain('href', 1024, HREF),
    title: entry.text('title', 200),
    language: entry.plain('language', 35, LANGUAGE),
    media: entry.plain('media', 100, MEDIA_TYPE)
  }));
  return { uri: item?.uri ?? '', links };
}
