import pg from 'pg';
import type { HeldRow } from '@lading/engine';
import { asStorageFault } from '../ledgerStore/databaseError.js';
import { bytes } from '../ledgerStore/storedRows.js';
import { GROUPED, HEAD, HEIGHT_ROWS, type HistoryPart } from './historyStatements.js';

/** Looking for what differs must not slow down a node: one question at a time, and none for long. */
const TIMEOUT_MS = 60_000;
/** Rows of the state in one page, and their bytes. */
const ROWS = 4096;
const ROW_BYTES = 8 << 20;

/** Rows of some consecutive heights. */
export interface HistoryGroup {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly digest: Uint8Array;
}

export interface HeightRows {
  readonly block: {
    readonly blockHash: Uint8Array;
    readonly outcomeRoot: Uint8Array;
    readonly stateRoot: Uint8Array;
    readonly encodedHash: Uint8Array;
    readonly txCount: number;
  } | null;
  readonly batches: readonly { readonly refIndex: number; readonly batchHash: Uint8Array; readonly headerHash: Uint8Array }[];
  readonly transactions: readonly { readonly index: number; readonly txId: Uint8Array; readonly encodedHash: Uint8Array }[];
  readonly outcomes: readonly {
    readonly index: number;
    readonly txId: Uint8Array;
    readonly status: string;
    readonly code: string;
    readonly detail: Uint8Array;
  }[];
}

/** Rows of the state in ascending order of key_hash, as they were after the block of `height`. */
export interface StatePage {
  readonly height: number;
  readonly rows: readonly HeldRow[];
  /** Whether there are more than these in the range. */
  readonly cut: boolean;
}

/** Raw rows, and digests of them, as auditors compare them between nodes (spec/compare.md): checked by nobody here. */
export class ComparedRows {
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

  /** Digests of a part of the heights from … to, in groups of `size` heights; groups without rows are left out. */
  async history(part: HistoryPart, from: number, to: number, size: number): Promise<readonly HistoryGroup[]> {
    const rows = await this.#rows<{ group: string; count: string; digest: Buffer }>(GROUPED[part], [from, to, size]);
    return rows.map(({ group, count, digest }) => {
      const first = from + Number(group) * size;
      return { from: first, to: Math.min(to, first + size - 1), count: Number(count), digest: bytes(digest) };
    });
  }

  async atHeight(height: number): Promise<HeightRows> {
    const [block] = await this.#rows<HashedBlock>(HEIGHT_ROWS.block, [height]);
    const batches = await this.#rows<{ ref_index: number; batch_hash: Buffer; header_hash: Buffer }>(HEIGHT_ROWS.batches, [height]);
    const transactions = await this.#rows<{ tx_index: number; tx_id: Buffer; encoded_hash: Buffer }>(
      HEIGHT_ROWS.transactions,
      [height]
    );
    const outcomes = await this.#rows<{ tx_index: number; tx_id: Buffer; status: string; code: string; detail: Buffer }>(
      HEIGHT_ROWS.outcomes,
      [height]
    );
    return {
      block: block === undefined ? null : hashedBlock(block),
      batches: batches.map((row) => {
        return { refIndex: row.ref_index, batchHash: bytes(row.batch_hash), headerHash: bytes(row.header_hash) };
      }),
      transactions: transactions.map((row) => {
        return { index: row.tx_index, txId: bytes(row.tx_id), encodedHash: bytes(row.encoded_hash) };
      }),
      outcomes: outcomes.map(({ tx_index: index, tx_id: txId, status, code, detail }) => {
        return { index, txId: bytes(txId), status, code, detail: bytes(detail) };
      })
    };
  }

  /** Rows of the state with a key_hash from `from` to before `to` (null: to the end); `whole`: all of them, however many. */
  async state(from: Uint8Array, to: Uint8Array | null, whole = false): Promise<StatePage> {
    const [count, size] = whole ? [null, Number.MAX_SAFE_INTEGER] : [ROWS, ROW_BYTES];
    const end = to === null ? null : Buffer.from(to);
    const rows = await this.#rows<RawState>(SELECT_STATE, [Buffer.from(from), end, count, size]);
    const held = rows.flatMap(({ key, key_hash: keyHash, value, value_hash: valueHash }) => {
      if (key === null) return [];
      return [{ key: key.toString('utf8'), keyHash: bytes(keyHash), value: bytes(value), valueHash: bytes(valueHash) }];
    });
    const total = held.reduce((sum, { key, value }) => sum + key.length + value.length, 0);
    return { height: Number(rows[0]?.height ?? -1), rows: held, cut: !whole && (held.length === ROWS || total >= ROW_BYTES) };
  }

  async #rows<T>(text: string, values: readonly unknown[]): Promise<readonly T[]> {
    try {
      return (await this.#pool.query(text, [...values])).rows as T[];
    } catch (error) {
      throw asStorageFault(error);
    }
  }
}

interface HashedBlock {
  readonly block_hash: Buffer;
  readonly outcome_root: Buffer;
  readonly state_root: Buffer;
  readonly encoded_hash: Buffer;
  readonly tx_count: number;
}

function hashedBlock(row: HashedBlock): NonNullable<HeightRows['block']> {
  const { block_hash: blockHash, outcome_root: outcomeRoot, state_root: stateRoot, encoded_hash: encodedHash } = row;
  return {
    ...{ blockHash: bytes(blockHash), outcomeRoot: bytes(outcomeRoot), stateRoot: bytes(stateRoot) },
    ...{ encodedHash: bytes(encodedHash), txCount: row.tx_count }
  };
}

interface RawState {
  readonly height: string;
  readonly key: Buffer | null;
  readonly key_hash: Buffer;
  readonly value: Buffer;
  readonly value_hash: Buffer;
}

/** One statement, so that rows and height are of one moment. The row that passes the bytes is in the page. */
const SELECT_STATE = `
  SELECT h.height, s.key, s.key_hash, s.value, s.value_hash FROM (SELECT ${HEAD} AS height) h LEFT JOIN (
    SELECT * FROM (
      SELECT key, key_hash, value, value_hash, octet_length(key) + octet_length(value) AS size,
             sum(octet_length(key) + octet_length(value)) OVER (ORDER BY key_hash) AS total
      FROM ledger.state WHERE key_hash >= $1 AND ($2::bytea IS NULL OR key_hash < $2) ORDER BY key_hash LIMIT $3) AS sized
    WHERE total - size < $4) s ON true
  ORDER BY s.key_hash`;
