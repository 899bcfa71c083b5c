import type { QueryResultRow } from 'pg';
import { hashText, type Statement } from './statement.js';
import type { EventRow } from './projection.types.js';

/** An event as tracing reads it: everything but its text, and what it names. */
export interface ChainEvent extends Omit<EventRow, 'content' | 'context'> {
  readonly items: readonly { readonly role: string; readonly item: string }[];
}

const COLUMNS = [
  ...['sequence', 'height', 'index', 'event_index', "encode(tx_id, 'hex')", 'organization', 'member', 'on_behalf_of'],
  ...['record_time_ms', 'event_time_ms', 'event_id', 'event_id_assigned', 'type', 'action', 'biz_step', 'disposition'],
  ...['read_point', 'biz_location', 'transformation_id', 'error_declared']
];

/**
 * Thousands of events come as three lists in JSON: a row of a result costs the client more than the database. Links
 * carry the rank of their item's hash among all of the answer, so that an item is looked up and sent once. Items are
 * looked up one by one, and keys handed on as arrays, because the planner then goes by the index however many it expects.
 */
const TEXT = `
  WITH hit AS MATERIALIZED (
    SELECT DISTINCT i.sequence FROM unnest($1::bytea[]) AS wanted (hash) CROSS JOIN LATERAL (
      SELECT sequence FROM provenance.event_item WHERE item_hash = wanted.hash LIMIT $3) AS i
    WHERE i.sequence NOT IN (SELECT unnest($2::bigint[])) ORDER BY i.sequence LIMIT $3),
  link AS MATERIALIZED (
    SELECT l.sequence, l.position, l.role, l.item_hash, dense_rank() OVER (ORDER BY l.item_hash) - 1 AS rank
    FROM provenance.event_item l WHERE l.sequence = ANY(ARRAY(SELECT sequence FROM hit)))
  SELECT
    (SELECT json_agg(i.item ORDER BY i.item_hash) FROM provenance.item i
      WHERE i.item_hash = ANY(ARRAY(SELECT DISTINCT item_hash FROM link))) AS items,
    (SELECT json_agg(json_build_array(sequence, role, rank) ORDER BY sequence, position) FROM link) AS links,
    (SELECT json_agg(json_build_array(${COLUMNS.join(', ')}) ORDER BY sequence) FROM provenance.event
      WHERE sequence = ANY(ARRAY(SELECT sequence FROM hit))) AS events`;

/** Events that name one of the items in any role, but those of the sequence numbers; at most `limit`. */
export function chainStatement(items: readonly string[], known: readonly number[], limit: number): Statement {
  return { text: TEXT, values: [items.map(hashText), known, limit] };
}

type Cell = string | number | boolean | null;
type Link = readonly [sequence: number, role: string, rank: number];

export function chainEvents(row: QueryResultRow | undefined): readonly ChainEvent[] {
  const items = (row?.['items'] ?? []) as readonly string[];
  const named = new Map<number, { role: string; item: string }[]>();
  for (const [sequence, role, rank] of (row?.['links'] ?? []) as readonly Link[]) {
    const link = { role, item: items[rank] ?? '' };
    const list = named.get(sequence);
    if (list === undefined) named.set(sequence, [link]);
    else list.push(link);
  }
  return ((row?.['events'] ?? []) as readonly (readonly Cell[])[]).map((cells) => {
    const event = chainEvent(cells);
    return { ...event, items: named.get(event.sequence) ?? [] };
  });
}

const text = (cell: Cell | undefined): string => cell as string;
const number = (cell: Cell | undefined): number => cell as number;
const orNull = (cell: Cell | undefined): string | null => (cell ?? null) as string | null;

/** In the order of {@link COLUMNS}. */
function chainEvent(cells: readonly Cell[]): Omit<ChainEvent, 'items'> {
  return {
    sequence: number(cells[0]),
    height: number(cells[1]),
    index: number(cells[2]),
    eventIndex: number(cells[3]),
    txId: Buffer.from(text(cells[4]), 'hex'),
    organization: text(cells[5]),
    member: text(cells[6]),
    onBehalfOf: orNull(cells[7]),
    recordTimeMs: number(cells[8]),
    eventTimeMs: number(cells[9]),
    eventId: text(cells[10]),
    eventIdAssigned: cells[11] === true,
    type: text(cells[12]),
    action: orNull(cells[13]),
    bizStep: orNull(cells[14]),
    disposition: orNull(cells[15]),
    readPoint: orNull(cells[16]),
    bizLocation: orNull(cells[17]),
    transformationId: orNull(cells[18]),
    errorDeclared: cells[19] === true
  };
}
