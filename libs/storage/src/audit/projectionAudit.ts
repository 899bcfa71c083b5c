import pg from 'pg';
import { uuidArray } from '../ledgerStore/binaryArray.js';
import { asStorageFault } from '../ledgerStore/databaseError.js';
import { CAPTURE, EVENT, EVENT_FIELD, EVENT_ITEM, ITEM, PLACE_LINK, VOCABULARY, type Column } from '../projection/applyColumns.js';
import { projectedRows } from '../projection/applyStatement.js';
import { HASH_BYTES } from '../projection/statement.js';
import type { PlaceLink, ProjectionChunk, ProjectionPosition, VocabularyTerm } from '../projection/projection.types.js';

/** One row of a query table that is not what the ledger gives. */
export interface ProjectionFinding {
  /** `provenance.event` and so on. */
  readonly table: string;
  readonly key: string;
  readonly what: string;
}

/** Rows that differ of one table and chunk, at most: one that was emptied would otherwise be listed row by row. */
const LISTED = 200;
const PAGE = 10_000;

interface Compared<T> {
  readonly table: string;
  readonly columns: readonly Column<T>[];
  readonly keys: readonly string[];
  readonly rows: readonly T[];
  /** Condition on the stored rows that the expected ones stand for; its parameters come first. */
  readonly where: string;
  readonly parameters: readonly unknown[];
}

type Shown = Readonly<Record<string, unknown>>;

/** Expected rows against stored ones, both ways, as JSON; nothing is written. */
function differenceQuery<T>({ table, columns, where, parameters }: Compared<T>): string {
  const names = columns.map(({ name }) => name).join(', ');
  const first = parameters.length + 1;
  const arrays = columns.map(({ type }, i) => `$${first + i}::${type === 'numeric' ? 'text' : type}[]`).join(', ');
  const cast = columns.map(({ name, type }) => (type === 'numeric' ? `r.${name}::numeric AS ${name}` : `r.${name}`)).join(', ');
  return `WITH expected AS (SELECT ${cast} FROM unnest(${arrays}) AS r (${names})),
    stored AS (SELECT ${names} FROM provenance.${table} WHERE ${where})
    SELECT true AS is_expected, to_jsonb(x) AS row FROM (SELECT * FROM expected EXCEPT SELECT * FROM stored LIMIT ${LISTED}) x
    UNION ALL
    SELECT false, to_jsonb(x) FROM (SELECT * FROM stored EXCEPT SELECT * FROM expected LIMIT ${LISTED}) x`;
}

/**
 * Compares the query tables with what projecting the ledger gives, chunk after chunk from the first transaction on. Reads
 * only; rows beyond the position that it was opened at are left alone, so it can look while a node goes on.
 */
export class ProjectionAudit {
  readonly #items = new Map<string, boolean>();
  readonly #terms = new Map<string, VocabularyTerm>();
  readonly #places = new Map<string, PlaceLink>();

  private constructor(private readonly pool: pg.Pool) {}

  static open(url: string): ProjectionAudit {
    const pool = new pg.Pool({ connectionString: url, application_name: 'lading-audit', max: 2 });
    pool.on('error', () => undefined);
    return new ProjectionAudit(pool);
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  /** Rows of one chunk, whose events begin at `chunk.from.events`; captures lie within the heights given. */
  async chunk(chunk: ProjectionChunk, heights: { readonly from: number; readonly to: number }): Promise<readonly ProjectionFinding[]> {
    const rows = projectedRows(chunk);
    const sequences = [chunk.from.events, chunk.from.events + chunk.events.length];
    const within = 'sequence >= $1::bigint AND sequence < $2::bigint';
    for (const { hash, isEpc } of rows.items) {
      const key = hash.toString('hex');
      this.#items.set(key, isEpc || this.#items.get(key) === true);
    }
    for (const term of rows.terms) this.#terms.set(`${term.kind} ${term.value}`, term);
    for (const place of rows.places) this.#places.set(`${place.parent} ${place.child}`, place);
    const own = { where: within, parameters: sequences };
    const keys = ['sequence', 'position'];
    return [
      ...(await this.#compare({ table: 'event', columns: EVENT, keys: ['sequence'], rows: rows.events, ...own })),
      ...(await this.#compare({ table: 'event_item', columns: EVENT_ITEM, keys, rows: rows.links, ...own })),
      ...(await this.#compare({ table: 'event_field', columns: EVENT_FIELD, keys, rows: rows.fields, ...own })),
      ...(await this.#compare({
        ...{ table: 'capture', columns: CAPTURE, keys: ['height', 'index'], rows: chunk.captures },
        ...{ where: 'height BETWEEN $1::bigint AND $2::bigint', parameters: [heights.from, heights.to] }
      })),
      ...(await this.#compare({
        // Whether an item is an EPC can change with later events: that is compared at the end.
        ...{ table: 'item', columns: ITEM.filter(({ name }) => name !== 'is_epc'), keys: ['item'], rows: rows.items },
        ...{ where: 'item_hash = ANY ($1::uuid[])', parameters: [uuidArray(rows.items.map(({ hash }) => hash))] }
      }))
    ];
  }

