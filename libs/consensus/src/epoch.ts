import { equalBytes } from '@lading/kernel';
import type { Height } from '@lading/kernel';
import { configHash, successorConfig } from '@lading/ledger';
import type { Block, CommitProof, EpochConfig } from '@lading/ledger';
import { hashOf, heightOf } from './chain.js';
import { halt } from './emit.js';
import { freshCursors, freshEpoch, OBSERVER, ownIndex } from './epochState.js';
import { refreshHeads, storedBatch } from './lanes.js';
import { allValidators, nextLeaders } from './leader.js';
import type { CoreState, Point } from './state.js';
import { idleTimeoutMs, setDeadline } from './timers.js';
import { relinkTop } from './view.js';

/** N1: the last height that this epoch can have. */
export function epochLimit(state: CoreState): number {
  return state.epochBase.height + state.config.parameters.epochBlocks;
}

/**
 * P1, N1: a block of this height may be empty: the last of an epoch that has others. An epoch of one block waits for trade,
 * or epochs would follow each other for ever.
 */
export function mayBeEmpty(state: CoreState, height: number): boolean {
  return height === epochLimit(state) && height > state.epochBase.height + 1;
}

/** N1: nothing follows a block that ends this epoch before the next one is entered. */
export function closesEpoch(state: CoreState, parent: Point): boolean {
  const { header } = parent.block;
  return header.epochEnd && header.epoch === state.epoch && !state.mutants.has('past-epoch-end');
}

/**
 * N1: the config that a block with these refs puts in force: the first effective change in block order, else at the last
 * height of the epoch the same content once more; null ends nothing. Needs the batches.
 */
export function nextConfigAfter(state: CoreState, refs: Block['refs'], height: number): EpochConfig | null {
  for (const ref of refs) {
    const changed = storedBatch(state, ref)?.nextConfig;
    if (changed !== undefined) return changed;
  }
  return height === epochLimit(state) ? successorConfig(state.config) : null;
}

/** P3, N1: epochEnd and nextConfigHash are what the batches say. */
export function endsRightly(state: CoreState, { header, refs }: Block): boolean {
  const next = nextConfigAfter(state, refs, header.height);
  if (next === null) return !header.epochEnd;
  return header.epochEnd && equalBytes(header.nextConfigHash, configHash(next, state.sha256));
}

/** L2: what the committed chain says of the view that made this block. */
export function noteView(state: CoreState, { header }: Block): void {
  const { originView, height, turnEnd, epochEnd } = header;
  state.views.set(originView, { view: originView, lastHeight: height, ended: turnEnd || epochEnd });
}

/** N1: the block that ends the epoch is committed: its config is kept until it is executed. */
export function closeEpoch(state: CoreState, block: Block, proof: CommitProof): void {
  const next = nextConfigAfter(state, block.refs, block.header.height);
  if (next === null || !equalBytes(configHash(next, state.sha256), block.header.nextConfigHash)) {
    halt(state, 'FORK', `certified block ${block.header.height} names another next config than its batches`);
    return;
  }
  state.ending = { block, certificate: proof.certificate, next };
}

/**
 * N2: the epoch's last block is executed: the next one begins with view 0 and that block as base. Its certificate ranks
 * below all of the new epoch (M3). Lanes begin anew; votes, proposals and batches of the old epoch are forgotten.
 */
export function enterEpoch(state: CoreState): void {
  const { ending, committed, lanes } = state;
  if (ending === null) return;
  const past = { config: state.config, views: [...state.views.values()] };
  const leaders = state.mutants.has('no-exclusion')
    ? allValidators(ending.next)
    : nextLeaders(past, state.leaders, ending.next);
  const self = ownIndex(ending.next, state.validatorKey);
  const { cursors } = committed;
  Object.assign(state, freshEpoch(ending.next, self, leaders, state.mutants));
  const keepsLanes = state.mutants.has('lanes-not-restarted') && lanes.length === state.n;
  const fresh = keepsLanes ? cursors : freshCursors(ending.next);
  state.committed = { ...committed, before: fresh, cursors: fresh };
  state.headCertView = OBSERVER;
  state.view = 0;
  state.mode = 'NORMAL';
  state.base = { height: heightOf(committed) as Height, hash: hashOf(committed) };
  state.epochBase = state.base;
  state.baseProof = null;
  state.lastPrepared = null;
  state.highCert = ending.certificate;
  state.writtenHighCert = null;
  state.safetyDirty = true;
  announce(state);
  for (const name of ['progress', 'inclusion', 'proposal', 'payload', 'sync', 'ack'] as const) setDeadline(state, name, null);
  state.lastGrowthMs = state.nowMs;
  state.leaderHeardMs = state.nowMs;
  setDeadline(state, 'leader', state.nowMs + idleTimeoutMs(state));
  relinkTop(state);
  refreshHeads(state, true);
}

/** N2: told before anything that is meant for the new epoch, and before its first Safety record. */
function announce(state: CoreState): void {
  const { epoch, config, leaders } = state;
  const self = state.self === OBSERVER ? null : state.self;
  state.outputs.push({ kind: 'EpochEntered', epoch, config, self, start: state.epochBase.height, leaders });
}
