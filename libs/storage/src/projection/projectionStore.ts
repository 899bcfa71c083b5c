import pg, { type Pool, type PoolClient, type QueryResultRow } from 'pg';
import { hasId } from '../ledgerStore/chainQueries.js';
import { asStorageFault } from '../ledgerStore/databaseError.js';
import { applyStatement } from './applyStatement.js';
import { ChainReader } from './chainReader.js';
import { countQuery, eventQuery, NARROW_EVENTS, narrowQuery } from './eventQuery.js';
import { askOver, runOver, type RunQuery } from './runQuery.js';
import { StandingStore } from './standingStore.js';
import { hashText, ownCaptureId, storable, type Statement } from './statement.js';
import { VocabularyQueries } from './vocabularyQueries.js';
import type {
  CapturePart,
  EventFilter,
  EventQuery,
  EventRow,
  ProjectedItem,
  ProjectionChunk,
  ProjectionPosition,
  VocabularyTerm
} from './projection.types.js';

/** Two projectors at work on one database, or a projection that was reset under a running one. */
export class ProjectionConflictError extends Error {
  override readonly name = 'ProjectionConflictError';
  readonly code = 'PROJECTION_CONFLICT';
}

export interface ProjectionStoreOptions {
  /** Of the node's role. */
  readonly url: string;
  readonly poolSize?: number;
  readonly onPoolError: (error: Error) => void;
}

/** Everything that can be filled again from the ledger. */
const PROJECTED = ['event_field', 'event_item', 'item', 'event', 'capture', 'vocabulary', 'place_link'] as const;

/** Patience with one question of a client (spec/epcisRest.md 2.6). */
const QUESTION_MS = 10_000;

const number = (value: unknown): number => Number(value);

/** The provenance application's query tables. Reads see only whole chunks; `apply` moves position and rows together. */
export class ProjectionStore {
  private readonly query: RunQuery;
  private readonly ask: RunQuery;
  private readonly write: RunQuery;
  readonly vocabulary: VocabularyQueries;
  readonly standing: StandingStore;

  /** `questions`: connections for what clients ask, with a shorter patience. `writes`: for the projector alone. */
  constructor(
    private readonly pool: Pool,
    private readonly questions: Pool,
    private readonly writes: Pool = pool
  ) {
    this.query = runOver(pool);
    this.write = runOver(writes);
    this.ask = askOver(questions);
    this.vocabulary = new VocabularyQueries(this.ask);
    this.standing = new StandingStore(this.query);
  }

  /** Over connections of its own, so that long queries never wait for, or hold up, the commit of blocks. */
  static open(options: ProjectionStoreOptions): ProjectionStore {
    // The price of a page out of order is that of a disk that turns: with it the planner would read whole tables.
    const open = (name: string, timeoutMs: number, max: number, settings = ''): Pool => {
      const pool = new pg.Pool({
        connectionString: options.url,
        max,
        application_name: name,
        connectionTimeoutMillis: 10_000,
        statement_timeout: timeoutMs,
        query_timeout: timeoutMs + 5_000,
        // Thousands of events of a trace are sorted in memory.
        options: `-c random_page_cost=1.1 -c work_mem=16MB${settings}`,
        keepAlive: true
      });
      // An idle connection that breaks has no query to reject; without a listener it would end the process.
      pool.on('error', options.onPoolError);
      return pool;
    };
    const size = options.poolSize ?? 6;
    return new ProjectionStore(
      open('lading-projection', 30_000, Math.max(2, size >> 1)),
      open('lading-questions', QUESTION_MS, size),
      // Rows and position move together and come from the ledger: what a crash undoes is projected again (spec/ledger.md §8).
      open('lading-projector', 30_000, 1, ' -c synchronous_commit=off')
    );
  }

  async close(): Promise<void> {
    await Promise.all([...new Set([this.pool, this.questions, this.writes])].map((pool) => pool.end()));
  }

