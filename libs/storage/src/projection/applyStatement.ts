import {
  CAPTURE,
  EVENT,
  EVENT_FIELD,
  EVENT_ITEM,
  ITEM,
  PLACE_LINK,
  VOCABULARY,
  type Column,
  type FieldRow,
  type Link,
  type NamedOnce,
  type SequencedEvent
} from './applyColumns.js';
import { hashText, type Statement } from './statement.js';
import type { ProjectedEvent, ProjectedItem, ProjectionChunk, VocabularyTerm } from './projection.types.js';

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

/** Every row that a chunk adds, by table. What a row only repeats it refers to: a copy of an event costs more than all its columns. */
export function projectedRows(chunk: ProjectionChunk) {
  const events: SequencedEvent[] = [];
  const links: Link[] = [];
  const fields: FieldRow[] = [];
  const items = new Map<string, NamedOnce>();
  let { events: sequence } = chunk.from;
  for (const event of chunk.events) {
    events.push({ sequence, event });
    let position = 0;
    for (const mention of event.items) {
      links.push({ sequence, position, named: namedOnce(items, mention), mention });
      position += 1;
    }
    position = 0;
    for (const field of event.fields ?? NO_FIELDS) {
      fields.push({ sequence, position, field });
      position += 1;
    }
    sequence += 1;
  }
  const places = new Map((chunk.places ?? []).map((link) => [`${link.parent} ${link.child}`, link]));
  return { events, links, fields, items: [...items.values()], terms: termsOf(chunk), places: [...places.values()] };
}

const NO_FIELDS: readonly never[] = [];

/** One row an item: an EPC when any of its mentions is one. */
function namedOnce(items: Map<string, NamedOnce>, { item, label, role, isClass }: ProjectedItem): NamedOnce {
  const isEpc = EPC_ROLES.has(role);
  let named = items.get(item);
  if (named === undefined) {
    named = { item, hash: hashText(item), label, isClass, isEpc };
    items.set(item, named);
  } else if (isEpc) {
    named.isEpc = true;
    named.isClass = isClass;
  }
  return named;
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

const SHOWN = ['bizStep', 'disposition', 'readPoint', 'bizLocation'] as const;

/** The terms that the rows themselves show, and those that the chunk names. */
function termsOf({ events, vocabulary = [] }: ProjectionChunk): readonly VocabularyTerm[] {
  const terms = new Map<string, Set<string>>();
  const add = (kind: string, value: string | null): void => {
    if (value === null) return;
    const known = terms.get(kind);
    if (known === undefined) terms.set(kind, new Set([value]));
    else known.add(value);
  };
  let last: ProjectedEvent | null = null;
  for (const event of events) {
    // One event is often like the one before it.
    for (const kind of SHOWN) if (event[kind] !== last?.[kind]) add(kind, event[kind]);
    last = event;
  }
  for (const { kind, value } of vocabulary) add(kind, value);
  return [...terms].flatMap(([kind, values]) => [...values].map((value) => ({ kind, value })));
}
