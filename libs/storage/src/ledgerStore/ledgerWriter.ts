import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { StorageFault } from '../storageFault.js';
import { asStorageFault } from './databaseError.js';
import type { Statement } from './appendStatement.js';

/** Any constant will do; advisory locks are per database. */
const NODE_LOCK = 0x4c414e4f;
const STATEMENT_TIMEOUT_MS = 60_000;

/**
 * The one connection that writes the ledger. It holds a session lock on the database for as long as it lives: a second
 * node on the same database gets NODE_ALREADY_RUNNING, and a connection that was lost cannot write any more.
 * Work is done one piece after the other.
 */
export class LedgerWriter {
  #client: pg.Client | null = null;
  #queue: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(
    private readonly url: string,
    private readonly applicationName: string,
    private readonly lockWaitMs: number,
    private readonly onLost: (error: Error) => void
  ) {}

  /** Connects, if need be again, and runs `work` when all earlier work is done. */
  run<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    const result = this.#queue.then(async () => {
      try {
        return await work(await this.#connected());
      } catch (error) {
        throw asStorageFault(error);
      }
    });
    this.#queue = result.catch(() => undefined);
    return result;
  }

  execute(statement: Statement): Promise<pg.QueryResult> {
    const { name, text, values } = statement;
    return this.run((client) => client.query({ name, text, values: [...values] }));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#queue;
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => undefined);
  }

  async #connected(): Promise<pg.Client> {
    if (this.#closed) throw new StorageFault('STORE_UNAVAILABLE', 'the store is closed');
    if (this.#client !== null) return this.#client;
    const client = new pg.Client({
      connectionString: this.url,
      application_name: this.applicationName,
      connectionTimeoutMillis: 10_000,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      query_timeout: STATEMENT_TIMEOUT_MS + 5_000,
      keepAlive: true
    });
    client.on('error', (error) => this.#lose(client, error));
    client.on('end', () => this.#lose(client, new Error('the connection ended')));
    await client.connect();
    try {
      await client.query('SET synchronous_commit = on');
      await takeLock(client, this.lockWaitMs);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    this.#client = client;
    return client;
  }

  #lose(client: pg.Client, error: Error): void {
    if (this.#client !== client) return;
    this.#client = null;
    client.end().catch(() => undefined);
    if (!this.#closed) this.onLost(error);
  }
}

async function takeLock(client: pg.Client, waitMs: number): Promise<void> {
  for (let waited = 0; ; waited += 100) {
    const answer = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [NODE_LOCK]);
    if (answer.rows[0]?.taken === true) return;
    if (waited >= waitMs) break;
    await pause(100);
  }
  throw new StorageFault('NODE_ALREADY_RUNNING', 'another node writes to this database');
}
