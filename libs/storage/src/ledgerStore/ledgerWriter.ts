import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { errorCode, StorageFault } from '../storageFault.js';
import { asStorageFault } from './databaseError.js';
import type { Statement } from './appendStatement.js';

/** Any constant will do; advisory locks are per database. */
const NODE_LOCK = 0x4c414e4f;
const STATEMENT_TIMEOUT_MS = 60_000;
const LOCK_POLL_MS = 100;
/** How long a connection that was lost before waits for the lock at each attempt: its last session may outlive it. */
const RELOCK_WAIT_MS = 1000;

/**
 * The server finds out within half a minute that this process or the way to it is gone, and ends the session: its
 * lock would else keep the node out for hours. Without meaning for a Unix socket.
 */
const SESSION_SETTINGS = `SET synchronous_commit = on; SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5;
  SET tcp_keepalives_count = 3; SET tcp_user_timeout = 30000`;

/**
 * The one connection that writes the ledger. It holds a session lock on the database for as long as it lives: a second
 * node on the same database gets NODE_ALREADY_RUNNING, and a connection that was lost cannot write any more. After
 * a loss the lock may still be held by the lost session: that is STORE_UNAVAILABLE, ask again.
 * Work is done one piece after the other.
 */
export class LedgerWriter {
  #client: pg.Client | null = null;
  #queue: Promise<unknown> = Promise.resolve();
  #closed = false;
  #hadLock = false;

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
        const fault = asStorageFault(error);
        // After a timeout an answer may still be on its way: nothing else may be asked on that connection.
        if (this.#client !== null && errorCode(fault) === 'STORE_UNAVAILABLE') this.#lose(this.#client, fault as StorageFault);
        throw fault;
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
      await client.query(SESSION_SETTINGS);
      await this.#takeLock(client);
      this.#hadLock = true;
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

  async #takeLock(client: pg.Client): Promise<void> {
    const waitMs = this.#hadLock ? RELOCK_WAIT_MS : this.lockWaitMs;
    for (let waited = 0; ; waited += LOCK_POLL_MS) {
      const answer = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [NODE_LOCK]);
      if (answer.rows[0]?.taken === true) return;
      if (waited >= waitMs) break;
      await pause(LOCK_POLL_MS);
    }
    if (this.#hadLock) throw new StorageFault('STORE_UNAVAILABLE', 'the lock of this database is held by another session');
    throw new StorageFault('NODE_ALREADY_RUNNING', 'another node writes to this database');
  }
}
