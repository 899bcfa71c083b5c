import { equalBytes } from '@lading/kernel';
import type { Height } from '@lading/kernel';
import { chainTo, heightOf } from './chain.js';
import { isOnPreparedChain } from './accept.js';
import { alarm, halt, persistBlock, signBroadcast } from './emit.js';
import { OBSERVER } from './epochState.js';
import { payloadOf } from './payload.js';
import { outranks } from './rank.js';
import type { CoreState, Known, Slot } from './state.js';
import { slotOf } from './slots.js';
import { certify, countPhase, countVotes } from './voteKeeper.js';

/** Heights that this node votes on in its view, in order: base when it was proposed again (V6), and what follows it. */
function* votable(state: CoreState): Generator<{ known: Known; slot: Slot; height: number }> {
  // N4: observers follow the chain by its certificates.
  if (state.mode !== 'NORMAL' || state.halted !== null || state.top === null || state.self === OBSERVER) return;
  const head = heightOf(state.committed);
  const again = state.baseProof !== null && 'statements' in state.baseProof && state.baseProof.top?.kind === 'P';
  const first = Math.max(head + 1, again ? state.base.height : state.base.height + 1);
  for (let height = first; height <= heightOf(state.top); height++) {
    const known = state.accepted.get(height);
    const slot = known === undefined ? null : slotOf(state, state.view, height);
    if (known === undefined || slot === null) return;
    yield { known, slot, height };
  }
}

/** P3: the batches are stored and fit, and the state root that the header names is the one this node computed. */
function isBacked(state: CoreState, known: Known, slot: Slot): boolean {
  if (payloadOf(state, known) !== 'ok') return false;
  const { height, executedHeight, executedStateRoot } = known.block.header;
  if (height - state.window > state.executed) return false;
  if (state.mutants.has('no-root-check')) return true;
  const root = state.roots.get(executedHeight);
  if (root === undefined) return false;
  if (equalBytes(root, executedStateRoot)) return true;
  if (!state.rootsDoubted.has(executedHeight)) {
    state.rootsDoubted.add(executedHeight);
    alarm(state, 'STATE_ROOT_MISMATCH', `proposal ${height} names another state root of height ${executedHeight}`);
  }
  // X2: f+1 PREPAREs mean that an honest node computed the other root.
  if (countVotes(slot.prepares, known.block.blockHash) >= state.w) {
    halt(state, 'STATE_ROOT_MISMATCH', `honest peers computed another state root of height ${executedHeight}`);
  }
  return false;
}

/** D2, P3: a base that is not committed here yet may have ancestors that were prepared elsewhere: their batches too. */
function hasAncestors(state: CoreState, known: Known): boolean {
  if (known.block.header.height > state.base.height + 1) return true;
  const chain = chainTo(state, known.block.header.parentHash);
  return chain !== null && chain.every((ancestor) => payloadOf(state, ancestor) === 'ok');
}

/** P3: PREPAREs, in order of height, each after its block, all unlogged ancestors and lastPrepared are durable. */
export function prepareVotes(state: CoreState): void {
  for (const { known, slot, height } of votable(state)) {
    if (slot.sentPrepare) continue;
    if (!isBacked(state, known, slot) || !hasAncestors(state, known)) return;
    if (!isOnPreparedChain(state, height, known.block.blockHash)) return;
    notePrepared(state, known);
    slot.sentPrepare = true;
    slot.votedMs = state.nowMs;
    signBroadcast(state, {
      type: 'PREPARE',
      epoch: state.epoch,
      view: state.view,
      height: height as Height,
      blockHash: known.block.blockHash,
      signer: state.self
    });
  }
}

/** D2: moves lastPrepared up and logs the block with its ancestors; an ancestor prepared again needs nothing new. */
export function notePrepared(state: CoreState, known: Known): void {
  const { height } = known.block.header;
  persistChain(state, known);
  const last = state.lastPrepared;
  if (last !== null && last.view === state.view && last.height >= height) return;
  state.lastPrepared = { view: state.view, height, hash: known.block.blockHash };
  state.safetyDirty = true;
}

function persistChain(state: CoreState, known: Known): void {
  for (const ancestor of chainTo(state, known.block.blockHash) ?? []) persistBlock(state, ancestor);
  persistBlock(state, known);
}

/** Mutant of P4: votes for a block of the view that is being left, above what the frozen VIEW-CHANGE says. */
function commitLate(state: CoreState): void {
  for (const slot of state.slots.values()) {
    const own = slot.prepares[state.self] ?? null;
    if (own === null || slot.view >= state.view || slot.sentCommit || countPhase(slot, 'PREPARE', own.blockHash) < state.q) continue;
    slot.sentCommit = true;
    const { epoch, view, height, blockHash } = own;
    signBroadcast(state, { type: 'COMMIT', epoch, view, height, blockHash, signer: state.self });
  }
}

/** P4: COMMITs on q PREPAREs of this view, each after the prepared certificate is durable (D3). */
export function commitVotes(state: CoreState): void {
  if (state.mutants.has('commit-while-changing') && state.mode === 'CHANGING') commitLate(state);
  for (const { known, slot, height } of votable(state)) {
    if (slot.sentCommit || countPhase(slot, 'PREPARE', known.block.blockHash) < state.q) continue;
    if (!isBacked(state, known, slot) || !hasAncestors(state, known)) continue;
    const certificate = certify(state, slot, 'P', known.block.blockHash);
    if (certificate === null) continue;
    persistChain(state, known);
    if (outranks(certificate, state.highCert, state.mutants)) state.highCert = certificate;
    // D3: also when a higher one was learnt from peers meanwhile: this vote needs it on disk.
    if (state.highCert !== state.writtenHighCert && !state.mutants.has('no-persist-highCert')) state.safetyDirty = true;
    slot.sentCommit = true;
    slot.votedMs = state.nowMs;
    signBroadcast(state, {
      type: 'COMMIT',
      epoch: state.epoch,
      view: state.view,
      height: height as Height,
      blockHash: known.block.blockHash,
      signer: state.self
    });
  }
}

/** B2: the COMMIT that the safety record proves was allowed, sent again after a restart. */
export function repeatCommit(state: CoreState): void {
  const certificate = state.highCert;
  if (state.mode !== 'NORMAL' || certificate === null || certificate.kind !== 'P') return;
  if (certificate.epoch !== state.epoch || certificate.view !== state.view) return;
  if (certificate.height <= heightOf(state.committed)) return;
  const slot = slotOf(state, state.view, certificate.height);
  if (slot === null || slot.sentCommit) return;
  slot.sentCommit = true;
  if (certificate !== state.writtenHighCert) state.safetyDirty = true;
  const { epoch, view, height, hash } = certificate;
  signBroadcast(state, { type: 'COMMIT', epoch, view, height, blockHash: hash, signer: state.self });
}
