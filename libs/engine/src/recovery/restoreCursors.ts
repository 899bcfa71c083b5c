import { equalBytes } from '@lading/kernel';
import type { Height, Sha256 } from '@lading/kernel';
import { initialCursors, laneCursorsRoot } from '@lading/ledger';
import type { LaneCursor } from '@lading/ledger';
import { EngineFault } from '../fault.js';
import type { LedgerStore, StoredBlock } from '../ports.js';
import type { HeldBase } from './heldBase.js';

const PAGE = 256;
const PAGE_BYTES = 16 << 20;

/**
 * Lane cursors after the head: the newest ref of every lane, searched backwards, and checked against the head's
 * laneCursorsRoot. A lane that had no batch in the epoch is searched down to its beginning, or to where the ledger begins here.
 */
export async function restoreCursors(
  store: LedgerStore,
  head: StoredBlock,
  epoch: { readonly lanes: number; readonly startHeight: number },
  base: HeldBase | null,
  sha256: Sha256
): Promise<readonly LaneCursor[]> {
  const held = base !== null && base.height > epoch.startHeight ? base : null;
  const cursors = held === null ? initialCursors(epoch.lanes) : [...held.cursors];
  const below = held?.height ?? epoch.startHeight;
  // Lanes begin anew after the block that ended the epoch before.
  if (head.block.header.height === epoch.startHeight) return cursors;
  const missing = new Set(cursors.map((cursor) => cursor.lane));
  const { height, laneCursorsRoot: expected } = head.block.header;
  const complete = (): boolean => equalBytes(laneCursorsRoot(cursors, sha256), expected);
  for (let to: number = height; to > below && missing.size > 0 && !complete(); ) {
    const from = Math.max(below + 1, to - PAGE + 1);
    const page = await readAll(store, from, to);
    for (const { block } of page.reverse()) {
      for (const ref of block.refs.toReversed()) {
        if (!missing.delete(ref.lane)) continue;
        cursors[ref.lane] = { lane: ref.lane, nextSeq: ref.seq + 1, lastBatchHash: ref.batchHash };
      }
    }
    to = from - 1;
  }
  if (complete()) return cursors;
  throw new EngineFault('STORE_DAMAGED', `table block: the refs up to ${height} do not give its laneCursorsRoot`);
}

async function readAll(store: LedgerStore, from: number, to: number): Promise<StoredBlock[]> {
  const blocks: StoredBlock[] = [];
  for (let next = from; next <= to; ) {
    const page = await store.blocks(next as Height, to as Height, PAGE_BYTES);
    if (page.length === 0) throw new EngineFault('STORE_DAMAGED', `table block: height ${next} is missing`);
    blocks.push(...page);
    next += page.length;
  }
  return blocks;
}