  async position(): Promise<ProjectionPosition> {
    const { rows } = await this.query(
      'SELECT next_height, next_index, reflected_height, events FROM provenance.position WHERE id = 1'
    );
    const row = rows[0] as QueryResultRow;
    return {
      nextHeight: number(row.next_height),
      nextIndex: number(row.next_index),
      reflectedHeight: number(row.reflected_height),
      events: number(row.events)
    };
  }

  /** One statement; rejects with PROJECTION_CONFLICT when the stored position is not `chunk.from`. */
  async apply(chunk: ProjectionChunk): Promise<ProjectionPosition> {
    const { name, text, values } = applyStatement(chunk);
    const { rows } = await this.write(text, values, name);
    if ((rows[0] as QueryResultRow).moved !== 1) {
      throw new ProjectionConflictError('the projection moved under this projector');
    }
    const { nextHeight, nextIndex, reflectedHeight } = chunk;
    return { nextHeight, nextIndex, reflectedHeight, events: chunk.from.events + chunk.events.length };
  }

  /** Empties every table; the projector starts over at the first transaction, or at another place. */
  async reset(at: ProjectionPosition = { nextHeight: 1, nextIndex: 0, reflectedHeight: 0, events: 0 }): Promise<void> {
    await this.transaction(async (client) => {
      await client.query(
        'UPDATE provenance.position SET next_height = $1, next_index = $2, reflected_height = $3, events = $4',
        [at.nextHeight, at.nextIndex, at.reflectedHeight, at.events]
      );
      for (const table of PROJECTED)
        await client.query(`DELETE FROM provenance.${table}`);
    });
  }

  async events(query: EventQuery): Promise<readonly EventRow[]> {
    return (await this.narrowEvents(query)) ?? this.askEvents(eventQuery(query));
  }

  /** Null when it is not a question of a time, or of one with too many events. */
  private async narrowEvents(query: EventQuery): Promise<readonly EventRow[] | null> {
    const statement = narrowQuery(query);
    if (statement === null) return null;
    const { rows } = await this.ask(statement.text, statement.values);
    if (number(rows[0]?.['near']) > NARROW_EVENTS) return null;
    return rows.filter((row) => row['sequence'] !== null).map(eventRow);
  }

  private async askEvents({ text, values }: Statement): Promise<readonly EventRow[]> {
    return (await this.ask(text, values)).rows.map(eventRow);
  }

  /** How many events match, or `most` when there are more. */
  async countEvents(filter: EventFilter, most: number): Promise<number> {
    const { text, values } = countQuery(filter, most);
    return (await this.ask(text, values)).rows[0]?.['count'] as number;
  }

  /** Events that name one of the items in any role, in ledger order. */
  async eventsOfItems(items: readonly string[], limit: number): Promise<readonly EventRow[]> {
    return this.events({ order: 'sequence', direction: 'ASC', limit, matches: [{ roles: null, items }] });
  }

  /** Events of items with all that they name, round after round, at most `limit` and one more. */
  chainReader(limit: number): ChainReader {
    return new ChainReader(this.ask, limit);
  }

  async itemsOf(sequences: readonly number[]): Promise<ReadonlyMap<number, readonly Omit<ProjectedItem, 'label'>[]>> {
    const { rows } = await this.query(
      `SELECT l.sequence, l.role, i.item, i.is_class, l.quantity, l.unit FROM provenance.event_item l
       JOIN provenance.item i USING (item_hash) WHERE l.sequence = ANY($1::bigint[]) ORDER BY l.sequence, l.position`,
      [sequences]
    );
    const found = new Map<number, Omit<ProjectedItem, 'label'>[]>();
    for (const row of rows as QueryResultRow[]) {
      const list = found.get(number(row.sequence)) ?? [];
      const { role, item, is_class: isClass, quantity, unit } = row;
      list.push({ role, item, isClass, quantity, unit });
      found.set(number(row.sequence), list);
    }
    return found;
  }

