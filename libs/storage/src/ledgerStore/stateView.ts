import pg from 'pg';
import { decodeUtf8, equalBytes, type Height, type Sha256 } from '@lading/kernel';
import { keyHash, valueHash } from '@lading/ledger';
import type { StateRow, StateView } from '@lading/engine';
import { StorageFault } from '../storageFault.js';
import { asStorageFault } from './databaseError.js';
import { bytes, corrupt } from './storedRows.js';

const TIMEOUT_MS = 60_000;
/** Rows of one query at most, whatever their size. */
const ROWS = 4096;

/** Rows until their bytes pass a limit, the row that passes it included. */
const SELECT_ROWS = `
  SELECT key_hash, key, value, value_hash FROM (
    SELECT key_hash, key, value, value_hash, octet_length(key) + octet_length(value) AS size,
           sum(octet_length(key) + octet_length(value)) OVER (ORDER BY key_hash) AS total
    FROM ledger.state WHERE key_hash > $1 ORDER BY key_hash LIMIT ${ROWS}) AS sized
  WHERE total - size < $2 ORDER BY key_hash`;

interface Row {
  readonly key_hash: Buffer;
  readonly key: Buffer;
  readonly value: Buffer;
  readonly value_hash: Buffer;
}

/**
 * The state after the last block that was committed when this was opened: a transaction of its own connection that sees
 * nothing of what is written later. It keeps the server from cleaning up old rows, so it must not stay open for long.
 */
export async function openStateView(url: string, applicationName: string, sha256: Sha256): Promise<StateView> {
  const client = new pg.Client({
    connectionString: url,
    application_name: applicationName,
    connectionTimeoutMillis: 10_000,
    statement_timeout: TIMEOUT_MS,
    query_timeout: TIMEOUT_MS + 5_000,
    keepAlive: true
  });
  client.on('error', () => undefined);
  const close = (): Promise<void> => client.end().catch(() => undefined);
  try {
    await client.connect();
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    // The first query fixes what the transaction sees.
    const tip = await client.query<{ height: string | null }>('SELECT max(height) AS height FROM ledger.block');
    const height = tip.rows[0]?.height ?? null;
    if (height === null) throw new StorageFault('STORE_GAP', 'there is no block yet');
    return { height: Number(height) as Height, rows: (after, maxBytes) => readRows(client, after, maxBytes, sha256), close };
  } catch (error) {
    await close();
    throw asStorageFault(error);
  }
}

async function readRows(client: pg.Client, after: Uint8Array, maxBytes: number, sha256: Sha256): Promise<StateRow[]> {
  try {
    const answer = await client.query<Row>(SELECT_ROWS, [Buffer.from(after), maxBytes]);
    return answer.rows.map((row) => checkedRow(row, sha256));
  } catch (error) {
    throw asStorageFault(error);
  }
}

/** What leaves this node is what the tree was made of. */
function checkedRow(row: Row, sha256: Sha256): StateRow {
  const key = decodeUtf8(bytes(row.key));
  if (key === null) throw corrupt('a state key', 'not UTF-8');
  const value = bytes(row.value);
  const intact = equalBytes(keyHash(key, sha256), row.key_hash) && equalBytes(valueHash(value, sha256), row.value_hash);
  if (!intact) throw corrupt(`state ${key}`, 'its hashes differ');
  return { key, value };
}
