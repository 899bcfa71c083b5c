import { uuidArray } from '../ledgerStore/binaryArray.js';
import { encodedAt } from '../ledgerStore/transactionPacks.js';
import { hasValue, isNamed } from './fieldValues.js';
import { matchCondition } from './itemSource.js';
import { fieldNameHash, hashText, storable, type Statement } from './statement.js';
import type { EventFilter, EventQuery, FieldCondition } from './projection.types.js';

/** Of a transaction that holds little else, its own bytes are the only copy. */
const CONTENT = `coalesce(e.content,
    substring(${encodedAt('e.height', 'e.index')} FROM e.content_at + 1 FOR e.content_size))`;

const EVENT_SELECT = `SELECT e.sequence, e.height, e.index, e.event_index, e.tx_id, e.organization, e.member,
  e.on_behalf_of, e.record_time_ms, e.event_time_ms, e.event_id, e.event_id_assigned, e.type, e.action, e.biz_step,
  e.disposition, e.read_point, e.biz_location, e.transformation_id, e.error_declared, ${CONTENT} AS content, e.context
  FROM provenance.event e`;

type Bind = (value: unknown) => string;

/** SQL of a query. Every value is a bound parameter; text that comes from a request never becomes SQL. */
export function eventQuery(query: EventQuery): Statement {
  const values: unknown[] = [];
  const bind: Bind = (value) => `$${values.push(value)}`;
  return { text: bounded(orderedQuery(query, [], bind), query.limitBytes, bind), values };
}

function orderedQuery(query: EventQuery, within: readonly string[], bind: Bind): string {
  const conditions = [...conditionsOf(query, bind), ...within];
  if (typeof query.order === 'object') {
    const { field } = query.order;
    return `${EVENT_SELECT} ${fieldJoin(field, bind)}${where(conditions)}
      ORDER BY o.number ${query.direction} NULLS LAST, o.text COLLATE "C" ${query.direction} NULLS LAST, e.sequence
      LIMIT ${bind(query.limit)} OFFSET ${bind(query.after?.[0] ?? 0)}`;
  }
  const keys = query.order === 'sequence' ? ['e.sequence'] : ['e.event_time_ms', 'e.sequence'];
  if (query.after !== undefined) conditions.push(beyond(query, keys, query.after, bind));
  const order = keys.map((key) => `${key} ${query.direction}`).join(', ');
  return `${EVENT_SELECT}${where(conditions)} ORDER BY ${order} LIMIT ${bind(query.limit)}`;
}

/** What comes behind the last row already seen. */
function beyond({ direction }: EventQuery, keys: readonly string[], after: readonly number[], bind: Bind): string {
  const bound = after.map((value) => `${bind(value)}::bigint`).join(', ');
  return `(${keys.join(', ')}) ${direction === 'ASC' ? '>' : '<'} (${bound})`;
}

/** Sizes are known without reading the contents, so what is beyond the limit never leaves the database. */
function bounded(ordered: string, limitBytes: number | undefined, bind: Bind): string {
  if (limitBytes === undefined) return ordered;
  return `SELECT * FROM (SELECT q.*, sum(octet_length(q.content)) OVER (ROWS UNBOUNDED PRECEDING) - octet_length(q.content)
    AS before FROM (${ordered}) AS q) AS sized WHERE before < ${bind(limitBytes)}`;
}

/** Events of a span of time that are looked up rather than met in the order of the ledger. */
export const NARROW_EVENTS = 20_000;

/**
 * A query whose events are looked for by their time, in the index alone, before their order: null when it asks for another
 * order, any time, or things that are few themselves. The planner cannot know that events of one time stand together in
 * the ledger: left alone it reads all that were recorded before them. Every row has as `near` how many events are of the
 * time, counted to one more than {@link NARROW_EVENTS}; with more there is one row of nulls, and as many without any.
 */
export function narrowQuery(query: EventQuery): Statement | null {
  if (query.order !== 'sequence' || query.eventIds !== undefined) return null;
  if ((query.matches ?? []).length > 0 || (query.fields ?? []).length > 0) return null;
  if (query.eventTimeFromMs === undefined && query.eventTimeBeforeMs === undefined) return null;
  const values: unknown[] = [];
  const bind: Bind = (value) => `$${values.push(value)}`;
  const near = `SELECT n.sequence${ofTime(query, bind)} LIMIT ${NARROW_EVENTS + 1}`;
  const few = `(SELECT near FROM found) <= ${NARROW_EVENTS}`;
  const page = orderedQuery(query, [few, `e.sequence = ANY(ARRAY(${candidates(query, bind)}))`], bind);
  return {
    text: `WITH near AS MATERIALIZED (${near}),
      found AS MATERIALIZED (SELECT count(*)::integer AS near FROM near)
      SELECT found.near, page.* FROM found LEFT JOIN (${bounded(page, query.limitBytes, bind)}) AS page ON true
      ORDER BY page.sequence ${query.direction}`,
    values
  };
}

