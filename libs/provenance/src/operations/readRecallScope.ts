import { gtinOf } from '../state/productRecord.js';
import type { RecallScope } from '../state/recallRecord.js';
import { padGtin } from '../identifiers/gs1Id.js';
import { canonicalItem } from '../identifiers/canonicalItem.js';
import type { OperationFields } from './operationFields.js';

interface Scoped {
  readonly subject: string;
  readonly scope: RecallScope;
}

const SERIAL = /^[A-Za-z0-9._-]{1,20}$/;

/** A GTIN with at most one of lots, serials and a range of serials; or one container. */
export function readRecallScope(fields: OperationFields): Scoped {
  const { json } = fields;
  const narrow = ['lots', 'serials', 'range'].filter((name) => fields.has(name));
  if (fields.has('gtin') === fields.has('item')) json.refuse('gtin', 'either gtin or item is expected');
  if (narrow.length > 1 || (narrow.length === 1 && fields.has('item'))) json.refuse(narrow[0] ?? '', 'does not go along');
  if (fields.has('item')) {
    const subject = fields.item('item', 'instance');
    if (subject !== null && gtinOf(subject.uri) !== '') json.refuse('item', 'is an item of a GTIN: name that');
    return { subject: subject?.uri ?? '', scope: { kind: 'container' } };
  }
  const subject = readGtin(fields, 'gtin');
  const [kind] = narrow;
  if (kind === undefined) return { subject, scope: { kind: 'gtin' } };
  if (kind === 'range') return { subject, scope: readRange(fields) };
  const list = kind === 'lots' ? 'lots' : 'serials';
  const items = fields.items(list, list === 'lots' ? 'class' : 'instance').map(({ uri }) => uri);
  if (items.length === 0 || items.some((uri) => gtinOf(uri) !== subject)) json.refuse(list, 'are of the GTIN');
  return { subject, scope: { kind: list, items: [...items].sort() } };
}

export function readGtin(fields: OperationFields, name: string): string {
  if (!fields.has(name) && name !== 'gtin') return '';
  const gtin = padGtin(fields.json.plain(name, 14, /^\d{8,14}$/));
  const item = canonicalItem(`https://id.gs1.org/01/${gtin}`, 'class');
  if (!item.ok) fields.json.refuse(name, item.detail);
  return gtin;
}

/** Serials of one length: as text they are in the order of their numbers. */
function readRange(fields: OperationFields): RecallScope {
  const range = fields.json.object('range', ['from', 'to']);
  const [from, to] = [range.plain('from', 20, SERIAL), range.plain('to', 20, SERIAL)];
  if (from.length !== to.length || from > to) range.refuse('to', 'is not at or after `from`, of the same length');
  return { kind: 'range', from, to };
}
