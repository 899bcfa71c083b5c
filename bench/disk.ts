import { withClient } from '@lading/storage';

/** Bytes on disk, and what they are of. */
export interface DiskUse {
  readonly transactions: number;
  /** Of the signed transactions as they were sent. */
  readonly payloadBytes: number;
  /** pg_database_size: tables, indexes, maps; not the write-ahead log, which is written over. */
  readonly databaseBytes: number;
  /** Largest first; partitions under their table's name, what is stored out of line with its table. */
  readonly relations: readonly { readonly name: string; readonly bytes: number }[];
}

const RELATIONS = `
  SELECT n.nspname || '.' || regexp_replace(c.relname, '_p\\d{6}', '') AS name,
    sum(pg_relation_size(c.oid) + coalesce(pg_total_relation_size(nullif(c.reltoastrelid, 0)), 0)) AS bytes
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname IN ('ledger', 'provenance') AND c.relkind IN ('r', 'i') GROUP BY 1 ORDER BY 2 DESC`;
const PAYLOAD = 'SELECT count(*) AS transactions, coalesce(sum(octet_length(encoded)), 0) AS bytes FROM ledger.transaction';

/** `adminUrl`: of a superuser, connected to the node's database. */
export function diskUse(adminUrl: string): Promise<DiskUse> {
  return withClient(adminUrl, async (client) => {
    // What is dead is given back as autovacuum does after a while; a file that has grown does not shrink by it.
    await client.query('VACUUM');
    const relations = await client.query<{ name: string; bytes: string }>(RELATIONS);
    const payload = await client.query<{ transactions: string; bytes: string }>(PAYLOAD);
    const size = await client.query<{ bytes: string }>('SELECT pg_database_size(current_database()) AS bytes');
    return {
      transactions: Number(payload.rows[0]?.transactions),
      payloadBytes: Number(payload.rows[0]?.bytes),
      databaseBytes: Number(size.rows[0]?.bytes),
      relations: relations.rows.map(({ name, bytes }) => ({ name, bytes: Number(bytes) }))
    };
  });
}
