import { equalBytes } from '@lading/kernel';
import type { BatchRef, LaneCursor } from '@lading/ledger';
import { alarm } from './emit.js';
import { keyOf } from './key.js';
import type { StoredBatch } from './input.js';
import type { CoreState, Lane } from './state.js';

export function laneOf(state: CoreState, index: number): Lane | undefined {
  return state.lanes[index];
}

/** A batch that is on disk here. Below the committed cursor it is of no use any more. */
export function storeBatch(state: CoreState, batch: StoredBatch): void {
  const lane = laneOf(state, batch.ref.lane);
  const cursor = state.committed.cursors[batch.ref.lane];
  if (lane === undefined || cursor === undefined || batch.ref.seq < cursor.nextSeq) return;
  if (batch.epoch !== state.epoch) return;
  const key = keyOf(batch.ref.batchHash);
  if (lane.stored.has(key)) return;
  lane.stored.set(key, { batch, sinceMs: state.nowMs });
  const same = lane.bySeq.get(batch.ref.seq);
  if (same === undefined) lane.bySeq.set(batch.ref.seq, [key]);
  else {
    same.push(key);
    freezeLane(state, batch.ref.lane, `two batches with sequence number ${batch.ref.seq}`);
  }
  state.asked.delete(key);
}

/**
 * A3: the author of a lane has signed two batches for one place, or an invalid one. Local, until the epoch ends: this node
 * neither proposes the lane nor waits for it; blocks of others that order it are judged as ever.
 */
export function freezeLane(state: CoreState, index: number, detail: string): void {
  const lane = laneOf(state, index);
  if (lane === undefined || lane.frozen) return;
  lane.frozen = true;
  lane.head = null;
  alarm(state, 'LANE_FROZEN', `lane ${index}: ${detail}`);
}

export function storedBatch(state: CoreState, ref: BatchRef): StoredBatch | null {
  return laneOf(state, ref.lane)?.stored.get(keyOf(ref.batchHash))?.batch ?? null;
}

/** The stored batch that continues a lane at `cursor`; of an equivocating author's, the one that came first. */
export function nextBatch(state: CoreState, cursor: LaneCursor): StoredBatch | null {
  const lane = laneOf(state, cursor.lane);
  for (const key of lane?.bySeq.get(cursor.nextSeq) ?? []) {
    const held = lane?.stored.get(key);
    if (held !== undefined && equalBytes(held.batch.prevBatchHash, cursor.lastBatchHash)) return held.batch;
  }
  return null;
}

export function after(batch: StoredBatch): LaneCursor {
  return { lane: batch.ref.lane, nextSeq: batch.ref.seq + 1, lastBatchHash: batch.ref.batchHash };
}

/** For every lane, the first sequence number that is not stored in an unbroken row. */
export function laneTips(state: CoreState): number[] {
  return state.committed.cursors.map((start) => {
    let cursor = start;
    for (let batch = nextBatch(state, cursor); batch !== null; batch = nextBatch(state, cursor)) cursor = after(batch);
    return cursor.nextSeq;
  });
}

/** After a commit: forgets consumed batches. Returns true when a lane's head changed or disappeared. */
export function pruneLanes(state: CoreState): void {
  for (const cursor of state.committed.cursors) {
    const lane = laneOf(state, cursor.lane);
    if (lane === undefined) continue;
    for (const [seq, keys] of lane.bySeq) {
      if (seq >= cursor.nextSeq) continue;
      for (const key of keys) lane.stored.delete(key);
      lane.bySeq.delete(seq);
    }
  }
}

/** Notes since when each lane's head waits (spec T2). `restart` counts anew, as on entering a view. */
export function refreshHeads(state: CoreState, restart = false): void {
  for (const cursor of state.committed.cursors) {
    const lane = laneOf(state, cursor.lane);
    if (lane === undefined) continue;
    const batch = lane.frozen ? null : nextBatch(state, cursor);
    if (batch === null) {
      lane.head = null;
      continue;
    }
    const key = keyOf(batch.ref.batchHash);
    if (restart || lane.head?.key !== key) lane.head = { key, sinceMs: state.nowMs, forwardedMs: state.nowMs };
  }
}

/** Whether some lane has a batch that no committed block orders. */
export function hasPendingHead(state: CoreState): boolean {
  return state.lanes.some((lane) => lane.head !== null);
}
