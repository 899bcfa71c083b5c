import type {
  AuditBatchRow,
  AuditBlockRow,
  AuditOutcomeRow,
  AuditPosition,
  AuditSource,
  AuditTransactionRow
} from '../auditSource.js';

/** Everything the tables hold of one height. */
export interface BlockRows {
  readonly block: AuditBlockRow;
  readonly batches: readonly AuditBatchRow[];
  readonly transactions: readonly AuditTransactionRow[];
  readonly outcomes: readonly AuditOutcomeRow[];
}

/** Rows in a table that belong to no block. */
export interface StrayRow {
  readonly table: 'transaction' | 'outcome';
  readonly height: number;
  readonly index: number;
}

const PAGE = 1000;
const BLOCK_PAGE = 32;

/** Reads a (height, index) ordered table in pages and hands it out height by height. */
class Cursor<R extends AuditPosition> {
  #page: readonly R[] = [];
  #at = 0;
  #last: AuditPosition;
  #ended = false;

  constructor(
    private readonly read: (after: AuditPosition, limit: number) => Promise<readonly R[]>,
    from: number
  ) {
    this.#last = { height: from, index: -1 };
  }

  /** The next rows up to and including the height. */
  async upTo(height: number): Promise<R[]> {
    const rows: R[] = [];
    for (;;) {
      const row = this.#page[this.#at];
      if (row !== undefined && row.height > height) return rows;
      if (row !== undefined) {
        rows.push(row);
        this.#at += 1;
      } else if (!(await this.#next())) return rows;
    }
  }

  async #next(): Promise<boolean> {
    if (this.#ended) return false;
    this.#page = await this.read(this.#last, PAGE);
    this.#at = 0;
    const last = this.#page.at(-1);
    if (last === undefined) this.#ended = true;
    else this.#last = { height: last.height, index: last.index };
    return last !== undefined;
  }
}

/** Streams the rows of all heights from `from` on, and reports rows that belong to no block. */
export async function* readBlockRows(
  source: AuditSource,
  from: number,
  onStray: (stray: StrayRow) => void
): AsyncGenerator<BlockRows> {
  const transactions = new Cursor((after, limit) => source.transactions(after, limit), from);
  const outcomes = new Cursor((after, limit) => source.outcomes(after, limit), from);
  const own = <R extends AuditPosition>(table: StrayRow['table'], rows: readonly R[], height: number): R[] => {
    for (const row of rows) if (row.height !== height) onStray({ table, height: row.height, index: row.index });
    return rows.filter((row) => row.height === height);
  };
  for (let next = from; ; ) {
    const blocks = await source.blocks(next, BLOCK_PAGE);
    const last = blocks.at(-1);
    if (last === undefined) break;
    const batches = await source.batches(blocks[0]?.height ?? next, last.height);
    for (const block of blocks) {
      const { height } = block;
      yield {
        block,
        batches: batches.filter((batch) => batch.height === height),
        transactions: own('transaction', await transactions.upTo(height), height),
        outcomes: own('outcome', await outcomes.upTo(height), height)
      };
    }
    next = last.height + 1;
  }
  const beyond = Number.MAX_SAFE_INTEGER;
  own('transaction', await transactions.upTo(beyond), -1);
  own('outcome', await outcomes.upTo(beyond), -1);
}
