import {
  CAPTURE,
  EVENT,
  EVENT_FIELD,
  EVENT_ITEM,
  ITEM,
  PLACE_LINK,
  VOCABULARY,
  type Column,
  type Link
} from './applyColumns.js';
import { hashText, type Statement } from './statement.js';
import type { ProjectionChunk, VocabularyTerm } from './projection.types.js';

const MOVE_PARAMETERS = 7;

/** INSERT of a whole table's rows, one array a column, that does nothing unless the position has moved. */
function insert<T>(table: string, columns: readonly Column<T>[], first: number, tail = ''): string {
  const names = columns.map(({ name }) => name).join(', ');
  // Side by side in the list, arrays are read as rows come; as a table each of them would be written to a store of its own first.
  const values = columns.map(({ type }, i) =>
    type === 'numeric' ? `unnest($${first + i}::text[])::numeric` : `unnest($${first + i}::${type}[])`
  );
  return `INSERT INTO provenance.${table} (${names}) SELECT ${values.join(', ')} WHERE EXISTS (SELECT FROM moved) ${tail}`;
}

const capturesFrom = MOVE_PARAMETERS + 1;
const eventsFrom = capturesFrom + CAPTURE.length;
const itemsFrom = eventsFrom + EVENT.length;
const linksFrom = itemsFrom + ITEM.length;
const fieldsFrom = linksFrom + EVENT_ITEM.length;
const termsFrom = fieldsFrom + EVENT_FIELD.length;
const placesFrom = termsFrom + VOCABULARY.length;

/** What was first seen as a place can be an EPC later. */
const KNOWN_ITEM = `ON CONFLICT (item_hash) DO UPDATE SET is_epc = true
  WHERE EXCLUDED.is_epc AND NOT item.is_epc`;

/** The position moves and the rows come in one statement: one round trip, one transaction; `moved` is 0 or 1. */
const TEXT = `
  WITH moved AS (
    UPDATE provenance.position SET next_height = $1, next_index = $2, reflected_height = $3, events = $4
    WHERE id = 1 AND next_height = $5 AND next_index = $6 AND events = $7 RETURNING 1),
  captures AS (${insert('capture', CAPTURE, capturesFrom)}),
  events AS (${insert('event', EVENT, eventsFrom)}),
  items AS (${insert('item', ITEM, itemsFrom, KNOWN_ITEM)}),
  links AS (${insert('event_item', EVENT_ITEM, linksFrom)}),
  fields AS (${insert('event_field', EVENT_FIELD, fieldsFrom)}),
  terms AS (${insert('vocabulary', VOCABULARY, termsFrom, 'ON CONFLICT DO NOTHING')}),
  places AS (${insert('place_link', PLACE_LINK, placesFrom, 'ON CONFLICT DO NOTHING')})
  SELECT count(*)::integer AS moved FROM moved`;

const EPC_ROLES: ReadonlySet<string> = new Set(['epc', 'parentID', 'childEPC', 'inputEPC', 'outputEPC']);

/** Every row that a chunk adds, by table. */
export function projectedRows(chunk: ProjectionChunk) {
  const { from } = chunk;
  const events = chunk.events.map((event, i) => ({ ...event, sequence: from.events + i }));
  const hashes = new Map<string, Buffer>();
  const links: Link[] = [];
  for (const { sequence, items } of events) {
    for (const [position, { item, label, isClass, role, quantity, unit }] of items.entries()) {
      const hash = hashes.get(item) ?? hashText(item);
      hashes.set(item, hash);
      links.push({ sequence, position, hash, item, label, isClass, isEpc: EPC_ROLES.has(role), role, quantity, unit });
    }
  }
  const fields = events.flatMap(({ sequence, fields = [] }) =>
    fields.map((field, position) => ({ ...field, position, sequence }))
  );
  const places = new Map((chunk.places ?? []).map((link) => [`${link.parent} ${link.child}`, link]));
  return { events, links, fields, items: distinctItems(links), terms: termsOf(chunk), places: [...places.values()] };
}

export function applyStatement(chunk: ProjectionChunk): Statement {
  const { from, captures } = chunk;
  const { events, links, fields, items, terms, places } = projectedRows(chunk);
  return {
    name: 'apply-chunk',
    text: TEXT,
    values: [
      ...[chunk.nextHeight, chunk.nextIndex, chunk.reflectedHeight, from.events + events.length],
      ...[from.nextHeight, from.nextIndex, from.events],
      ...CAPTURE.map(({ array }) => array(captures)),
      ...EVENT.map(({ array }) => array(events)),
      ...ITEM.map(({ array }) => array(items)),
      ...EVENT_ITEM.map(({ array }) => array(links)),
      ...EVENT_FIELD.map(({ array }) => array(fields)),
      ...VOCABULARY.map(({ array }) => array(terms)),
      ...PLACE_LINK.map(({ array }) => array(places))
    ]
  };
}

/** One row an item: an EPC when any of its mentions is one. */
function distinctItems(links: readonly Link[]): readonly Link[] {
  const items = new Map<string, Link>();
  for (const link of links) if (link.isEpc || !items.has(link.item)) items.set(link.item, link);
  return [...items.values()];
}

/** The terms that the rows themselves show, and those that the chunk names. */
function termsOf({ events, vocabulary = [] }: ProjectionChunk): readonly VocabularyTerm[] {
  const terms = new Map<string, Set<string>>();
  const add = (kind: string, value: string | null): void => {
    if (value === null) return;
    const known = terms.get(kind);
    if (known === undefined) terms.set(kind, new Set([value]));
    else known.add(value);
  };
  for (const { bizStep, disposition, readPoint, bizLocation } of events) {
    add('bizStep', bizStep);
    add('disposition', disposition);
    add('readPoint', readPoint);
    add('bizLocation', bizLocation);
  }
  for (const { kind, value } of vocabulary) add(kind, value);
  return [...terms].flatMap(([kind, values]) => [...values].map((value) => ({ kind, value })));
}
