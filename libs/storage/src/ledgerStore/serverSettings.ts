import type pg from 'pg';
import { StorageFault } from '../storageFault.js';

/** Without these an acknowledged block could be lost or torn by a power failure. */
const NEEDED_ON = ['fsync', 'full_page_writes', 'synchronous_commit'] as const;

/**
 * Refuses a server that does not keep what it acknowledges (POSTGRES_UNSAFE_SETTINGS). Returns warnings about what is
 * only less good: data checksums are fixed when a cluster is made, so another's server may not have them.
 */
export async function checkServerSettings(client: pg.Client): Promise<readonly string[]> {
  const answer = await client.query<{ name: string; setting: string }>(
    'SELECT name, setting FROM pg_settings WHERE name = ANY ($1)',
    [[...NEEDED_ON, 'data_checksums', 'data_sync_retry']]
  );
  const settings = new Map(answer.rows.map((row) => [row.name, row.setting]));
  const wrong: string[] = NEEDED_ON.filter((name) => settings.get(name) !== 'on');
  // After a failed fsync the page is marked clean: a retry would succeed without the data.
  if (settings.get('data_sync_retry') === 'on') wrong.push('data_sync_retry');
  if (wrong.length > 0)
    throw new StorageFault(
      'POSTGRES_UNSAFE_SETTINGS',
      `the PostgreSQL server would lose acknowledged blocks; correct these settings: ${wrong.join(', ')}`
    );
  if (settings.get('data_checksums') === 'on') return [];
  return ['POSTGRES_NO_CHECKSUMS: the PostgreSQL server has no data checksums; a damaged page may go unnoticed'];
}