/** Of the events near in time those that can be on the page: no more than it has, when the index has answered all else. */
function candidates(query: EventQuery, bind: Bind): string {
  const { actions, errorDeclared, recordTimeFromMs, recordTimeBeforeMs, types, bizSteps, fromSequence, beforeSequence } = query;
  const others = [actions, errorDeclared, recordTimeFromMs, recordTimeBeforeMs, bizSteps === undefined ? types : undefined];
  if (others.some((condition) => condition !== undefined)) return 'SELECT sequence FROM near';
  const conditions: string[] = [];
  if (fromSequence !== undefined) conditions.push(`sequence >= ${bind(fromSequence)}::bigint`);
  if (beforeSequence !== undefined) conditions.push(`sequence < ${bind(beforeSequence)}::bigint`);
  if (query.after !== undefined) conditions.push(beyond(query, ['sequence'], query.after, bind));
  return `SELECT sequence FROM near${where(conditions)} ORDER BY sequence ${query.direction} LIMIT ${bind(query.limit)}`;
}

/** Conditions that an index answers by itself: time, and with steps also steps and types. */
function ofTime(filter: EventFilter, bind: Bind): string {
  const { eventTimeFromMs, eventTimeBeforeMs, bizSteps, types } = filter;
  const times = {
    ...(eventTimeFromMs === undefined ? {} : { eventTimeFromMs }),
    ...(eventTimeBeforeMs === undefined ? {} : { eventTimeBeforeMs })
  };
  const steps = bizSteps === undefined ? {} : { bizSteps, ...(types === undefined ? {} : { types }) };
  return ` FROM provenance.event n${where(conditionsOf({ ...times, ...steps }, bind, 'n'))}`;
}

/** How many events match, counted to `most` at most. */
export function countQuery(filter: EventFilter, most: number): Statement {
  const values: unknown[] = [];
  const bind: Bind = (value) => `$${values.push(value)}`;
  const matching = `SELECT FROM provenance.event e${where(conditionsOf(filter, bind))} LIMIT ${bind(most)}`;
  return { text: `SELECT count(*)::integer AS count FROM (${matching}) AS matching`, values };
}

const where = (conditions: readonly string[]): string =>
  conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;

function conditionsOf(filter: EventFilter, bind: Bind, table = 'e'): string[] {
  const conditions: string[] = [];
  const anyOf = (column: string, type: string, accepted: readonly unknown[] | undefined): void => {
    if (accepted !== undefined) conditions.push(`${column} = ANY(${bind(accepted)}::${type}[])`);
  };
  const anyOfTexts = (column: string, accepted: readonly string[] | undefined): void => {
    if (accepted !== undefined) conditions.push(`${column} = ANY(${bind(uuidArray(accepted.map(hashText)))}::uuid[])`);
  };
  const range = (column: string, operator: string, bound: number | undefined): void => {
    if (bound !== undefined) conditions.push(`${column} ${operator} ${bind(bound)}::bigint`);
  };
  anyOf(`${table}.type`, 'text', filter.types);
  anyOf(`${table}.action`, 'text', filter.actions);
  anyOfTexts(`${table}.biz_step_hash`, filter.bizSteps);
  if (filter.eventIds !== undefined) conditions.push(hasText(`${table}.event_id`, filter.eventIds, bind));
  if (filter.errorDeclared !== undefined) conditions.push(`${filter.errorDeclared ? '' : 'NOT '}${table}.error_declared`);
  range(`${table}.event_time_ms`, '>=', filter.eventTimeFromMs);
  range(`${table}.event_time_ms`, '<', filter.eventTimeBeforeMs);
  range(`${table}.record_time_ms`, '>=', filter.recordTimeFromMs);
  range(`${table}.record_time_ms`, '<', filter.recordTimeBeforeMs);
  range(`${table}.sequence`, '>=', filter.fromSequence);
  range(`${table}.sequence`, '<', filter.beforeSequence);
  for (const match of filter.matches ?? []) conditions.push(matchCondition(match, bind));
  for (const field of filter.fields ?? []) {
    conditions.push(`e.sequence IN (SELECT f.sequence FROM provenance.event_field f WHERE ${fieldCondition(field, bind)})`);
  }
  return conditions;
}

/** That a text is one of these, of any length, by an index of 64 bits; what only has the same 64 bits is left out. */
function hasText(column: string, texts: readonly string[], bind: Bind): string {
  const given = `${bind(texts.map(storable))}::text[]`;
  return `(hashtextextended(${column}, 0) = ANY(ARRAY(SELECT hashtextextended(g, 0) FROM unnest(${given}) AS g))
    AND ${column} = ANY(${given}))`;
}

function fieldCondition(field: FieldCondition, bind: Bind): string {
  if (field.kind === 'equals') return hasValue(field.names, field.values, bind);
  if (field.kind === 'exists') return isNamed(field.names, bind);
  const names = field.names.map((name) => fieldNameHash(name, field.value.kind));
  return `f.name_hash = ANY(${bind(uuidArray(names))}::uuid[]) AND f.number ${field.operator} ${bind(field.value.value)}::numeric`;
}

/** The first value of the field, which the answer is ordered by. */
function fieldJoin(names: readonly string[], bind: Bind): string {
  return `LEFT JOIN LATERAL (SELECT f.number, f.text FROM provenance.event_field f WHERE f.sequence = e.sequence
    AND ${isNamed(names, bind)} AND f.pair_hash IS NOT NULL
    ORDER BY f.position LIMIT 1) AS o ON true`;
}
