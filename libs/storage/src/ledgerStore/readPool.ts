import pg from 'pg';
import { asStorageFault } from './databaseError.js';
import type { Select } from './stateQueries.js';

const TIMEOUT_MS = 30_000;

export interface ReadPoolOptions {
  readonly url: string;
  readonly applicationName: string;
  readonly size: number;
  readonly onLost: (error: Error) => void;
}

/**
 * Connections for reads. Every text is one of ours, so each becomes a prepared statement: planning a query over
 * partitioned tables costs the server more than running it. A connection whose answer came too late is thrown away.
 */
export class ReadPool {
  readonly #pool: pg.Pool;
  readonly #names = new Map<string, string>();

  constructor(options: ReadPoolOptions) {
    this.#pool = new pg.Pool({
      connectionString: options.url,
      application_name: options.applicationName,
      // Nobody can tell the planner how few rows a bucket has: it would gather the pages of each in a map of its own first.
      options: '-c enable_bitmapscan=off -c random_page_cost=1.1',
      max: options.size,
      connectionTimeoutMillis: 10_000,
      statement_timeout: TIMEOUT_MS,
      // A statement that cannot be answered is not waited for longer than the server works on it.
      query_timeout: TIMEOUT_MS + 5_000,
      keepAlive: true
    });
    // An idle connection that breaks has no query to reject; without a listener it would end the process.
    this.#pool.on('error', options.onLost);
  }

  readonly select: Select = async <T>(text: string, parameters: readonly unknown[]): Promise<readonly T[]> => {
    try {
      const answer = await this.#pool.query({ name: this.#nameOf(text), text, values: [...parameters] });
      return answer.rows as T[];
    } catch (error) {
      throw asStorageFault(error);
    }
  };

  async close(): Promise<void> {
    await this.#pool.end();
  }

  #nameOf(text: string): string {
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    const name = `read-${this.#names.size}`;
    this.#names.set(text, name);
    return name;
  }
}