  /** All terms of these kinds. */
  async termsOf(kinds: readonly string[]): Promise<readonly VocabularyTerm[]> {
    const { rows } = await this.ask(
      'SELECT kind, value FROM provenance.vocabulary WHERE kind = ANY($1::text[]) ORDER BY kind, value_hash',
      [kinds]
    );
    return rows as VocabularyTerm[];
  }

  /** Items whose label is exactly this lot, serial or code. */
  async itemsByLabel(label: string, limit: number): Promise<readonly string[]> {
    const { rows } = await this.query('SELECT item FROM provenance.item WHERE label_hash = $1 ORDER BY item LIMIT $2', [
      hashText(label),
      limit
    ]);
    return rows.map((row: QueryResultRow) => row.item as string);
  }

  async hasItem(item: string): Promise<boolean> {
    const { rowCount } = await this.query('SELECT 1 FROM provenance.item WHERE item_hash = $1', [hashText(item)]);
    return rowCount === 1;
  }

  async captureParts(organization: string, captureId: string): Promise<readonly CapturePart[]> {
    const { rows } = await this.query(
      `SELECT * FROM (
         SELECT c.* FROM provenance.capture c
         WHERE hashtextextended(c.capture_id, 0) = hashtextextended($2::text, 0) AND c.capture_id = $2 UNION ALL
         SELECT c.* FROM ledger.outcome o JOIN provenance.capture c ON c.height = o.height AND c.index = o.tx_index
         WHERE ${hasId('$3')} AND c.capture_id IS NULL) AS parts
       WHERE organization = $1 ORDER BY height, index`,
      [organization, storable(captureId), Buffer.from(captureId, 'base64url')]
    );
    return rows.map(capturePart);
  }

  /** Parts of the organization's captures, newest first, strictly before the place. */
  async captures(
    organization: string,
    before: { readonly height: number; readonly index: number } | null,
    limit: number
  ): Promise<readonly CapturePart[]> {
    const { height, index } = before ?? { height: Number.MAX_SAFE_INTEGER, index: 0 };
    const { rows } = await this.query(
      `SELECT * FROM provenance.capture WHERE organization = $1 AND (height, index) < ($2::bigint, $3::integer)
       ORDER BY height DESC, index DESC LIMIT $4`,
      [organization, height, index, limit]
    );
    return rows.map(capturePart);
  }

  private async transaction(work: (client: PoolClient) => Promise<void>): Promise<void> {
    const client = await this.pool.connect().catch((error: unknown) => {
      throw asStorageFault(error);
    });
    try {
      await client.query('BEGIN');
      await work(client);
      await client.query('COMMIT');
    } catch (error) {
      // A connection that cannot even roll back is broken: the pool must not hand it out again.
      const broken = await client.query('ROLLBACK').then(
        () => undefined,
        (cause: unknown) => cause as Error
      );
      client.release(broken);
      throw asStorageFault(error);
    }
    client.release();
  }
}

function eventRow(row: QueryResultRow): EventRow {
  return {
    sequence: number(row.sequence),
    height: number(row.height),
    index: row.index,
    eventIndex: row.event_index,
    txId: row.tx_id,
    organization: row.organization,
    member: row.member,
    onBehalfOf: row.on_behalf_of,
    recordTimeMs: number(row.record_time_ms),
    eventTimeMs: number(row.event_time_ms),
    eventId: row.event_id,
    eventIdAssigned: row.event_id_assigned,
    type: row.type,
    action: row.action,
    bizStep: row.biz_step,
    disposition: row.disposition,
    readPoint: row.read_point,
    bizLocation: row.biz_location,
    transformationId: row.transformation_id,
    errorDeclared: row.error_declared,
    content: row.content,
    context: row.context
  };
}

function capturePart(row: QueryResultRow): CapturePart {
  return {
    height: number(row.height),
    index: row.index,
    txId: row.tx_id,
    organization: row.organization,
    captureId: row.capture_id ?? ownCaptureId(row.tx_id),
    behaviour: row.behaviour,
    status: row.status,
    code: row.code,
    detail: row.detail,
    eventCount: row.event_count,
    recordTimeMs: number(row.record_time_ms)
  };
}
