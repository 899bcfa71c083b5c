import type { QueryResultRow } from 'pg';
import { int8Array, uuidArray } from '../ledgerStore/binaryArray.js';
import type { EventRow } from './projection.types.js';
import { HASH_BYTES, type Statement } from './statement.js';

/** An event as tracing reads it: everything but its text, and what it names. */
export interface ChainEvent extends Omit<EventRow, 'content' | 'context' | 'eventIdAssigned' | 'transformationId'> {
  readonly items: readonly { readonly role: string; readonly uri: string }[];
}

const COLUMNS = [
  ...['sequence', 'height', 'index', 'event_index', 'organization', 'member', 'on_behalf_of'],
  ...['record_time_ms', 'event_time_ms', 'event_id', 'type', 'action', 'biz_step', 'disposition'],
  ...['read_point', 'biz_location', 'error_declared']
] as const;
const TX_ID_BYTES = 32;

/**
 * Thousands of events come as one list a column: building rows, here and there, costs more than finding them. Items come as
 * hashes, because whoever asks knows most of them already. They are looked up one by one, and keys handed on as arrays,
 * because the planner then goes by the index however many it expects.
 */
const EVENTS_OF = `
  WITH hit AS MATERIALIZED (
    SELECT DISTINCT i.sequence FROM unnest($1::uuid[]) AS wanted (hash) CROSS JOIN LATERAL (
      SELECT sequence FROM provenance.event_item WHERE item_hash = wanted.hash LIMIT $3) AS i
    WHERE i.sequence NOT IN (SELECT unnest($2::bigint[])) ORDER BY i.sequence LIMIT $3)
  SELECT * FROM (
    SELECT json_agg(l.sequence) AS linked, json_agg(l.role) AS roles, string_agg(uuid_send(l.item_hash), '') AS hashes FROM (
      SELECT sequence, role, item_hash FROM provenance.event_item
      WHERE sequence = ANY(ARRAY(SELECT sequence FROM hit)) ORDER BY sequence, position) AS l) AS links
  CROSS JOIN (
    SELECT string_agg(e.tx_id, '') AS tx_ids, ${COLUMNS.map((name) => `json_agg(e.${name}) AS ${name}`).join(', ')} FROM (
      SELECT tx_id, ${COLUMNS.join(', ')} FROM provenance.event
      WHERE sequence = ANY(ARRAY(SELECT sequence FROM hit)) ORDER BY sequence) AS e) AS events`;

/** Events that name one of the items in any role, but those of the sequence numbers; at most `limit`. */
export const eventsOfStatement = (hashes: readonly Uint8Array[], known: readonly number[], limit: number): Statement => {
  return { text: EVENTS_OF, values: [uuidArray(hashes), int8Array(known), limit] };
};

/** Texts of items by their hashes. */
export const itemsStatement = (hashes: readonly Uint8Array[]): Statement => ({
  text: `SELECT json_agg(i.item) AS items, string_agg(uuid_send(i.item_hash), '') AS hashes FROM provenance.item i
    WHERE i.item_hash = ANY($1::uuid[])`,
  values: [uuidArray(hashes)]
});

/** The n-th hash of many in a row. */
const hashAt = (hashes: Buffer, n: number): string => hashes.toString('latin1', n * HASH_BYTES, (n + 1) * HASH_BYTES);

type Cell = string | number | boolean | null;
type Columns = QueryResultRow | undefined;

const column = <T extends Cell>(row: Columns, name: string): readonly T[] => (row?.[name] ?? []) as readonly T[];

/** Hashes of all that the events name, one after another. */
export function linkedHashes(row: Columns): readonly string[] {
  const hashes = row?.['hashes'] as Buffer | null | undefined;
  return Array.from({ length: (hashes?.length ?? 0) / HASH_BYTES }, (_, n) => hashAt(hashes as Buffer, n));
}

/** In ledger order. `uris`: of {@link linkedHashes}. */
export function chainEvents(row: Columns, uris: readonly string[]): readonly ChainEvent[] {
  const [linked, roles] = [column<number>(row, 'linked'), column<string>(row, 'roles')];
  const txIds = row?.['tx_ids'] as Buffer;
  const columns = COLUMNS.map((name) => column<Cell>(row, name));
  let link = 0;
  return column<number>(row, 'sequence').map((sequence, n) => {
    const items: { role: string; uri: string }[] = [];
    for (; linked[link] === sequence; link++) items.push({ role: roles[link] ?? '', uri: uris[link] ?? '' });
    return chainEvent(columns, n, txIds.subarray(n * TX_ID_BYTES, (n + 1) * TX_ID_BYTES), items);
  });
}

const text = (cell: Cell | undefined): string => cell as string;
const number = (cell: Cell | undefined): number => cell as number;
const orNull = (cell: Cell | undefined): string | null => (cell ?? null) as string | null;

/** In the order of {@link COLUMNS}. */
const chainEvent = (
  columns: readonly (readonly Cell[])[],
  n: number,
  txId: Uint8Array,
  items: ChainEvent['items']
): ChainEvent => ({
  sequence: number(columns[0]?.[n]),
  height: number(columns[1]?.[n]),
  index: number(columns[2]?.[n]),
  eventIndex: number(columns[3]?.[n]),
  organization: text(columns[4]?.[n]),
  member: text(columns[5]?.[n]),
  onBehalfOf: orNull(columns[6]?.[n]),
  recordTimeMs: number(columns[7]?.[n]),
  eventTimeMs: number(columns[8]?.[n]),
  eventId: text(columns[9]?.[n]),
  type: text(columns[10]?.[n]),
  action: orNull(columns[11]?.[n]),
  bizStep: orNull(columns[12]?.[n]),
  disposition: orNull(columns[13]?.[n]),
  readPoint: orNull(columns[14]?.[n]),
  bizLocation: orNull(columns[15]?.[n]),
  errorDeclared: columns[16]?.[n] === true,
  txId,
  items
});
