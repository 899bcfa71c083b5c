import type { Pool, QueryResult, QueryResultRow } from 'pg';
import { asStorageFault } from '../ledgerStore/databaseError.js';
import { errorCode, StorageFault } from '../storageFault.js';

export type RunQuery = (text: string, values?: readonly unknown[], name?: string) => Promise<QueryResult<QueryResultRow>>;

/** One statement over a pool; what goes wrong becomes a fault. */
export function runOver(pool: Pool): RunQuery {
  return async (text, values = [], name) => {
    try {
      const config = { text, values: [...values], ...(name === undefined ? {} : { name }) };
      return await pool.query<QueryResultRow>(config);
    } catch (error) {
      throw asStorageFault(error);
    }
  };
}

const STATEMENT_TIMEOUT = '57014';

/** As {@link runOver}, for questions of clients: taking too long is the question's fault, not the database's. */
export function askOver(pool: Pool): RunQuery {
  return async (text, values = []) => {
    try {
      return await pool.query<QueryResultRow>({ text, values: [...values] });
    } catch (error) {
      if (errorCode(error) !== STATEMENT_TIMEOUT) throw asStorageFault(error);
      throw new StorageFault('QUERY_TOO_COMPLEX', 'the database did not finish in time; ask for less, or by fewer conditions', {
        cause: error
      });
    }
  };
}
