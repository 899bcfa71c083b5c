import { equalBytes } from '@lading/kernel';
import { chainTo, hashOf, heightOf, knownOf, pointOf, pruneKnown } from './chain.js';
import { refreshHeads } from './lanes.js';
import type { Safety } from './output.js';
import type { CoreState, Point } from './state.js';
import { restartProgress } from './timers.js';
import { pruneSlots } from './slots.js';

/** V6, P6: a new view in NORMAL mode on a base that its justification proves. Votes in it start after the persist. */
export function enterView(
  state: CoreState,
  view: number,
  base: Safety['base'],
  baseProof: Safety['baseProof']
): void {
  if (state.mode === 'CHANGING') state.lastViewChangeMs = boundedChange(state);
  if (baseProof !== null && !('statements' in baseProof)) state.lastViewChangeMs = 0;
  state.view = view;
  state.mode = 'NORMAL';
  state.base = base;
  state.baseProof = baseProof;
  state.ownViewChange = null;
  state.safetyDirty = true;
  state.accepted.clear();
  for (const key of state.proposals.keys()) if (key < view) state.proposals.delete(key);
  pruneSlots(state);
  for (const key of state.newViews.keys()) if (key < view - 1) state.newViews.delete(key);
  // P7: what the new view did not choose returns its refs to the pool, which is the lanes above the committed cursors.
  const tips = [base.hash, ...[...state.commitCerts.values()].map((certificate) => certificate.hash)];
  if (state.highCert !== null) tips.push(state.highCert.hash);
  if (state.lastPrepared !== null) tips.push(state.lastPrepared.hash);
  pruneKnown(state, tips);
  relinkTop(state);
  refreshHeads(state, true);
  restartProgress(state);
  state.leaderHeardMs = state.nowMs;
}

/** T4: how long the change took, bounded: an outage must not leave hour-long timers behind. */
function boundedChange(state: CoreState): number {
  return Math.min(state.nowMs - state.changingSinceMs, 2 * state.config.parameters.baseTimeoutMs);
}

/** Where this view's chain starts: its base, or the committed head once that is above the base (P5). */
function chainStart(state: CoreState): Point | null {
  if (state.mode !== 'NORMAL') return null;
  const head = heightOf(state.committed);
  if (state.base.height >= head) return pointOf(state, state.base.hash);
  if (state.mutants.has('top-not-advanced')) return null;
  // P5: blocks above base that a certificate of this view committed are accepted, even without their proposals.
  return state.headCertView === state.view ? state.committed : null;
}

/**
 * Recomputes the accepted chain after the head, the base, or what is held has changed. Blocks stay accepted while
 * they hang on the start; after a restart those of the own log up to lastPrepared are accepted again.
 */
export function relinkTop(state: CoreState): void {
  const start = chainStart(state);
  state.top = start;
  if (start === null) {
    state.accepted.clear();
    return;
  }
  for (const height of state.accepted.keys()) if (height < heightOf(start)) state.accepted.delete(height);
  const base = knownOf(state, state.base.hash);
  if (base !== undefined && heightOf(start) === state.base.height) state.accepted.set(state.base.height, base);
  else state.accepted.delete(heightOf(start));
  let top = start;
  for (;;) {
    const child = state.accepted.get(heightOf(top) + 1);
    const point = child === undefined ? null : pointOf(state, child.block.blockHash);
    if (child === undefined || point === null || !isChild(state, point, top)) break;
    top = point;
  }
  for (const height of state.accepted.keys()) if (height > heightOf(top)) state.accepted.delete(height);
  state.top = top;
  acceptOwnLog(state);
}

function isChild(state: CoreState, child: Point, parent: Point): boolean {
  return state.mutants.has('no-parent-check') || equalBytes(child.block.header.parentHash, hashOf(parent));
}

/** B2: what was prepared in this view before a restart is accepted again, from the log. */
function acceptOwnLog(state: CoreState): void {
  const last = state.lastPrepared;
  if (state.mutants.has('no-bond')) return;
  if (state.top === null || last === null || last.view !== state.view || last.height <= heightOf(state.top)) return;
  const chain = chainTo(state, last.hash);
  if (chain === null) return;
  const joins =
    equalBytes(hashOf(state.top), hashOf(state.committed)) ||
    chain.some((known) => state.top !== null && equalBytes(known.block.blockHash, hashOf(state.top)));
  if (!joins) return;
  for (const known of chain) {
    const { height } = known.block.header;
    const point = pointOf(state, known.block.blockHash);
    if (point === null) return;
    if (height <= heightOf(state.top)) continue;
    state.accepted.set(height, known);
    state.top = point;
  }
}
