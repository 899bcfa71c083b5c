import { equalBytes } from '@lading/kernel';
import type { Certificate, CommitProof } from '@lading/ledger';
import type { Block } from '@lading/ledger';
import { chainTo, hashOf, heightOf, knownOf, pointOf, addKnown } from './chain.js';
import { halt } from './emit.js';
import { closeEpoch, enterEpoch, noteView } from './epoch.js';
import { isClosed } from './epochState.js';
import { considerHandOver } from './handover.js';
import { pruneLanes, refreshHeads, storedBatch } from './lanes.js';
import { outranks } from './rank.js';
import type { CoreState, Point } from './state.js';
import { noteLatency, restartProgress } from './timers.js';
import { relinkTop } from './view.js';

/** How far above the head certificates and blocks from a peer's answer are kept. */
export const SYNC_REACH = 128;
/** Committed heights whose hashes and roots are remembered: four of the widest windows, for the window may change (N2). */
export const REMEMBERED_HEIGHTS = 256;

/** P5: any valid commit certificate counts, of whatever view and in whatever mode it is learnt. */
export function learnCommit(state: CoreState, certificate: Certificate): void {
  if (certificate.kind !== 'C' || certificate.epoch !== state.epoch) return;
  const { height, hash } = certificate;
  const past = state.recent.get(height)?.hash ?? state.commitCerts.get(height)?.hash;
  // H2: two commit certificates of one height with different hashes: more than f validators are faulty.
  if (past !== undefined && !equalBytes(past, hash)) {
    halt(state, 'FORK', `two blocks are certified at height ${height}`);
    return;
  }
  const head = heightOf(state.committed);
  // N1: nothing of this epoch is above the block that ends it.
  if (height <= head || height > head + SYNC_REACH || isClosed(state)) return;
  if (outranks(certificate, state.highCert, state.mutants)) state.highCert = certificate;
  const held = state.commitCerts.get(height);
  if (held === undefined || held.view < certificate.view) state.commitCerts.set(height, certificate);
}

interface Decided {
  readonly block: Block;
  readonly proof: CommitProof;
}

/**
 * The block after the head, when it is certified: by a proof from a peer, or by the nearest certificate at most W
 * heights above it whose chain is held down to the head (P5: all ancestors commit).
 */
function nextDecided(state: CoreState): Decided | null {
  if (isClosed(state) || (state.commitCerts.size === 0 && state.synced.size === 0)) return null;
  const next = heightOf(state.committed) + 1;
  const synced = state.synced.get(next);
  if (synced !== undefined && equalBytes(synced.block.header.parentHash, hashOf(state.committed))) return synced;
  for (let height = next; height <= next + state.window; height++) {
    const certificate = state.commitCerts.get(height);
    const chain = certificate === undefined ? null : chainTo(state, certificate.hash);
    const [first, ...rest] = chain ?? [];
    if (certificate === undefined || first === undefined) continue;
    return { block: first.block, proof: { certificate, descendants: rest.map((known) => known.block.header) } };
  }
  return null;
}

/** The decided block whose batches are still missing here, if that is what holds the head up. */
export function decidedWaiting(state: CoreState): Block | null {
  return nextDecided(state)?.block ?? null;
}

const isStored = (state: CoreState, block: Block): boolean =>
  block.refs.every((ref) => storedBatch(state, ref) !== null);

/** P5: commits everything that is certified and stored, in order, as one output. True when the head moved. */
export function decide(state: CoreState): boolean {
  const decided: Decided[] = [];
  for (let next = nextDecided(state); next !== null; next = nextDecided(state)) {
    if (state.halted !== null || !isStored(state, next.block)) break;
    const known = addKnown(state, next.block);
    const point = pointOf(state, known.block.blockHash);
    if (point === null) {
      halt(state, 'FORK', `certified block ${next.block.header.height} does not continue the lanes`);
      break;
    }
    advanceHead(state, point, next.proof);
    decided.push(next);
  }
  if (decided.length === 0) return false;
  state.outputs.push({ kind: 'Commit', blocks: decided });
  state.lastGrowthMs = state.nowMs;
  state.backoff = 0;
  // T2: progress of other lanes does not reset the wait of this one.
  refreshHeads(state, state.mutants.has('inclusion-reset-by-progress'));
  relinkTop(state);
  restartProgress(state);
  if (state.mutants.has('early-epoch-entry')) enterEpoch(state);
  return true;
}

function advanceHead(state: CoreState, point: Point, proof: CommitProof): void {
  const { header, blockHash } = point.block;
  const height = header.height;
  const accepted = state.accepted.get(height);
  if (accepted !== undefined && accepted.block.blockHash === blockHash) {
    noteLatency(state, Math.min(state.nowMs - accepted.sinceMs, state.config.parameters.baseTimeoutMs));
  }
  const own = state.commitCerts.get(height);
  noteView(state, point.block);
  if (header.epochEnd) closeEpoch(state, point.block, proof);
  followLastPrepared(state, point, proof.certificate.view);
  state.committed = point;
  state.headCertView = proof.certificate.view;
  state.recent.set(height, { hash: blockHash, block: point.block });
  state.recent.delete(height - REMEMBERED_HEIGHTS);
  checkExecutedRoot(state, point.block);
  forgetUpTo(state, height);
  pruneLanes(state);
  if (own !== undefined) considerHandOver(state, point.block, own);
  if (proof.descendants.length === 0) considerHandOver(state, point.block, proof.certificate);
}

/** P2 binds proposals to the chain last prepared: as that chain commits in this view, the bond moves up with it. */
function followLastPrepared(state: CoreState, point: Point, certificateView: number): void {
  const last = state.lastPrepared;
  if (last === null || last.view !== state.view || certificateView !== state.view) return;
  const { height } = point.block.header;
  const past = last.height === height ? point.block.blockHash : state.recent.get(last.height)?.hash;
  if (last.height > height || past === undefined || !equalBytes(past, last.hash)) return;
  state.lastPrepared = { view: last.view, height, hash: point.block.blockHash };
}

function forgetUpTo(state: CoreState, height: number): void {
  for (const [key, known] of state.known) if (known.block.header.height <= height) state.known.delete(key);
  for (const [key, slot] of state.slots) if (slot.height <= height) state.slots.delete(key);
  for (const byHeight of state.proposals.values()) {
    for (const key of byHeight.keys()) if (key <= height) byHeight.delete(key);
  }
  for (const key of state.commitCerts.keys()) if (key <= height) state.commitCerts.delete(key);
  for (const key of state.synced.keys()) if (key <= height) state.synced.delete(key);
}

/** X2: a committed header that names another state root than the own one: q validators disagree with this node. */
export function checkExecutedRoot(state: CoreState, block: Block): void {
  const { executedHeight, executedStateRoot, height } = block.header;
  const root = state.roots.get(executedHeight);
  if (root === undefined || equalBytes(root, executedStateRoot)) return;
  halt(state, 'STATE_ROOT_MISMATCH', `committed block ${height} names another state root of height ${executedHeight}`);
}

/** A block by certificate, for the rule of hand-over: uncommitted or recently committed. */
export function blockOf(state: CoreState, certificate: Certificate): Block | null {
  const known = knownOf(state, certificate.hash);
  if (known !== undefined) return known.block;
  const past = state.recent.get(certificate.height);
  return past !== undefined && equalBytes(past.hash, certificate.hash) ? past.block : null;
}
