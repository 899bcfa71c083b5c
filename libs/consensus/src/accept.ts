import { equalBytes, ZERO_HASH } from '@lading/kernel';
import { laneCursorsRoot } from '@lading/ledger';
import { addKnown, extendPoint, hashOf, heightOf, knownOf } from './chain.js';
import { learnCommit, blockOf } from './decide.js';
import { notePaceBegin } from './pace.js';
import { keyOf } from './key.js';
import { closesEpoch, epochLimit, mayBeEmpty } from './epoch.js';
import { isClosed, leaderIn } from './epochState.js';
import { evidence } from './evidence.js';
import { considerHandOver } from './handover.js';
import type { PrePrepare } from './message.js';
import { onNewView } from './newView.js';
import type { Buffered, CoreState, Point } from './state.js';

/** P2: tolerances of a proposal's time against the own clock. The lower one grows with failed views. */
const AHEAD_MS = 2_000;
const BEHIND_MS = 10_000;

/** Takes a signed proposal: its justification may open the view; the block waits in a slot until it can be judged. */
export function onPrePrepare(state: CoreState, message: PrePrepare): void {
  const { view, block, justification } = message;
  if (message.epoch !== state.epoch || block.header.epoch !== state.epoch) return;
  if (justification !== null) {
    if ('statements' in justification) onNewView(state, justification);
    else {
      learnCommit(state, justification);
      const base = blockOf(state, justification);
      if (base !== null) considerHandOver(state, base, justification);
    }
  }
  const { height } = block.header;
  // P2: only from the leader of the view; one slot for each height of two windows, in this view and the next (M1).
  if (message.signer !== leaderIn(state, view) || isClosed(state)) return;
  if (view < state.view || view > state.view + 1) return;
  if (height <= heightOf(state.committed) || height > heightOf(state.committed) + 2 * state.window) return;
  const first = firstSeen(state, message);
  if (first !== null) {
    if (!equalBytes(first.block.blockHash, block.blockHash)) evidence(state, 'PRE-PREPARE', first, message);
    else judgeAgain(state, message);
    return;
  }
  const accepted = state.accepted.get(height);
  if (view === state.view && accepted !== undefined && accepted.key === knownOf(state, block.blockHash)?.key) {
    accepted.prePrepare ??= message;
    return;
  }
  const byHeight = state.proposals.get(view) ?? new Map<number, Buffered>();
  byHeight.set(height, { message, timely: isTimely(state, message), refusedOn: null });
  state.proposals.set(view, byHeight);
}

/** The proposal held for the same view and height. */
function firstSeen(state: CoreState, message: PrePrepare): PrePrepare | null {
  const { height } = message.block.header;
  const buffered = state.proposals.get(message.view)?.get(height)?.message;
  if (buffered !== undefined) return buffered;
  const accepted = state.accepted.get(height)?.prePrepare ?? null;
  return accepted !== null && accepted.view === message.view ? accepted : null;
}

/** P2: the first proposal of a slot stays the first; refused for its time, it may fit when it is sent again (S2). */
function judgeAgain(state: CoreState, message: PrePrepare): void {
  const buffered = state.proposals.get(message.view)?.get(message.block.header.height);
  if (buffered === undefined || buffered.refusedOn === null) return;
  buffered.timely = isTimely(state, message);
  buffered.refusedOn = null;
}

/** P2: judged on arrival, not later: else delays would decide which nodes accept. */
function isTimely(state: CoreState, message: PrePrepare): boolean {
  const { timestampMs } = message.block.header;
  const behind = BEHIND_MS * 2 ** Math.min(state.backoff, 6);
  if (state.mutants.has('no-lower-clock-bound')) return timestampMs <= state.wallMs + AHEAD_MS;
  return timestampMs <= state.wallMs + AHEAD_MS && timestampMs >= state.wallMs - behind;
}

/** P2: accepts buffered proposals in order while each extends the chain of this view. True when the top moved. */
export function acceptProposals(state: CoreState): boolean {
  if (state.mode !== 'NORMAL') return false;
  let moved = false;
  for (;;) {
    const { top } = state;
    if (top === null) return moved;
    const height = heightOf(top) + 1;
    const byHeight = state.proposals.get(state.view);
    const buffered = byHeight?.get(height);
    // P2, F: above executed + L a proposal waits; execution that lags must not cause view changes.
    if (byHeight === undefined || buffered === undefined || height > state.executed + state.window) return moved;
    const parent = keyOf(hashOf(top));
    if (buffered.refusedOn === parent) return moved;
    const point = judge(state, buffered, top);
    if (point === null) {
      buffered.refusedOn = parent;
      return moved;
    }
    byHeight.delete(height);
    acceptBlock(state, point, buffered.message);
    moved = true;
  }
}

