import type pg from 'pg';
import { createDataSource } from './dataSource.js';
import { withClient } from './provision.js';

/** Any constant will do; advisory locks are per database. */
const MIGRATION_LOCK = 0x4c414447;

export interface MigrationReport {
  /** Names of the migrations that ran now, in order. */
  readonly applied: readonly string[];
}

/**
 * Brings the schema up to date as the database's owner, then grants the node's role what it needs. A step of its own,
 * never part of a node's start; concurrent runs wait for each other. The node's role is taken from the owner's name
 * (`x_owner` → `x_node`); an owner with another name gets no second role.
 */
export async function runMigrations(ownerUrl: string): Promise<MigrationReport> {
  return withClient(ownerUrl, async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await client.query('CREATE SCHEMA IF NOT EXISTS ledger');
    await client.query('CREATE SCHEMA IF NOT EXISTS provenance');
    const { applied, isUpgrade } = await migrate(ownerUrl);
    if (isUpgrade) await tidy(client);
    const owner = decodeURIComponent(new URL(ownerUrl).username);
    if (owner.endsWith('_owner')) await grantNode(client, `${owner.slice(0, -'_owner'.length)}_node`);
    return { applied };
  });
}

/**
 * A table that was written anew has no statistics of what changed, and no page of it is known to be visible to all: without
 * either the planner takes other ways than it will, and answers from indexes alone look at rows.
 */
async function tidy(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'provenance'"
  );
  for (const { name } of rows) await client.query(`VACUUM (ANALYZE) ${name}`);
}

/** `isUpgrade`: earlier versions had made tables here. */
async function migrate(url: string): Promise<MigrationReport & { readonly isUpgrade: boolean }> {
  const source = createDataSource({
    url,
    applicationName: 'lading-migrate',
    poolSize: 2,
    statementTimeoutMs: 0,
    onPoolError: () => undefined
  });
  await source.initialize();
  try {
    const applied = (await source.runMigrations()).map((migration) => migration.name);
    return { applied, isUpgrade: applied.length > 0 && applied.length < source.migrations.length };
  } finally {
    await source.destroy();
  }
}

/** All the rights of the node's role: no DDL, and in `ledger` only `state` may be changed. Granted again each time. */
async function grantNode(client: pg.Client, role: string): Promise<void> {
  const node = client.escapeIdentifier(role);
  for (const grant of [
    `GRANT USAGE ON SCHEMA ledger, provenance TO ${node}`,
    `GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA ledger TO ${node}`,
    `GRANT UPDATE, DELETE ON ledger.state TO ${node}`,
    `REVOKE INSERT ON ledger.schema_migration FROM ${node}`,
    `GRANT EXECUTE ON FUNCTION ledger.ensure_partitions(bigint) TO ${node}`,
    `GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA provenance TO ${node}`,
    `GRANT USAGE ON ALL SEQUENCES IN SCHEMA provenance TO ${node}`
  ])
    await client.query(grant);
}
