import { boolArray, byteaArray, int4Array, int8Array, textArray } from '../ledgerStore/binaryArray.js';
import { hashText, type Statement } from './statement.js';
import type { CapturePart, ProjectedEvent, ProjectionChunk } from './projection.types.js';

interface Column<T> {
  readonly name: string;
  /** Element type of the parameter. */
  readonly type: 'bigint' | 'integer' | 'boolean' | 'text' | 'bytea' | 'numeric';
  readonly array: (rows: readonly T[]) => Buffer;
}

const bigint = <T>(name: string, of: (row: T) => number): Column<T> => {
  return { name, type: 'bigint', array: (rows) => int8Array(rows.map(of)) };
};
const integer = <T>(name: string, of: (row: T) => number): Column<T> => {
  return { name, type: 'integer', array: (rows) => int4Array(rows.map(of)) };
};
const boolean = <T>(name: string, of: (row: T) => boolean): Column<T> => {
  return { name, type: 'boolean', array: (rows) => boolArray(rows.map(of)) };
};
const bytea = <T>(name: string, of: (row: T) => Uint8Array | null): Column<T> => {
  return { name, type: 'bytea', array: (rows) => byteaArray(rows.map(of)) };
};
/** PostgreSQL text cannot hold U+0000, which JSON strings can: the exact text stays in `content`. */
const text = <T>(name: string, of: (row: T) => string | null): Column<T> => {
  return { name, type: 'text', array: (rows) => textArray(rows.map((row) => of(row)?.replaceAll('\0', '\ufffd') ?? null)) };
};
/** Decimal text. */
const numeric = <T>(name: string, of: (row: T) => string | null): Column<T> => ({ ...text(name, of), type: 'numeric' });

type SequencedEvent = ProjectedEvent & { readonly sequence: number };

const EVENT: readonly Column<SequencedEvent>[] = [
  bigint('sequence', (e) => e.sequence),
  bigint('height', (e) => e.height),
  integer('index', (e) => e.index),
  integer('event_index', (e) => e.eventIndex),
  bytea('tx_id', (e) => e.txId),
  text('organization', (e) => e.organization),
  text('member', (e) => e.member),
  text('on_behalf_of', (e) => e.onBehalfOf),
  bigint('record_time_ms', (e) => e.recordTimeMs),
  bigint('event_time_ms', (e) => e.eventTimeMs),
  text('event_id', (e) => e.eventId),
  bytea('event_id_hash', (e) => hashText(e.eventId)),
  boolean('event_id_assigned', (e) => e.eventIdAssigned),
  text('type', (e) => e.type),
  text('action', (e) => e.action),
  text('biz_step', (e) => e.bizStep),
  bytea('biz_step_hash', (e) => (e.bizStep === null ? null : hashText(e.bizStep))),
  text('disposition', (e) => e.disposition),
  text('read_point', (e) => e.readPoint),
  text('biz_location', (e) => e.bizLocation),
  text('transformation_id', (e) => e.transformationId),
  boolean('error_declared', (e) => e.errorDeclared),
  bytea('content', (e) => e.content),
  text('context', (e) => e.context)
];

const CAPTURE: readonly Column<CapturePart>[] = [
  bigint('height', (c) => c.height),
  integer('index', (c) => c.index),
  bytea('tx_id', (c) => c.txId),
  text('organization', (c) => c.organization),
  text('capture_id', (c) => c.captureId),
  bytea('capture_id_hash', (c) => hashText(c.captureId)),
  text('behaviour', (c) => c.behaviour),
  text('status', (c) => c.status),
  text('code', (c) => c.code),
  text('detail', (c) => c.detail),
  integer('event_count', (c) => c.eventCount),
  bigint('record_time_ms', (c) => c.recordTimeMs)
];

interface Link {
  readonly sequence: number;
  readonly position: number;
  readonly hash: Buffer;
  readonly item: string;
  readonly label: string;
  readonly isClass: boolean;
  readonly role: string;
  readonly quantity: string | null;
  readonly unit: string | null;
}

const ITEM: readonly Column<Link>[] = [
  bytea('item_hash', (l) => l.hash),
  text('item', (l) => l.item),
  bytea('label_hash', (l) => hashText(l.label)),
  boolean('is_class', (l) => l.isClass)
];

const EVENT_ITEM: readonly Column<Link>[] = [
  bigint('sequence', (l) => l.sequence),
  integer('position', (l) => l.position),
  bytea('item_hash', (l) => l.hash),
  text('role', (l) => l.role),
  numeric('quantity', (l) => l.quantity),
  text('unit', (l) => l.unit)
];

const MOVE_PARAMETERS = 7;

/** INSERT of a whole table's rows, one array a column, that does nothing unless the position has moved. */
function insert<T>(table: string, columns: readonly Column<T>[], first: number, tail = ''): string {
  const names = columns.map(({ name }) => name).join(', ');
  const arrays = columns.map(({ type }, i) => `$${first + i}::${type === 'numeric' ? 'text' : type}[]`).join(', ');
  const selected = columns.map(({ name, type }) => (type === 'numeric' ? `r.${name}::numeric` : `r.${name}`)).join(', ');
  return `INSERT INTO provenance.${table} (${names})
    SELECT ${selected} FROM unnest(${arrays}) AS r (${names}) WHERE EXISTS (SELECT FROM moved) ${tail}`;
}

const capturesFrom = MOVE_PARAMETERS + 1;
const eventsFrom = capturesFrom + CAPTURE.length;
const itemsFrom = eventsFrom + EVENT.length;
const linksFrom = itemsFrom + ITEM.length;

/** The position moves and the rows come in one statement: one round trip, one transaction; `moved` is 0 or 1. */
const TEXT = `
  WITH moved AS (
    UPDATE provenance.position SET next_height = $1, next_index = $2, reflected_height = $3, events = $4
    WHERE id = 1 AND next_height = $5 AND next_index = $6 AND events = $7 RETURNING 1),
  captures AS (${insert('capture', CAPTURE, capturesFrom)}),
  events AS (${insert('event', EVENT, eventsFrom)}),
  items AS (${insert('item', ITEM, itemsFrom, 'ON CONFLICT (item_hash) DO NOTHING')}),
  links AS (${insert('event_item', EVENT_ITEM, linksFrom)})
  SELECT count(*)::integer AS moved FROM moved`;

export function applyStatement(chunk: ProjectionChunk): Statement {
  const { from, captures } = chunk;
  const events = chunk.events.map((event, i) => ({ ...event, sequence: from.events + i }));
  const links = events.flatMap(({ sequence, items }) =>
    items.map((item, position) => ({ ...item, position, sequence, hash: hashText(item.item) }))
  );
  const distinct = [...new Map(links.map((link) => [link.item, link])).values()];
  return {
    name: 'apply-chunk',
    text: TEXT,
    values: [
      ...[chunk.nextHeight, chunk.nextIndex, chunk.reflectedHeight, from.events + events.length],
      ...[from.nextHeight, from.nextIndex, from.events],
      ...CAPTURE.map(({ array }) => array(captures)),
      ...EVENT.map(({ array }) => array(events)),
      ...ITEM.map(({ array }) => array(distinct)),
      ...EVENT_ITEM.map(({ array }) => array(links))
    ]
  };
}