export function acceptBlock(state: CoreState, point: Point, message: PrePrepare | null): void {
  const known = addKnown(state, point.block);
  known.point = point;
  known.prePrepare ??= message;
  state.accepted.set(heightOf(point), known);
  state.top = point;
  notePaceBegin(state, heightOf(point));
}

/** P2: every field of the header equals what this node computes; null refuses the proposal. */
function judge(state: CoreState, { message, timely }: Buffered, parent: Point): Point | null {
  const { block } = message;
  const { header } = block;
  const unchained = state.mutants.has('no-parent-check');
  if (!timely || header.originView !== state.view) return null;
  if (!unchained && !equalBytes(header.parentHash, hashOf(parent))) return null;
  if (closesTurn(state, parent) || closesEpoch(state, parent)) return null;
  const point = extendPoint(state, parent, block);
  if (point === null || !hasFewRefs(state, block.refs.map((ref) => ref.lane))) return null;
  const height = heightOf(parent) + 1;
  const valid = state.mutants.has('no-header-checks') || hasRightHeader(state, message, parent, point, unchained);
  return valid && isOnPreparedChain(state, height, block.blockHash) ? point : null;
}

/** P2: what does not need the batches; P3 judges txCount and, where a transaction ends the epoch, epochEnd. */
function hasRightHeader(state: CoreState, message: PrePrepare, parent: Point, point: Point, unchained: boolean): boolean {
  const { header, refs } = message.block;
  const height = heightOf(parent) + 1;
  const executedHeight = Math.max(0, height - state.window);
  return (
    equalBytes(header.chainId, state.config.chainId) &&
    header.height === height &&
    header.proposer === message.signer &&
    header.timestampMs > parent.block.header.timestampMs &&
    (unchained || equalBytes(header.historyRoot, parent.history.root())) &&
    equalBytes(header.laneCursorsRoot, laneCursorsRoot(point.cursors, state.sha256)) &&
    header.executedHeight === executedHeight &&
    (state.mutants.has('prepare-past-turn-end') || isWithinTurn(state, header.turnEnd, height)) &&
    // N1: no block is empty but the last of an epoch, which every epoch of full length has.
    (refs.length > 0 || mayBeEmpty(state, height)) &&
    (header.epochEnd || height < epochLimit(state)) &&
    header.epochEnd !== equalBytes(header.nextConfigHash, ZERO_HASH)
  );
}

/** P2: turnEnd is due at base + R and allowed before. */
function isWithinTurn(state: CoreState, turnEnd: boolean, height: number): boolean {
  return height <= turnLimit(state) && (turnEnd || height < turnLimit(state));
}

/** P1: the height at which this view's turn ends at the latest. */
export function turnLimit(state: CoreState): number {
  return state.base.height + state.config.parameters.turnBlocks;
}

/** P2: nothing follows a turn-end block within the view that proposed it. */
export function closesTurn(state: CoreState, parent: Point): boolean {
  const { turnEnd, originView, epoch } = parent.block.header;
  if (state.mutants.has('prepare-past-turn-end')) return false;
  // N2: the base of an epoch was proposed in a view of the last one.
  return turnEnd && originView === state.view && epoch === state.epoch && heightOf(parent) > 0;
}

function hasFewRefs(state: CoreState, lanes: readonly number[]): boolean {
  const counts = new Map<number, number>();
  for (const lane of lanes) counts.set(lane, (counts.get(lane) ?? 0) + 1);
  return [...counts.values()].every((count) => count <= state.config.parameters.refsPerLane);
}

/**
 * P2: having prepared in this view binds to that chain: an ancestor or the same block may be prepared again, a higher
 * one must extend it. The accepted chain is known below `height`.
 */
export function isOnPreparedChain(state: CoreState, height: number, hash: Uint8Array): boolean {
  const last = state.lastPrepared;
  if (last === null || last.view !== state.view || state.mutants.has('no-bond')) return true;
  if (height === last.height) return equalBytes(hash, last.hash);
  if (height > last.height) {
    const below = state.accepted.get(last.height)?.block.blockHash ?? state.recent.get(last.height)?.hash;
    return below !== undefined && equalBytes(below, last.hash);
  }
  let known = knownOf(state, last.hash);
  while (known !== undefined && known.block.header.height > height) {
    known = knownOf(state, known.block.header.parentHash);
  }
  return known !== undefined && known.block.header.height === height && equalBytes(known.block.blockHash, hash);
}
