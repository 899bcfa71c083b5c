import type { LaneCursor } from '@lading/ledger';
import type { StoredBatch } from './input.js';
import { after, laneOf, nextBatch } from './lanes.js';
import type { CoreState } from './state.js';

/** What a proposal has taken of one lane so far. */
interface Share {
  readonly lane: number;
  cursor: LaneCursor;
  refs: number;
  /** Of the refs after the first, which the byte limit does not count. */
  bytes: number;
}

/**
 * P1: refs for a child of a block with these cursors. The head of every lane first, beginning with another lane at each
 * height; it is always allowed. Then, while the byte limit lasts, always the next batch of the lane that has had the
 * fewest bytes: lanes that compete get equal shares, and what one does not use is for the others.
 */
export function collectRefs(state: CoreState, start: readonly LaneCursor[], height: number): readonly StoredBatch[] {
  const { refsPerLane, blockBytes } = state.config.parameters;
  const chosen: StoredBatch[] = [];
  const shares: Share[] = [];
  for (let i = 0; i < state.n; i++) {
    const lane = (height + i) % state.n;
    const cursor = start[lane];
    // A3: a leader passes over lanes whose author it caught.
    const batch = cursor === undefined || laneOf(state, lane)?.frozen === true ? null : nextBatch(state, cursor);
    if (batch === null) continue;
    chosen.push(batch);
    shares.push({ lane, cursor: after(batch), refs: 1, bytes: 0 });
  }
  let left = blockBytes;
  let open = shares;
  while (open.length > 0) {
    let poorest: Share | null = null;
    for (const share of open) if (poorest === null || share.bytes < poorest.bytes) poorest = share;
    if (poorest === null) break;
    const share = poorest;
    const batch = share.refs < refsPerLane ? nextBatch(state, share.cursor) : null;
    if (batch === null || batch.sizeBytes > left) {
      open = open.filter((other) => other !== share);
      continue;
    }
    left -= batch.sizeBytes;
    share.bytes += batch.sizeBytes;
    share.refs += 1;
    share.cursor = after(batch);
    chosen.push(batch);
  }
  return chosen;
}
