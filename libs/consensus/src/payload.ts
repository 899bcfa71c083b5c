import { advanceCursors } from '@lading/ledger';
import type { BatchRef, Block, LaneCursor } from '@lading/ledger';
import { keyOf } from './key.js';
import { chainTo, heightOf } from './chain.js';
import { decidedWaiting } from './decide.js';
import { endsRightly } from './epoch.js';
import { leaderIn } from './epochState.js';
import { storedBatch } from './lanes.js';
import type { CoreState, Known } from './state.js';
import { setDeadline } from './timers.js';

/** Refs asked for in one output. */
const FETCH_REFS = 64;

/**
 * P3: whether every batch of the block is stored here, follows the one before in its lane, and all together fit the
 * header and the limits. `bad` is final: the block's author signed something false.
 */
export function payloadOf(state: CoreState, known: Known): Known['payload'] {
  if (known.payload !== 'missing') return known.payload;
  const { block } = known;
  if (state.mutants.has('no-payload-check')) return 'ok';
  if (!block.refs.every((ref) => storedBatch(state, ref) !== null)) return 'missing';
  if (known.point === null) return 'missing';
  known.payload = fits(state, block, known.point.before) ? 'ok' : 'bad';
  return known.payload;
}

function fits(state: CoreState, block: Block, before: readonly LaneCursor[]): boolean {
  const lax = state.mutants.has('no-lane-contiguity');
  if (!lax && !advanceCursors(before, block.refs, (ref) => storedBatch(state, ref)?.prevBatchHash ?? null).ok) return false;
  // P2, N1: of the header, what needs the batches.
  if (!endsRightly(state, block) && !state.mutants.has('no-header-checks')) return false;
  const seen = new Set<number>();
  let txCount = 0;
  let furtherBytes = 0;
  for (const ref of block.refs) {
    const batch = storedBatch(state, ref);
    if (batch === null) return false;
    txCount += batch.txCount;
    if (seen.has(ref.lane)) furtherBytes += batch.sizeBytes;
    seen.add(ref.lane);
  }
  return txCount === block.header.txCount && furtherBytes <= state.config.parameters.blockBytes;
}

/**
 * F1: asks for batches that decided and accepted blocks need: at once for decided ones, after a short patience for
 * proposals, whose batches are usually on their way; again and again, beginning with another peer each time.
 */
export function fetchPayload(state: CoreState): void {
  const wanted = new Map<string, BatchRef>();
  const decided = decidedWaiting(state);
  if (decided !== null) wantFrom(state, decided, wanted, 0);
  // F1: a node that catches up fetches ahead: the payload of many blocks travels while the first are executed.
  for (let height = heightOf(state.committed) + 1; state.synced.has(height); height++) {
    const ahead = state.synced.get(height);
    if (ahead === undefined || wanted.size >= FETCH_REFS) break;
    wantFrom(state, ahead.block, wanted, 0);
  }
  // D2: of an uncommitted base, the ancestors too.
  const base = state.top !== null && state.base.height > heightOf(state.committed) ? chainTo(state, state.base.hash) : null;
  for (const known of base ?? []) {
    if (payloadOf(state, known) === 'missing') wantFrom(state, known.block, wanted, state.timing.payloadPatienceMs);
  }
  const end = state.top === null ? 0 : heightOf(state.top);
  for (let height = heightOf(state.committed) + 1; height <= end; height++) {
    const known = state.accepted.get(height);
    if (known?.payload === 'missing') wantFrom(state, known.block, wanted, state.timing.payloadPatienceMs);
  }
  if (wanted.size === 0 && state.asked.size === 0) {
    setDeadline(state, 'payload', null);
    return;
  }
  for (const key of state.asked.keys()) if (!wanted.has(key)) state.asked.delete(key);
  const due = [...wanted].filter(([key]) => (state.asked.get(key) ?? 0) <= state.nowMs).slice(0, FETCH_REFS);
  if (due.length > 0) {
    for (const [key] of due) state.asked.set(key, state.nowMs + state.timing.fetchRetryMs);
    const refs = due.map(([, ref]) => ref);
    state.outputs.push({ kind: 'FetchPayload', refs, peers: holders(state, refs) });
    state.payloadAttempt++;
  }
  let next: number | null = null;
  for (const at of state.asked.values()) next = next === null ? at : Math.min(next, at);
  setDeadline(state, 'payload', next);
}

function wantFrom(state: CoreState, block: Block, wanted: Map<string, BatchRef>, patienceMs: number): void {
  for (const ref of block.refs) {
    if (wanted.size >= FETCH_REFS) return;
    if (storedBatch(state, ref) !== null) continue;
    const key = keyOf(ref.batchHash);
    wanted.set(key, ref);
    if (!state.asked.has(key)) state.asked.set(key, state.nowMs + patienceMs);
  }
}

/** F1: in order of preference: the leader, which proposed them, the lane's author, then everyone else. */
function holders(state: CoreState, refs: readonly BatchRef[]): readonly number[] {
  const first = [leaderIn(state, state.view), refs[0]?.lane ?? 0];
  const all = [...first, ...state.peers.map((peer) => peer.index)];
  const others = [...new Set(all)].filter((index) => index !== state.self);
  const turn = others.length === 0 ? 0 : state.payloadAttempt % others.length;
  return [...others.slice(turn), ...others.slice(0, turn)];
}
