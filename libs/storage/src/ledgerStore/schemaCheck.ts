import type pg from 'pg';
import { SCHEMA_PARTS } from '../database/schemaParts.js';
import { StorageFault, errorCode } from '../storageFault.js';

/** SCHEMA_OUT_OF_DATE unless exactly the migrations this version knows have run. A node never migrates by itself. */
export async function checkSchema(client: pg.Client): Promise<void> {
  const known = new Set(SCHEMA_PARTS.flatMap((part) => part.migrations.map((migration) => migration.name)));
  const applied = new Set(await appliedMigrations(client));
  const missing = [...known].filter((name) => !applied.has(name));
  const newer = [...applied].filter((name) => !known.has(name));
  if (missing.length === 0 && newer.length === 0) return;
  const why =
    missing.length > 0 ? `not yet applied: ${missing.join(', ')}` : `from a newer version: ${newer.join(', ')}`;
  throw new StorageFault('SCHEMA_OUT_OF_DATE', `the database schema does not fit this version; migrations ${why}`);
}

async function appliedMigrations(client: pg.Client): Promise<readonly string[]> {
  try {
    const answer = await client.query<{ name: string }>('SELECT name FROM ledger.schema_migration');
    return answer.rows.map((row) => row.name);
  } catch (error) {
    // No such table or schema, or no right to see it: nothing was migrated for this role.
    if (['42P01', '3F000', '42501'].includes(errorCode(error))) return [];
    throw error;
  }
}
