import type { QueryResultRow } from 'pg';
import type { RunQuery } from './runQuery.js';
import type { NamedQueryRow, SubscriptionProgress, SubscriptionRow } from './standing.types.js';

const number = (value: unknown): number => Number(value);
const orNull = (value: unknown): number | null => (value === null ? null : Number(value));

const SUBSCRIPTION = `SELECT s.*, q.definition FROM provenance.subscription s
  JOIN provenance.named_query q ON q.organization = s.organization AND q.name = s.query`;

/** Named queries, subscriptions and settings: what clients leave with a node and expect to find again. */
export class StandingStore {
  constructor(private readonly query: RunQuery) {}

  /** False when the organization has a query of this name. */
  async addQuery({ organization, name, definition, member, createdMs }: NamedQueryRow): Promise<boolean> {
    const { rowCount } = await this.query(
      'INSERT INTO provenance.named_query VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING',
      [organization, name, definition, member, createdMs]
    );
    return rowCount === 1;
  }

  async findQuery(organization: string, name: string): Promise<NamedQueryRow | null> {
    const text = 'SELECT * FROM provenance.named_query WHERE organization = $1 AND name = $2';
    const row = (await this.query(text, [organization, name])).rows[0];
    return row === undefined ? null : queryRow(row);
  }

  /** In the order of their names, after the given one. */
  async queries(organization: string, after: string, limit: number): Promise<readonly NamedQueryRow[]> {
    const { rows } = await this.query(
      `SELECT * FROM provenance.named_query WHERE organization = $1 AND name COLLATE "C" > $2
       ORDER BY name COLLATE "C" LIMIT $3`,
      [organization, after, limit]
    );
    return rows.map(queryRow);
  }

  /** The query and its subscriptions; false when there is none. */
  async removeQuery(organization: string, name: string): Promise<boolean> {
    const { rowCount } = await this.query(
      `WITH gone AS (DELETE FROM provenance.subscription WHERE organization = $1 AND query = $2)
       DELETE FROM provenance.named_query WHERE organization = $1 AND name = $2`,
      [organization, name]
    );
    return rowCount === 1;
  }

  async count(table: 'named_query' | 'subscription', organization: string): Promise<number> {
    const text = `SELECT count(*) AS count FROM provenance.${table} WHERE organization = $1`;
    return number((await this.query(text, [organization])).rows[0]?.['count']);
  }

  async addSubscription(row: SubscriptionRow): Promise<void> {
    await this.query(
      `INSERT INTO provenance.subscription VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
      [
        ...[row.id, row.organization, row.query, row.target, row.signatureToken, row.epcFormat, row.schedule],
        ...[row.reportIfEmpty, row.initialRecordTimeMs, row.createdMs, row.nextSequence, row.lastRunMs],
        ...[row.lastNotifiedMs, row.failures, row.retryMs]
      ]
    );
  }

  /** Every subscription of the node, for the one that runs them. */
  async allSubscriptions(): Promise<readonly SubscriptionRow[]> {
    return (await this.query(`${SUBSCRIPTION} ORDER BY s.created_ms, s.id`)).rows.map(subscriptionRow);
  }

  async subscriptions(organization: string, query: string, after: string, limit: number): Promise<readonly SubscriptionRow[]> {
    const { rows } = await this.query(
      `${SUBSCRIPTION} WHERE s.organization = $1 AND s.query = $2 AND s.id COLLATE "C" > $3
       ORDER BY s.id COLLATE "C" LIMIT $4`,
      [organization, query, after, limit]
    );
    return rows.map(subscriptionRow);
  }

  async findSubscription(organization: string, query: string, id: string): Promise<SubscriptionRow | null> {
    const text = `${SUBSCRIPTION} WHERE s.organization = $1 AND s.query = $2 AND s.id = $3`;
    const row = (await this.query(text, [organization, query, id])).rows[0];
    return row === undefined ? null : subscriptionRow(row);
  }

  async removeSubscription(organization: string, query: string, id: string): Promise<boolean> {
    const text = 'DELETE FROM provenance.subscription WHERE organization = $1 AND query = $2 AND id = $3';
    return (await this.query(text, [organization, query, id])).rowCount === 1;
  }

  async moveSubscription(id: string, progress: SubscriptionProgress): Promise<void> {
    const { nextSequence, lastRunMs, lastNotifiedMs, failures, retryMs } = progress;
    await this.query(
      `UPDATE provenance.subscription SET next_sequence = $2, last_run_ms = $3, last_notified_ms = $4, failures = $5,
       retry_ms = $6 WHERE id = $1`,
      [id, nextSequence, lastRunMs, lastNotifiedMs, failures, retryMs]
    );
  }

  /** The setting's value: the one given when there was none. */
  async setting(name: string, initial: Uint8Array): Promise<Uint8Array> {
    await this.query('INSERT INTO provenance.setting VALUES ($1, $2) ON CONFLICT DO NOTHING', [name, initial]);
    const { rows } = await this.query('SELECT value FROM provenance.setting WHERE name = $1', [name]);
    return new Uint8Array(rows[0]?.['value'] as Buffer);
  }

  /** Replaces the setting's value; false when it is not, or no longer, `from`. */
  async moveSetting(name: string, from: Uint8Array, to: Uint8Array): Promise<boolean> {
    const text = 'UPDATE provenance.setting SET value = $3 WHERE name = $1 AND value = $2';
    return (await this.query(text, [name, from, to])).rowCount === 1;
  }
}

function queryRow(row: QueryResultRow): NamedQueryRow {
  const { organization, name, definition, member } = row;
  return { organization, name, definition, member, createdMs: number(row['created_ms']) };
}

function subscriptionRow(row: QueryResultRow): SubscriptionRow {
  const { id, organization, query, target, schedule, definition, failures } = row;
  return {
    ...{ id, organization, query, target, schedule, definition, failures },
    signatureToken: row['signature_token'],
    epcFormat: row['epc_format'],
    reportIfEmpty: row['report_if_empty'],
    initialRecordTimeMs: orNull(row['initial_record_time_ms']),
    createdMs: number(row['created_ms']),
    nextSequence: number(row['next_sequence']),
    lastRunMs: number(row['last_run_ms']),
    lastNotifiedMs: orNull(row['last_notified_ms']),
    retryMs: orNull(row['retry_ms'])
  };
}
