import type pg from 'pg';
import type { Dice } from './dice.js';

/** Columns that the ledger gives, with their primary keys; the audit derives every one of them. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  genesis: ['chain_id'],
  block: ['height'],
  batch: ['height', 'ref_index'],
  transaction_pack: ['height', 'first_index'],
  outcome: ['height', 'tx_index'],
  state: ['key_hash'],
  checkpoint: ['height'],
  epoch: ['epoch'],
  evidence: ['number']
};
const INTEGER_BYTES: Readonly<Record<string, number>> = { smallint: 2, integer: 4, bigint: 8 };

type Value = Buffer | string | number | readonly Buffer[];
type Row = Readonly<Record<string, Value | null>>;

export interface Column {
  readonly table: string;
  readonly name: string;
  readonly type: string;
}

/** One byte of one value, changed; `keys`: what the row is called before and after. */
export interface Edit {
  readonly column: Column;
  /** What the audit calls it: transactions are rows to it. */
  readonly table: string;
  readonly keys: readonly string[];
  readonly text: string;
  undo(): Promise<void>;
}

/** Every column of the tables of the ledger that holds bytes, numbers or text. */
export async function columnsOf(client: pg.Client): Promise<readonly Column[]> {
  const { rows } = await client.query<{ table_name: string; column_name: string; data_type: string }>(
    `SELECT table_name, column_name, data_type FROM information_schema.columns
     WHERE table_schema = 'ledger' AND table_name = ANY ($1)
       AND data_type IN ('bytea', 'bigint', 'integer', 'smallint', 'text', 'ARRAY')
     ORDER BY table_name, ordinal_position`,
    [Object.keys(KEYS)]
  );
  return rows.map((row) => ({ table: row.table_name, name: row.column_name, type: row.data_type }));
}

/** The name that the audit has for a row. */
function nameOf(table: string, row: Row): string {
  if (table === 'genesis') return '0';
  if (table === 'state') return new TextDecoder().decode(row['key'] as Buffer);
  return (KEYS[table] ?? []).map((key) => String(Number(row[key]))).join('/');
}

/** Of transactions in a pack, those that are not what they were. */
function placesOf(row: Row, after: Row): readonly string[] {
  const [before, now] = [row['encoded'], after['encoded']];
  if (!Array.isArray(before) || !Array.isArray(now)) return [];
  return now.flatMap((encoded: Buffer, n) =>
    encoded === before[n] ? [] : [`${Number(row['height'])}/${Number(row['first_index']) + n}`]
  );
}

const place = (names: readonly string[], from: number): string =>
  names.map((name, i) => `${name} = $${from + i}`).join(' AND ');

/** Changes one byte of a random row's value; null where the database itself cannot hold the result. */
export async function editOneByte(client: pg.Client, column: Column, dice: Dice): Promise<Edit | null> {
  const { table, name } = column;
  const keys = KEYS[table] ?? [];
  const { rows } = await client.query<Row>(`SELECT * FROM ledger.${table} ORDER BY ${keys.join(', ')}`);
  const row = rows[dice.below(rows.length)];
  const value = row?.[name];
  if (row === undefined || value === null || value === undefined) return null;
  const changed = changedByte(value, column.type, dice);
  if (changed === null) return null;
  const after: Row = { ...row, [name]: changed };
  const set = (to: Value, where: Row): Promise<pg.QueryResult> => {
    const values = keys.map((key) => where[key]);
    return client.query(`UPDATE ledger.${table} SET ${name} = $1 WHERE ${place(keys, 2)}`, [to, ...values]);
  };
  try {
    await set(changed, row);
  } catch (error) {
    // No partition for such a height, or a key that another row has: nobody can make this edit.
    if (['23514', '23505'].includes((error as { code?: string }).code ?? '')) return null;
    throw error;
  }
  return {
    column,
    table: table === 'transaction_pack' ? 'transaction' : table,
    keys: [nameOf(table, row), nameOf(table, after), ...placesOf(row, after)],
    text: `${table}.${name} of ${nameOf(table, row)}: ${shown(value)} → ${shown(changed)}`,
    undo: async () => {
      const { rowCount } = await set(value, after);
      if (rowCount !== 1) throw new Error(`cannot undo ${table}.${name}`);
    }
  };
}

const shown = (value: Value): string => (typeof value === 'object' ? `${value.length} bytes` : String(value));

function changedByte(value: Value, type: string, dice: Dice): Value | null {
  if (Buffer.isBuffer(value)) return flipped(value, dice.below(value.length), dice.below(255) + 1);
  if (typeof value === 'object') {
    const chosen = dice.below(value.length);
    return value.map((one, n) => (n === chosen ? (flipped(one, dice.below(one.length), dice.below(255) + 1) ?? one) : one));
  }
  const size = INTEGER_BYTES[type];
  if (size === undefined) return typeof value === 'string' ? changedText(value, dice) : null;
  const bits = 8 * size;
  const mask = BigInt(dice.below(255) + 1) << BigInt(8 * dice.below(size));
  return String(BigInt.asIntN(bits, BigInt.asUintN(bits, BigInt(value)) ^ mask));
}

function flipped(bytes: Buffer, at: number, mask: number): Buffer | null {
  if (bytes.length === 0) return null;
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ mask;
  return copy;
}

/** Another printable character: PostgreSQL's text holds no others of one byte than valid ones. */
function changedText(text: string, dice: Dice): string | null {
  if (text === '') return null;
  const at = dice.below(text.length);
  const code = 0x21 + dice.below(0x5e);
  const other = text.charCodeAt(at) === code ? code ^ 1 : code;
  return `${text.slice(0, at)}${String.fromCharCode(other)}${text.slice(at + 1)}`;
}
