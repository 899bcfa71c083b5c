import type { Height } from '@lading/kernel';
import { ZERO_HASH } from '@lading/kernel';
import { buildBlock, configHash, laneCursorsRoot, refsRoot } from '@lading/ledger';
import type { Block } from '@lading/ledger';
import { acceptBlock, closesTurn, isOnPreparedChain, turnLimit } from './accept.js';
import { addKnown, extendPoint, hashOf, heightOf } from './chain.js';
import { sendPayload, signBroadcast } from './emit.js';
import { closesEpoch, mayBeEmpty, nextConfigAfter } from './epoch.js';
import { leads } from './epochState.js';
import type { StoredBatch } from './input.js';
import { laneOf } from './lanes.js';
import { collectRefs } from './collectRefs.js';
import { keyOf } from './key.js';
import type { PrePrepare } from './message.js';
import type { CoreState, Known, Point } from './state.js';
import { isUnderWay, proposalPaceMs } from './pace.js';
import { setDeadline } from './timers.js';
import { notePrepared } from './voting.js';

/**
 * P1: the leader proposes as soon as some lane has a next batch; never an empty block. While blocks are under way it
 * keeps a small distance, so that a burst fills fewer, larger blocks. True when it proposed.
 */
export function propose(state: CoreState): boolean {
  const { top } = state;
  if (state.mode !== 'NORMAL' || state.halted !== null || top === null) return false;
  if (!leads(state) || closesEpoch(state, top)) return false;
  const height = heightOf(top) + 1;
  const beyond = height > turnLimit(state) && !state.mutants.has('prepare-past-turn-end');
  if (height > state.executed + state.window || beyond || closesTurn(state, top)) return false;
  const batches = collectRefs(state, top.cursors, height);
  // P1, N1: the last block of an epoch may be empty; an epoch ends when it is full, not when somebody trades.
  if (batches.length === 0 && !mayBeEmpty(state, height)) return false;
  const notBefore = state.lastProposalMs + proposalPaceMs(state);
  if (isUnderWay(state) && state.nowMs < notBefore) {
    setDeadline(state, 'proposal', notBefore);
    return false;
  }
  const block = composeBlock(state, top, batches);
  const point = block === null ? null : extendPoint(state, top, block);
  if (block === null || point === null) return false;
  // P2 binds the leader too: after a restart it must not propose beside what it prepared before.
  if (!isOnPreparedChain(state, height, block.blockHash)) return false;
  acceptBlock(state, point, null);
  const known = addKnown(state, block);
  known.payload = 'ok';
  state.lastProposalMs = state.nowMs;
  notePrepared(state, known);
  signBroadcast(state, prePrepareOf(state, known));
  for (const batch of batches) pushUnacknowledged(state, batch);
  return true;
}

/**
 * A2: a batch that was held for longer than one is in transit, and that fewer than q validators have said to hold, goes out
 * with its proposal to those who have not: its author may have left them out.
 */
function pushUnacknowledged(state: CoreState, { ref }: StoredBatch): void {
  const held = laneOf(state, ref.lane)?.stored.get(keyOf(ref.batchHash));
  const { payloadPatienceMs, proposalIntervalMs } = state.timing;
  // A batch that waited for its turn to be proposed, no longer than it had to, says nothing of its author.
  const patienceMs = payloadPatienceMs + proposalPaceMs(state) - proposalIntervalMs;
  if (held === undefined || state.nowMs - held.sinceMs < patienceMs) return;
  const without = state.peers.filter((peer) => {
    return peer.index !== state.self && peer.index !== ref.lane && (peer.tips[ref.lane] ?? 0) <= ref.seq;
  });
  if (state.n - without.length >= state.q) return;
  for (const peer of without) sendPayload(state, peer.index, [ref]);
}

/** P1: the block that extends `parent` with these batches; null while the state root it must name is not known. */
function composeBlock(state: CoreState, parent: Point, batches: readonly StoredBatch[]): Block | null {
  const refs = batches.map((batch) => batch.ref);
  const height = heightOf(parent) + 1;
  const executedHeight = Math.max(0, height - state.window);
  const executedStateRoot = state.roots.get(executedHeight);
  const last = batches.reduce((cursors, { ref }) => {
    cursors[ref.lane] = { lane: ref.lane, nextSeq: ref.seq + 1, lastBatchHash: ref.batchHash };
    return cursors;
  }, [...parent.cursors]);
  if (executedStateRoot === undefined) return null;
  const next = nextConfigAfter(state, refs, height);
  return buildBlock(
    {
      chainId: state.config.chainId,
      epoch: state.epoch,
      height: height as Height,
      parentHash: hashOf(parent),
      historyRoot: parent.history.root(),
      originView: state.view,
      proposer: state.self,
      // P2: the leader's clock, and strictly more than the parent's time.
      timestampMs: Math.max(state.wallMs, parent.block.header.timestampMs + 1),
      refsRoot: refsRoot(refs, state.sha256),
      refCount: refs.length,
      txCount: batches.reduce((sum, batch) => sum + batch.txCount, 0),
      laneCursorsRoot: laneCursorsRoot(last, state.sha256),
      executedHeight: executedHeight as Height,
      executedStateRoot,
      // P8: a leader that is about to stop ends its turn with the next block.
      turnEnd: height === turnLimit(state) || state.leaving,
      epochEnd: next !== null,
      nextConfigHash: next === null ? ZERO_HASH : configHash(next, state.sha256)
    },
    refs,
    state.sha256
  );
}

/** The first proposal of a view carries what opened the view, for those who missed it. */
export function prePrepareOf(state: CoreState, known: Known): Omit<PrePrepare, 'signature'> {
  const opens = known.block.header.height === state.base.height + 1;
  const { baseProof } = state;
  const signed = baseProof !== null && (!('statements' in baseProof) || isSigned(baseProof.signature));
  const justification = opens && signed ? baseProof : null;
  const { epoch, view, self } = state;
  return { type: 'PRE-PREPARE', epoch, view, block: known.block, justification, signer: self };
}

/** An own message that the driver has not returned yet, or that was restored from the log, has a zero signature. */
export function isSigned(signature: Uint8Array): boolean {
  return signature.some((byte) => byte !== 0);
}

/** B2: a leader that restarts in its own view sends its uncommitted proposals again, the same bytes. */
export function repeatProposals(state: CoreState): void {
  if (state.mode !== 'NORMAL' || !leads(state)) return;
  for (const height of [...state.accepted.keys()].sort((a, b) => a - b)) {
    const known = state.accepted.get(height);
    if (known === undefined || known.block.header.originView !== state.view) continue;
    if (known.block.header.proposer === state.self) signBroadcast(state, prePrepareOf(state, known));
  }
}
