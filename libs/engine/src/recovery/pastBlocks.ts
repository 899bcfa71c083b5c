import type { PastBlock } from '@lading/consensus';
import type { Height } from '@lading/kernel';
import { mergeViews } from '../epochViews.js';
import type { LedgerStore, StoredView } from '../ports.js';
import type { HeldBase } from './heldBase.js';

const READ_BYTES = 16 << 20;

/** Hash and state root of the heights from … to, ascending, without those that this node does not hold. */
export async function pastBlocks(
  store: Pick<LedgerStore, 'blocks'>,
  base: HeldBase | null,
  from: number,
  to: number
): Promise<PastBlock[]> {
  const past: PastBlock[] = (base?.recent ?? []).filter(({ height }) => height >= from && height <= to);
  const first = Math.max(from, (base?.height ?? -1) + 1);
  for (let next = first; next <= to; ) {
    const page = await store.blocks(next as Height, to as Height, READ_BYTES);
    if (page.length === 0) break;
    for (const { block, stateRoot } of page) {
      past.push({ height: block.header.height, blockHash: block.blockHash, stateRoot });
    }
    next += page.length;
  }
  return past;
}

/** Views of the running epoch's blocks up to a height; `start`: the height that the epoch began from. */
export async function viewsUpTo(
  store: Pick<LedgerStore, 'epochViews'>,
  base: HeldBase | null,
  start: number,
  height: number
): Promise<readonly StoredView[]> {
  const held = base !== null && base.height > start ? base : null;
  const from = (held?.height ?? start) + 1;
  const later = from > height ? [] : await store.epochViews(from as Height, height as Height);
  return held === null ? later : mergeViews(held.views, later);
}
