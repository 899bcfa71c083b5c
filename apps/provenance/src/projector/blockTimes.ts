import type { LedgerStore, StoredTransaction } from '@lading/engine';
import type { Height } from '@lading/kernel';

const BLOCK_BYTES = 16 << 20;

/** Times of the blocks of these transactions, which are in the order of the ledger: milliseconds since 1970 by height. */
export async function blockTimes(
  store: Pick<LedgerStore, 'blocks'>,
  rows: readonly StoredTransaction[]
): Promise<ReadonlyMap<number, number>> {
  const times = new Map<number, number>();
  let from = rows[0]?.height;
  const to = rows.at(-1)?.height;
  while (from !== undefined && to !== undefined && from <= to) {
    const blocks = await store.blocks(from, to, BLOCK_BYTES);
    for (const { block } of blocks) times.set(block.header.height, block.header.timestampMs);
    const last: Height | undefined = blocks.at(-1)?.block.header.height;
    if (last === undefined) break;
    from = (last + 1) as Height;
  }
  return times;
}
