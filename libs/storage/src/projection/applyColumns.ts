import { ColumnWriter, ELEMENT } from './columnWriter.js';
import { fieldNameHash, fieldPairHash, hashText, hashWord, ownCaptureId } from './statement.js';
import type { CapturePart, PlaceLink, ProjectedEvent, ProjectedField, ProjectedItem, VocabularyTerm } from './projection.types.js';

export interface Column<T> {
  readonly name: string;
  /** Element type of the parameter. */
  readonly type: 'bigint' | 'integer' | 'boolean' | 'text' | 'bytea' | 'uuid' | 'numeric';
  readonly array: (rows: readonly T[]) => Buffer;
}

/** One column is written at a time. */
const OUT = new ColumnWriter();

/** `put` writes the element of a row. */
function column<T>(name: string, type: Column<T>['type'], put: (row: T) => void): Column<T> {
  const element = ELEMENT[type === 'numeric' ? 'text' : type];
  const array = (rows: readonly T[]): Buffer => {
    OUT.begin();
    for (const row of rows) put(row);
    return OUT.end(element);
  };
  return { name, type, array };
}

const bigint = <T>(name: string, of: (row: T) => number): Column<T> => column(name, 'bigint', (row: T) => OUT.bigint(of(row)));
const integer = <T>(name: string, of: (row: T) => number | null): Column<T> => column(name, 'integer', (row: T) => OUT.integer(of(row)));
const boolean = <T>(name: string, of: (row: T) => boolean): Column<T> => column(name, 'boolean', (row: T) => OUT.boolean(of(row)));
const bytea = <T>(name: string, of: (row: T) => Uint8Array | null): Column<T> => column(name, 'bytea', (row: T) => OUT.bytes(of(row)));
const hash = <T>(name: string, of: (row: T) => Uint8Array | null): Column<T> => column(name, 'uuid', (row: T) => OUT.bytes(of(row)));
const text = <T>(name: string, of: (row: T) => string | null): Column<T> => column(name, 'text', (row: T) => OUT.text(of(row)));
/** Decimal text. */
const numeric = <T>(name: string, of: (row: T) => string | null): Column<T> => column(name, 'numeric', (row: T) => OUT.text(of(row)));

/** An event at its place among all. */
export interface SequencedEvent {
  readonly sequence: number;
  readonly event: ProjectedEvent;
}

const isCopied = ({ contentAt = null }: ProjectedEvent): boolean => contentAt === null;

export const EVENT: readonly Column<SequencedEvent>[] = [
  bigint('sequence', (e) => e.sequence),
  bigint('height', ({ event }) => event.height),
  integer('index', ({ event }) => event.index),
  integer('event_index', ({ event }) => event.eventIndex),
  bytea('tx_id', ({ event }) => event.txId),
  text('organization', ({ event }) => event.organization),
  text('member', ({ event }) => event.member),
  text('on_behalf_of', ({ event }) => event.onBehalfOf),
  bigint('record_time_ms', ({ event }) => event.recordTimeMs),
  bigint('event_time_ms', ({ event }) => event.eventTimeMs),
  text('event_id', ({ event }) => event.eventId),
  boolean('event_id_assigned', ({ event }) => event.eventIdAssigned),
  text('type', ({ event }) => event.type),
  text('action', ({ event }) => event.action),
  text('biz_step', ({ event }) => event.bizStep),
  hash('biz_step_hash', ({ event }) => (event.bizStep === null ? null : hashWord(event.bizStep))),
  text('disposition', ({ event }) => event.disposition),
  text('read_point', ({ event }) => event.readPoint),
  text('biz_location', ({ event }) => event.bizLocation),
  text('transformation_id', ({ event }) => event.transformationId),
  boolean('error_declared', ({ event }) => event.errorDeclared),
  bytea('content', ({ event }) => (isCopied(event) ? event.content : null)),
  integer('content_at', ({ event }) => event.contentAt ?? null),
  integer('content_size', ({ event }) => (isCopied(event) ? null : event.content.length)),
  text('context', ({ event }) => event.context)
];

export const CAPTURE: readonly Column<CapturePart>[] = [
  bigint('height', (c) => c.height),
  integer('index', (c) => c.index),
  bytea('tx_id', (c) => c.txId),
  text('organization', (c) => c.organization),
  text('capture_id', (c) => (c.captureId === ownCaptureId(c.txId) ? null : c.captureId)),
  text('behaviour', (c) => c.behaviour),
  text('status', (c) => c.status),
  text('code', (c) => c.code),
  text('detail', (c) => c.detail),
  integer('event_count', (c) => c.eventCount),
  bigint('record_time_ms', (c) => c.recordTimeMs)
];

/** An item of a chunk, once. */
export interface NamedOnce {
  readonly item: string;
  readonly hash: Buffer;
  readonly label: string;
  isClass: boolean;
  isEpc: boolean;
}

/** An event names an item. */
export interface Link {
  readonly sequence: number;
  readonly position: number;
  readonly named: NamedOnce;
  readonly mention: ProjectedItem;
}

export const ITEM: readonly Column<NamedOnce>[] = [
  hash('item_hash', (n) => n.hash),
  text('item', (n) => n.item),
  hash('label_hash', (n) => hashText(n.label)),
  boolean('is_class', (n) => n.isClass),
  boolean('is_epc', (n) => n.isEpc)
];

export const EVENT_ITEM: readonly Column<Link>[] = [
  bigint('sequence', (l) => l.sequence),
  integer('position', (l) => l.position),
  hash('item_hash', (l) => l.named.hash),
  text('role', (l) => l.mention.role),
  numeric('quantity', (l) => l.mention.quantity),
  text('unit', (l) => l.mention.unit)
];

export interface FieldRow {
  readonly sequence: number;
  readonly position: number;
  readonly field: ProjectedField;
}

/** Characters of a text that ordering looks at. */
const ORDERED_CHARACTERS = 200;

export const EVENT_FIELD: readonly Column<FieldRow>[] = [
  bigint('sequence', (f) => f.sequence),
  integer('position', (f) => f.position),
  hash('name_hash', ({ field }) => fieldNameHash(field.name, field.kind)),
  hash('pair_hash', ({ field }) => fieldPairHash(field.name, field)),
  numeric('number', ({ field }) => (field.kind === 'number' || field.kind === 'time' ? field.value : null)),
  text('text', ({ field }) => (field.kind === 'text' ? field.value.slice(0, ORDERED_CHARACTERS) : null))
];

export const VOCABULARY: readonly Column<VocabularyTerm>[] = [
  text('kind', (v) => v.kind),
  hash('value_hash', (v) => hashText(v.value)),
  text('value', (v) => v.value)
];

export const PLACE_LINK: readonly Column<PlaceLink>[] = [
  hash('parent_hash', (p) => hashText(p.parent)),
  hash('child_hash', (p) => hashText(p.child)),
  text('child', (p) => p.child)
];
