import { hashText, type Statement } from './statement.js';
import type { EventQuery } from './projection.types.js';

export const EVENT_SELECT = `SELECT e.sequence, e.height, e.index, e.event_index, e.tx_id, e.organization, e.member,
  e.on_behalf_of, e.record_time_ms, e.event_time_ms, e.event_id, e.event_id_assigned, e.type, e.action, e.biz_step,
  e.disposition, e.read_point, e.biz_location, e.transformation_id, e.error_declared, e.content, e.context
  FROM provenance.event e`;

/** SQL of a query. Every value is a bound parameter; text that comes from a request never becomes SQL. */
export function eventQuery(query: EventQuery): Statement {
  const values: unknown[] = [];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const conditions: string[] = [];
  const anyOf = (column: string, type: string, accepted: readonly unknown[] | undefined): void => {
    if (accepted !== undefined) conditions.push(`${column} = ANY(${bind(accepted)}::${type}[])`);
  };
  const range = (column: string, operator: string, bound: number | undefined): void => {
    if (bound !== undefined) conditions.push(`${column} ${operator} ${bind(bound)}::bigint`);
  };
  anyOf('e.type', 'text', query.types);
  anyOf('e.action', 'text', query.actions);
  anyOf('e.biz_step_hash', 'bytea', query.bizSteps?.map(hashText));
  anyOf('e.disposition', 'text', query.dispositions);
  anyOf('e.read_point', 'text', query.readPoints);
  anyOf('e.biz_location', 'text', query.bizLocations);
  anyOf('e.event_id_hash', 'bytea', query.eventIds?.map(hashText));
  anyOf('e.transformation_id', 'text', query.transformationIds);
  if (query.errorDeclared !== undefined) conditions.push(`e.error_declared = ${bind(query.errorDeclared)}`);
  range('e.event_time_ms', '>=', query.eventTimeFromMs);
  range('e.event_time_ms', '<', query.eventTimeBeforeMs);
  range('e.record_time_ms', '>=', query.recordTimeFromMs);
  range('e.record_time_ms', '<', query.recordTimeBeforeMs);
  for (const match of query.matches ?? []) {
    const roles = match.roles === null ? '' : ` AND i.role = ANY(${bind(match.roles)}::text[])`;
    const hashes = bind(match.items.map(hashText));
    conditions.push(
      'e.sequence IN (SELECT i.sequence FROM provenance.event_item i ' +
        `WHERE i.item_hash = ANY(${hashes}::bytea[])${roles})`
    );
  }
  const keys = query.order === 'sequence' ? ['e.sequence'] : ['e.event_time_ms', 'e.sequence'];
  if (query.after !== undefined) {
    const beyond = query.direction === 'ASC' ? '>' : '<';
    const bound = query.after.map((value) => `${bind(value)}::bigint`).join(', ');
    conditions.push(`(${keys.join(', ')}) ${beyond} (${bound})`);
  }
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  const order = keys.map((key) => `${key} ${query.direction}`).join(', ');
  return { text: `${EVENT_SELECT}${where} ORDER BY ${order} LIMIT ${bind(query.limit)}`, values };
}
