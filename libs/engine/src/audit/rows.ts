import type {
  AuditBatchRow,
  AuditPosition,
  AuditSource,
  BlockRows
} from '../auditSource.js';

/** Rows in a table that belong to no block. */
export interface StrayRow {
  readonly table: 'batch' | 'transaction' | 'outcome';
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
  if (source.wholeBlocks !== undefined) return yield* source.wholeBlocks(from);
  const transactions = new Cursor((after, limit) => source.transactions(after, limit), from);
  const outcomes = new Cursor((after, limit) => source.outcomes(after, limit), from);
  const own = <R extends AuditPosition>(table: StrayRow['table'], rows: readonly R[], height: number): readonly R[] => {
    if (rows.every((row) => row.height === height)) return rows;
    for (const row of rows) if (row.height !== height) onStray({ table, height: row.height, index: row.index });
    return rows.filter((row) => row.height === height);
  };
  let next = from;
  for (;;) {
    const blocks = await source.blocks(next, BLOCK_PAGE);
    const last = blocks.at(-1);
    if (last === undefined) break;
    const batches = new BatchesByHeight(await source.batches(next, last.height));
    for (const block of blocks) {
      const { height } = block;
      yield {
        block,
        batches: batches.take(height),
        transactions: own('transaction', await transactions.upTo(height), height),
        outcomes: own('outcome', await outcomes.upTo(height), height)
      };
    }
    batches.strays(onStray);
    next = last.height + 1;
  }
  const beyond = Number.MAX_SAFE_INTEGER;
  new BatchesByHeight(await source.batches(next, beyond)).strays(onStray);
  own('transaction', await transactions.upTo(beyond), -1);
  own('outcome', await outcomes.upTo(beyond), -1);
}

/** Rows of batches of some heights, of which those left over belong to no block. */
class BatchesByHeight {
  readonly #rows = new Map<number, AuditBatchRow[]>();

  constructor(rows: readonly AuditBatchRow[]) {
    for (const row of rows) {
      const known = this.#rows.get(row.height);
      if (known === undefined) this.#rows.set(row.height, [row]);
      else known.push(row);
    }
  }

  take(height: number): readonly AuditBatchRow[] {
    const rows = this.#rows.get(height) ?? [];
    this.#rows.delete(height);
    return rows;
  }

  strays(report: (stray: StrayRow) => void): void {
    for (const { height, refIndex } of [...this.#rows.values()].flat()) report({ table: 'batch', height, index: refIndex });
  }
}
