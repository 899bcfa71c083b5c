import type { ExecutedBlock, JustStored } from '@lading/engine';

/** What is kept at most. Whoever follows the ledger closely asks for the last seconds of it. */
const LIMITS = { bytes: 8 << 20, transactions: 8192 } as const;
/** What an object for a transaction or a block takes beside the bytes, about. */
const OVERHEAD_BYTES = 256;

interface Held {
  readonly height: number;
  readonly rows: readonly JustStored[];
  readonly bytes: number;
}

/**
 * The newest blocks as they were just written, for those who follow the ledger: the database need not read, and this
 * process not decode and hash, what it had in its hands a moment ago. Invariants:
 * 1. Heights are contiguous, and all are durable: blocks come here after their transaction has committed.
 * 2. The last one is the last block that this process has stored: {@link clear} is called when a write failed, since
 *    it may have happened nevertheless.
 */
export class RecentBlocks {
  readonly #held: Held[] = [];
  #bytes = 0;
  #transactions = 0;

  constructor(private readonly limits: { readonly bytes: number; readonly transactions: number } = LIMITS) {}

  add(group: readonly ExecutedBlock[]): void {
    for (const executed of group) {
      const last = this.#held.at(-1)?.height;
      if (last !== undefined && executed.block.header.height !== last + 1) this.clear();
      const held = heldOf(executed);
      this.#held.push(held);
      this.#bytes += held.bytes;
      this.#transactions += held.rows.length;
    }
    while (this.#held.length > 0 && (this.#bytes > this.limits.bytes || this.#transactions > this.limits.transactions)) {
      const oldest = this.#held.shift();
      this.#bytes -= oldest?.bytes ?? 0;
      this.#transactions -= oldest?.rows.length ?? 0;
    }
  }

  clear(): void {
    this.#held.length = 0;
    this.#bytes = 0;
    this.#transactions = 0;
  }

  /** As the store's `justStored`. */
  transactions(from: { readonly height: number; readonly index: number }, limit: number): readonly JustStored[] | null {
    const first = this.#held[0]?.height;
    const last = this.#held.at(-1)?.height;
    if (first === undefined || last === undefined || from.height < first || from.height > last) return null;
    const found: JustStored[] = [];
    for (let n = from.height - first; n < this.#held.length && found.length < limit; n++) {
      const rows = this.#held[n]?.rows ?? [];
      const skipped = n === from.height - first ? from.index : 0;
      found.push(...rows.slice(skipped, skipped + limit - found.length));
    }
    return found;
  }
}

function heldOf({ block, batches, outcomes }: ExecutedBlock): Held {
  const { height, timestampMs: recordTimeMs } = block.header;
  const rows: JustStored[] = [];
  let bytes = block.encoded.length + OVERHEAD_BYTES;
  for (const { batchHash, transactions } of batches) {
    for (const [indexInBatch, { encoded }] of transactions.entries()) {
      const index = rows.length;
      const outcome = outcomes[index];
      if (outcome === undefined) continue;
      rows.push({ height, index, batchHash, indexInBatch, encoded, outcome, recordTimeMs });
      bytes += encoded.length + OVERHEAD_BYTES;
    }
  }
  return { height, rows, bytes };
}
