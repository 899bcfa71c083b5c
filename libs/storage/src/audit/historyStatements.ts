/** Last block of the ledger; −1 without one. */
export const HEAD = '(SELECT coalesce(max(height), -1) FROM ledger.block)';

/** The bytes of one row, of one length whatever the columns hold. */
const PLACED = 'int8send(height::bigint)';
const hashed = (...columns: readonly string[]): string => columns.map((column) => `sha256(${column})`).join(' || ');
const text = (column: string): string => `sha256(convert_to(${column}, 'UTF8'))`;
const number = (column: string): string => `int4send(${column}::int)`;

type Source = readonly [table: string, row: string, order: string];

const SOURCES = {
  roots: ['block', hashed('block_hash', 'outcome_root', 'state_root'), 'height'],
  blocks: ['block', `${hashed('encoded')} || ${number('tx_count')}`, 'height'],
  batches: ['batch', `${number('ref_index')} || ${hashed('batch_hash', 'header')}`, 'height, ref_index'],
  transactions: [
    'transaction',
    [number('tx_index'), hashed('tx_id'), number('ref_index'), number('index_in_batch'), hashed('encoded')].join(' || '),
    'height, tx_index'
  ],
  outcomes: [
    'outcome',
    [number('tx_index'), hashed('tx_id'), text('status'), text('code'), hashed('detail')].join(' || '),
    'height, tx_index'
  ]
} as const satisfies Readonly<Record<string, Source>>;

/** What of the history is compared on its own (spec/compare.md 2.1). */
export type HistoryPart = keyof typeof SOURCES;

const grouped = ([table, row, order]: Source): string => `
  SELECT (height - $1::bigint) / $3::bigint AS "group", count(*) AS count,
         sha256(string_agg(${PLACED} || ${row}, ''::bytea ORDER BY ${order})) AS digest
  FROM ledger.${table} WHERE height BETWEEN $1::bigint AND $2::bigint GROUP BY 1 ORDER BY 1`;

/** Digests of the rows of heights $1 … $2, in groups of $3 heights. */
export const GROUPED: Readonly<Record<HistoryPart, string>> = {
  roots: grouped(SOURCES.roots),
  blocks: grouped(SOURCES.blocks),
  batches: grouped(SOURCES.batches),
  transactions: grouped(SOURCES.transactions),
  outcomes: grouped(SOURCES.outcomes)
};

/** The rows of one height (2.3). */
export const HEIGHT_ROWS = {
  block: `SELECT block_hash, outcome_root, state_root, tx_count, sha256(encoded) AS encoded_hash FROM ledger.block WHERE height = $1`,
  batches: `SELECT ref_index, batch_hash, sha256(header) AS header_hash FROM ledger.batch WHERE height = $1 ORDER BY ref_index`,
  transactions: `
    SELECT tx_index, tx_id, sha256(int4send(ref_index) || int4send(index_in_batch) || encoded) AS encoded_hash
    FROM ledger.transaction WHERE height = $1 ORDER BY tx_index`,
  outcomes: `SELECT tx_index, tx_id, status, code, detail FROM ledger.outcome WHERE height = $1 ORDER BY tx_index`
} as const;