  /** What only the whole ledger decides: terms, places, items that no event names, rows beyond the last event. */
  async finish(total: Pick<ProjectionPosition, 'events'>, position: ProjectionPosition): Promise<readonly ProjectionFinding[]> {
    const whole = { where: 'true', parameters: [] };
    const [terms, places] = [[...this.#terms.values()], [...this.#places.values()]];
    const findings: ProjectionFinding[] = [
      ...(await this.#compare({ table: 'vocabulary', columns: VOCABULARY, keys: ['kind', 'value'], rows: terms, ...whole })),
      ...(await this.#compare({ table: 'place_link', columns: PLACE_LINK, keys: ['child'], rows: places, ...whole })),
      ...(await this.#itemFindings())
    ];
    if (position.events !== total.events) {
      const what = `events is ${position.events}; the ledger up to its place gives ${total.events}`;
      findings.push({ table: 'provenance.position', key: '1', what });
    }
    for (const table of ['event', 'event_item', 'event_field']) {
      const text = `SELECT sequence FROM provenance.${table} WHERE sequence < 0 OR sequence >= $1 ORDER BY sequence LIMIT ${LISTED}`;
      for (const { sequence } of await this.#rows<{ sequence: string }>(text, [Math.max(total.events, position.events)])) {
        findings.push({ table: `provenance.${table}`, key: sequence, what: 'no event of the ledger gives it' });
      }
    }
    return findings;
  }

  async #itemFindings(): Promise<readonly ProjectionFinding[]> {
    const findings: ProjectionFinding[] = [];
    for (let after: Buffer = Buffer.alloc(HASH_BYTES); findings.length < LISTED; ) {
      const text = `SELECT uuid_send(item_hash) AS item_hash, item, is_epc FROM provenance.item i
        WHERE i.item_hash > $1 ORDER BY i.item_hash LIMIT $2`;
      const rows = await this.#rows<{ item_hash: Buffer; item: string; is_epc: boolean }>(text, [after, PAGE]);
      const last = rows.at(-1);
      if (last === undefined) return findings;
      for (const row of rows) {
        const expected = this.#items.get(row.item_hash.toString('hex'));
        if (expected === row.is_epc) continue;
        const what = expected === undefined ? 'no event of the ledger names it' : 'is_epc differs from what the ledger gives';
        findings.push({ table: 'provenance.item', key: row.item, what });
      }
      after = last.item_hash;
    }
    return findings;
  }

  async #compare<T>(compared: Compared<T>): Promise<readonly ProjectionFinding[]> {
    const { table, columns, keys, rows, parameters } = compared;
    const values = [...parameters, ...columns.map(({ array }) => array(rows))];
    const found = await this.#rows<{ is_expected: boolean; row: Shown }>(differenceQuery(compared), values);
    const keyOf = (row: Shown): string => keys.map((key) => String(row[key])).join('/');
    const stored = new Map(found.filter((one) => !one.is_expected).map(({ row }) => [keyOf(row), row]));
    const findings: ProjectionFinding[] = [];
    const note = (key: string, what: string): void => void findings.push({ table: `provenance.${table}`, key, what });
    for (const { is_expected: isExpected, row } of found) {
      if (!isExpected) continue;
      const key = keyOf(row);
      const other = stored.get(key);
      stored.delete(key);
      note(key, other === undefined ? 'row is missing' : `${differing(row, other).join(', ')} differs from what the ledger gives`);
    }
    for (const key of stored.keys()) note(key, 'no event of the ledger gives it');
    return findings;
  }

  async #rows<T>(text: string, values: readonly unknown[]): Promise<readonly T[]> {
    try {
      return (await this.pool.query(text, [...values])).rows as T[];
    } catch (error) {
      throw asStorageFault(error);
    }
  }
}

const differing = (one: Shown, other: Shown): string[] =>
  Object.keys(one).filter((name) => JSON.stringify(one[name]) !== JSON.stringify(other[name]));
