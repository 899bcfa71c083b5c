import { createHash } from 'node:crypto';
import type { CapturePart, ProjectedEvent } from './projection.types.js';

/** SQL text and parameters of one bulk statement: a column is one array, a table is one round trip. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

export const hashText = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();
const buffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

interface Column<T> {
  readonly name: string;
  readonly type: string;
  readonly of: (row: T) => unknown;
}

/** PostgreSQL text cannot hold U+0000, which JSON strings can: the exact text stays in `content`. */
const storable = (value: unknown): unknown => (typeof value === 'string' ? value.replaceAll('\0', '\ufffd') : value);

function bulkInsert<T>(table: string, columns: readonly Column<T>[], rows: readonly T[], tail = ''): Statement {
  const names = columns.map((column) => column.name).join(', ');
  const arrays = columns.map((column, i) => `$${i + 1}::${column.type}[]`).join(', ');
  return {
    text: `INSERT INTO ${table} (${names}) SELECT * FROM unnest(${arrays}) ${tail}`,
    values: columns.map((column) => rows.map((row) => storable(column.of(row))))
  };
}

type SequencedEvent = ProjectedEvent & { readonly sequence: number };

const EVENT_COLUMNS: readonly Column<SequencedEvent>[] = [
  { name: 'sequence', type: 'bigint', of: (e) => e.sequence },
  { name: 'height', type: 'bigint', of: (e) => e.height },
  { name: 'index', type: 'integer', of: (e) => e.index },
  { name: 'event_index', type: 'integer', of: (e) => e.eventIndex },
  { name: 'tx_id', type: 'bytea', of: (e) => buffer(e.txId) },
  { name: 'organization', type: 'text', of: (e) => e.organization },
  { name: 'member', type: 'text', of: (e) => e.member },
  { name: 'on_behalf_of', type: 'text', of: (e) => e.onBehalfOf },
  { name: 'record_time_ms', type: 'bigint', of: (e) => e.recordTimeMs },
  { name: 'event_time_ms', type: 'bigint', of: (e) => e.eventTimeMs },
  { name: 'event_id', type: 'text', of: (e) => e.eventId },
  { name: 'event_id_hash', type: 'bytea', of: (e) => hashText(e.eventId) },
  { name: 'event_id_assigned', type: 'boolean', of: (e) => e.eventIdAssigned },
  { name: 'type', type: 'text', of: (e) => e.type },
  { name: 'action', type: 'text', of: (e) => e.action },
  { name: 'biz_step', type: 'text', of: (e) => e.bizStep },
  { name: 'biz_step_hash', type: 'bytea', of: (e) => (e.bizStep === null ? null : hashText(e.bizStep)) },
  { name: 'disposition', type: 'text', of: (e) => e.disposition },
  { name: 'read_point', type: 'text', of: (e) => e.readPoint },
  { name: 'biz_location', type: 'text', of: (e) => e.bizLocation },
  { name: 'transformation_id', type: 'text', of: (e) => e.transformationId },
  { name: 'error_declared', type: 'boolean', of: (e) => e.errorDeclared },
  { name: 'content', type: 'bytea', of: (e) => buffer(e.content) },
  { name: 'context', type: 'text', of: (e) => e.context }
];

const CAPTURE_COLUMNS: readonly Column<CapturePart>[] = [
  { name: 'height', type: 'bigint', of: (c) => c.height },
  { name: 'index', type: 'integer', of: (c) => c.index },
  { name: 'tx_id', type: 'bytea', of: (c) => buffer(c.txId) },
  { name: 'organization', type: 'text', of: (c) => c.organization },
  { name: 'capture_id', type: 'text', of: (c) => c.captureId },
  { name: 'capture_id_hash', type: 'bytea', of: (c) => hashText(c.captureId) },
  { name: 'behaviour', type: 'text', of: (c) => c.behaviour },
  { name: 'status', type: 'text', of: (c) => c.status },
  { name: 'code', type: 'text', of: (c) => c.code },
  { name: 'detail', type: 'text', of: (c) => c.detail },
  { name: 'event_count', type: 'integer', of: (c) => c.eventCount },
  { name: 'record_time_ms', type: 'bigint', of: (c) => c.recordTimeMs }
];

/** Statements that add the events, their items and the captures of one chunk; `first` is the first event's sequence. */
export function insertStatements(
  events: readonly ProjectedEvent[],
  captures: readonly CapturePart[],
  first: number
): readonly Statement[] {
  const statements: Statement[] = [];
  if (captures.length > 0) statements.push(bulkInsert('provenance.capture', CAPTURE_COLUMNS, captures));
  if (events.length === 0) return statements;
  const sequenced = events.map((event, i) => ({ ...event, sequence: first + i }));
  statements.push(bulkInsert('provenance.event', EVENT_COLUMNS, sequenced));
  return [...statements, ...itemStatements(sequenced)];
}

function itemStatements(events: readonly SequencedEvent[]): readonly Statement[] {
  const links = events.flatMap((event) =>
    event.items.map((item, position) => ({ ...item, position, sequence: event.sequence, hash: hashText(item.item) }))
  );
  if (links.length === 0) return [];
  type Link = (typeof links)[number];
  const distinct = [...new Map(links.map((link) => [link.item, link])).values()];
  const itemColumns: readonly Column<Link>[] = [
    { name: 'item_hash', type: 'bytea', of: (l) => l.hash },
    { name: 'item', type: 'text', of: (l) => l.item },
    { name: 'label_hash', type: 'bytea', of: (l) => hashText(l.label) },
    { name: 'is_class', type: 'boolean', of: (l) => l.isClass }
  ];
  const linkColumns: readonly Column<Link>[] = [
    { name: 'sequence', type: 'bigint', of: (l) => l.sequence },
    { name: 'position', type: 'integer', of: (l) => l.position },
    { name: 'item_hash', type: 'bytea', of: (l) => l.hash },
    { name: 'role', type: 'text', of: (l) => l.role },
    { name: 'quantity', type: 'numeric', of: (l) => l.quantity },
    { name: 'unit', type: 'text', of: (l) => l.unit }
  ];
  return [
    bulkInsert('provenance.item', itemColumns, distinct, 'ON CONFLICT (item_hash) DO NOTHING'),
    bulkInsert('provenance.event_item', linkColumns, links)
  ];
}
