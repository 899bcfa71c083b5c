import { boolArray, byteaArray, int4Array, int8Array, textArray, uuidArray } from '../ledgerStore/binaryArray.js';
import { fieldNameHash, fieldPairHash, hashText, hashWord, ownCaptureId, storable } from './statement.js';
import type { CapturePart, PlaceLink, ProjectedEvent, ProjectedField, VocabularyTerm } from './projection.types.js';

export interface Column<T> {
  readonly name: string;
  /** Element type of the parameter. */
  readonly type: 'bigint' | 'integer' | 'boolean' | 'text' | 'bytea' | 'uuid' | 'numeric';
  readonly array: (rows: readonly T[]) => Buffer;
}

const bigint = <T>(name: string, of: (row: T) => number): Column<T> => {
  return { name, type: 'bigint', array: (rows) => int8Array(rows.map(of)) };
};
const integer = <T>(name: string, of: (row: T) => number | null): Column<T> => {
  return { name, type: 'integer', array: (rows) => int4Array(rows.map(of)) };
};
const boolean = <T>(name: string, of: (row: T) => boolean): Column<T> => {
  return { name, type: 'boolean', array: (rows) => boolArray(rows.map(of)) };
};
const bytea = <T>(name: string, of: (row: T) => Uint8Array | null): Column<T> => {
  return { name, type: 'bytea', array: (rows) => byteaArray(rows.map(of)) };
};
const storableOrNull = (value: string | null): string | null => (value === null ? null : storable(value));
const hash = <T>(name: string, of: (row: T) => Uint8Array | null): Column<T> => {
  return { name, type: 'uuid', array: (rows) => uuidArray(rows.map(of)) };
};
const text = <T>(name: string, of: (row: T) => string | null): Column<T> => {
  return { name, type: 'text', array: (rows) => textArray(rows.map((row) => storableOrNull(of(row)))) };
};
/** Decimal text. */
const numeric = <T>(name: string, of: (row: T) => string | null): Column<T> => ({ ...text(name, of), type: 'numeric' });

export type SequencedEvent = ProjectedEvent & { readonly sequence: number };

const isCopied = ({ contentAt = null }: ProjectedEvent): boolean => contentAt === null;

export const EVENT: readonly Column<SequencedEvent>[] = [
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
  boolean('event_id_assigned', (e) => e.eventIdAssigned),
  text('type', (e) => e.type),
  text('action', (e) => e.action),
  text('biz_step', (e) => e.bizStep),
  hash('biz_step_hash', (e) => (e.bizStep === null ? null : hashWord(e.bizStep))),
  text('disposition', (e) => e.disposition),
  text('read_point', (e) => e.readPoint),
  text('biz_location', (e) => e.bizLocation),
  text('transformation_id', (e) => e.transformationId),
  boolean('error_declared', (e) => e.errorDeclared),
  bytea('content', (e) => (isCopied(e) ? e.content : null)),
  integer('content_at', (e) => e.contentAt ?? null),
  integer('content_size', (e) => (isCopied(e) ? null : e.content.length)),
  text('context', (e) => e.context)
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

export interface Link {
  readonly sequence: number;
  readonly position: number;
  readonly hash: Buffer;
  readonly item: string;
  readonly label: string;
  readonly isClass: boolean;
  readonly isEpc: boolean;
  readonly role: string;
  readonly quantity: string | null;
  readonly unit: string | null;
}

export const ITEM: readonly Column<Link>[] = [
  hash('item_hash', (l) => l.hash),
  text('item', (l) => l.item),
  hash('label_hash', (l) => hashText(l.label)),
  boolean('is_class', (l) => l.isClass),
  boolean('is_epc', (l) => l.isEpc)
];

export const EVENT_ITEM: readonly Column<Link>[] = [
  bigint('sequence', (l) => l.sequence),
  integer('position', (l) => l.position),
  hash('item_hash', (l) => l.hash),
  text('role', (l) => l.role),
  numeric('quantity', (l) => l.quantity),
  text('unit', (l) => l.unit)
];

export interface FieldRow extends ProjectedField {
  readonly sequence: number;
  readonly position: number;
}

/** Characters of a text that ordering looks at. */
const ORDERED_CHARACTERS = 200;

export const EVENT_FIELD: readonly Column<FieldRow>[] = [
  bigint('sequence', (f) => f.sequence),
  integer('position', (f) => f.position),
  hash('name_hash', (f) => fieldNameHash(f.name, f.kind)),
  hash('pair_hash', (f) => fieldPairHash(f.name, f)),
  numeric('number', (f) => (f.kind === 'number' || f.kind === 'time' ? f.value : null)),
  text('text', (f) => (f.kind === 'text' ? f.value.slice(0, ORDERED_CHARACTERS) : null))
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
