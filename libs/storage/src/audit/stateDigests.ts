import pg from 'pg';
import { asStorageFault } from '../ledgerStore/databaseError.js';

/** Entries of the state whose keyHash begins with some bytes, grouped by the next one. */
export interface DigestGroup {
  readonly byte: number;
  readonly count: number;
  /** SHA-256 over keyHash ‖ valueHash of its entries, ascending. */
  readonly digest: Uint8Array;
}

export interface DigestedState {
  /** Last block of the ledger; −1 without one. */
  readonly height: number;
  readonly groups: readonly DigestGroup[];
}

export interface ListedState {
  readonly height: number;
  readonly entries: readonly { readonly key: Uint8Array; readonly keyHash: Uint8Array; readonly valueHash: Uint8Array }[];
}

/** Looking for what differs must not slow down a node: one question at a time, and none for long. */
const TIMEOUT_MS = 60_000;
/** A state of that many entries without a prefix is read in this time and no longer. */
const HEIGHT = '(SELECT coalesce(max(height), -1) FROM ledger.block)';

/** What two nodes compare their states by. Every answer is of one moment: the state after the height that it names. */
export class StateDigests {
  readonly #pool: pg.Pool;

  constructor(url: string) {
    this.#pool = new pg.Pool({
      ...{ connectionString: url, application_name: 'lading-compare', max: 1 },
      ...{ statement_timeout: TIMEOUT_MS, idleTimeoutMillis: 10_000 }
    });
    this.#pool.on('error', () => undefined);
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  /** `prefix`: at most 31 bytes. */
  async digests(prefix: Uint8Array): Promise<DigestedState> {
    const { length } = prefix;
    const [from, to] = bounds(prefix);
    const rows = await this.#rows<{ height: string; byte: number | null; count: string; digest: Buffer }>(
      `SELECT h.height, g.byte, g.count, g.digest FROM (SELECT ${HEIGHT} AS height) h LEFT JOIN (
         SELECT get_byte(key_hash, $3::int) AS byte, count(*) AS count,
           sha256(string_agg(key_hash || value_hash, ''::bytea ORDER BY key_hash)) AS digest
         FROM ledger.state WHERE key_hash >= $1 AND ($2::bytea IS NULL OR key_hash < $2) GROUP BY 1) g ON true
       ORDER BY g.byte`,
      [from, to, length]
    );
    const groups = rows.flatMap(({ byte, count, digest }) => (byte === null ? [] : [{ byte, count: Number(count), digest }]));
    return { height: Number(rows[0]?.height ?? -1), groups };
  }

  /** Entries after a keyHash (empty at the start), at most `limit`. */
  async entries(prefix: Uint8Array, after: Uint8Array, limit: number): Promise<ListedState> {
    const [from, to] = bounds(prefix);
    const rows = await this.#rows<{ height: string; key: Buffer | null; key_hash: Buffer; value_hash: Buffer }>(
      `SELECT h.height, s.* FROM (SELECT ${HEIGHT} AS height) h LEFT JOIN (
         SELECT key, key_hash, value_hash FROM ledger.state
         WHERE key_hash >= $1 AND ($2::bytea IS NULL OR key_hash < $2) AND key_hash > $3 ORDER BY key_hash LIMIT $4) s ON true
       ORDER BY s.key_hash`,
      [from, to, Buffer.from(after), limit]
    );
    const entries = rows.flatMap(({ key, key_hash: keyHash, value_hash: valueHash }) => {
      return key === null ? [] : [{ key, keyHash, valueHash }];
    });
    return { height: Number(rows[0]?.height ?? -1), entries };
  }

  async #rows<T>(text: string, values: readonly unknown[]): Promise<readonly T[]> {
    try {
      return (await this.#pool.query(text, [...values])).rows as T[];
    } catch (error) {
      throw asStorageFault(error);
    }
  }
}

/** The smallest string with the prefix, and the smallest above all such; null when there is none. */
function bounds(prefix: Uint8Array): readonly [Buffer, Buffer | null] {
  const from = Buffer.from(prefix);
  const end = Buffer.from(prefix);
  for (let i = end.length - 1; i >= 0; i--) {
    const byte = end[i] ?? 0;
    if (byte === 255) continue;
    end[i] = byte + 1;
    return [from, end.subarray(0, i + 1)];
  }
  return [from, null];
}
