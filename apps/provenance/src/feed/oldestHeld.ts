import type { LedgerStore } from '@lading/engine';
import type { Height } from '@lading/kernel';

/** A place in the ledger: the last transaction that a reader has seen. */
export interface FeedCursor {
  readonly height: number;
  readonly index: number;
}

/** Behind every transaction of a block. */
const LAST_INDEX = 999_999_999;

type Held = Pick<LedgerStore, 'blockHashes' | 'lastHeight' | 'transactions'>;

/**
 * The cursor directly before the first transaction that this node holds, or null while its history is complete
 * (spec/outbox.md 5.1). A node that began with a snapshot does not hold the blocks below it; `historyFrom`: as its status says.
 */
export async function oldestHeld(store: Held, historyFrom?: number): Promise<FeedCursor | null> {
  // Some of the blocks below may be there already.
  if (historyFrom !== undefined) return { height: historyFrom - 1, index: LAST_INDEX };
  const first = 1 as Height;
  const head = (await store.lastHeight()) ?? 0;
  if (head < first || (await store.blockHashes(first, first)).length > 0) return null;
  const [row] = await store.transactions({ height: first, index: 0 }, 1);
  // Without a transaction there is nothing before the head that anybody could be told of.
  return { height: row === undefined ? head : row.height - 1, index: LAST_INDEX };
}

/** Whether transactions behind the cursor are missing before the oldest one held. */
export const isPruned = (cursor: FeedCursor, oldest: FeedCursor | null): boolean =>
  oldest !== null && (cursor.height < oldest.height || (cursor.height === oldest.height && cursor.index < oldest.index));

export const cursorText = ({ height, index }: FeedCursor): string => `${height}.${index}`;
