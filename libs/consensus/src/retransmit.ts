import type { Height } from '@lading/kernel';
import { heightOf } from './chain.js';
import { sendCheckpoints } from './checkpoint.js';
import { broadcast, send, sendPayload, signBroadcast } from './emit.js';
import { after, laneTips, nextBatch } from './lanes.js';
import { leaderIn, OBSERVER } from './epochState.js';
import type { BatchAck, Status, StatusSlot } from './message.js';
import { proposalPaceMs } from './pace.js';
import { isSigned } from './propose.js';
import type { CoreState, Peer } from './state.js';
import { credibleHeight } from './sync.js';
import { makeViewChange, noteSuspect } from './viewChange.js';
import { signersOf } from './voteKeeper.js';

/** S1: a little less than the interval of STATUS, so that jitter does not skip every other one. */
const SERVE_FRACTION = 0.8;
/** Batches sent again to one peer for one STATUS. */
const BATCHES_AGAIN = 8;

/** S1: what this node has, and by omission what it lacks. */
export function sendStatus(state: CoreState): void {
  const head = state.committed.block;
  const message: Status = {
    type: 'STATUS',
    epoch: state.epoch,
    view: state.view,
    mode: modeOf(state),
    suspect: state.peers[state.self]?.suspect ?? -1,
    committedHeight: head.header.height,
    committedHash: head.blockHash,
    executedHeight: state.executed as Height,
    stableCheckpoint: (state.stable?.height ?? 0) as Height,
    window: windowSlots(state),
    laneTips: laneTips(state)
  };
  broadcast(state, message);
}

/**
 * M5: SYNCING is a word for people and peers: a window behind what an honest peer has committed; the voting state stays
 * what it is. CHANGING goes before it: only to those who say so is sent what opened the view (S3).
 */
export function modeOf(state: CoreState): Status['mode'] {
  if (state.halted !== null) return 'HALTED';
  if (state.self === OBSERVER) return 'OBSERVER';
  if (state.mode === 'CHANGING') return 'CHANGING';
  return credibleHeight(state) > heightOf(state.committed) + state.window ? 'SYNCING' : 'NORMAL';
}

function windowSlots(state: CoreState): StatusSlot[] {
  if (state.mode !== 'NORMAL') return [];
  const head = heightOf(state.committed);
  const slots: StatusSlot[] = [];
  for (let height = head + 1; height <= head + 2 * state.window; height++) {
    const slot = state.slots.get(`${state.view}:${height}`);
    // P2: a refused proposal is wanted again: its time may fit by then.
    const buffered = state.proposals.get(state.view)?.get(height);
    const hasProposal = state.accepted.has(height) || (buffered !== undefined && buffered.refusedOn === null);
    const prepares = slot === undefined ? 0 : signersOf(slot.prepares);
    const commits = slot === undefined ? 0 : signersOf(slot.commits);
    if (hasProposal || prepares + commits > 0) slots.push({ height: height as Height, hasProposal, prepares, commits });
  }
  return slots;
}

/** A1: what the leader tells its peers to hold is not asked again; a lane never gets shorter. */
function noteTips(peer: Peer, tips: readonly number[]): void {
  peer.tips = peer.tips.map((tip, lane) => Math.max(tip, tips[lane] ?? 0));
}

/** A1: a validator holds these batches. */
export function onBatchAck(state: CoreState, index: number, { epoch, laneTips: tips }: BatchAck): void {
  const peer = state.peers[index];
  if (peer !== undefined && epoch === state.epoch) noteTips(peer, tips);
}

/**
 * A1: tells the leader which batches are held here, when after a short while no proposal covers them. In the usual case
 * its proposal is faster, and nothing is sent.
 */
export function acknowledge(state: CoreState): void {
  const covered = state.top?.cursors ?? state.committed.cursors;
  const tips = laneTips(state);
  if (state.self === OBSERVER || tips.every((tip, lane) => tip <= (covered[lane]?.nextSeq ?? 0))) return;
  const message = { type: 'BATCH-ACK', epoch: state.epoch, laneTips: tips } as const;
  send(state, leaderIn(state, state.view), message);
}

/** S2: the only cause of retransmission; at most once for each peer and interval. */
export function onStatus(state: CoreState, index: number, status: Status): void {
  const peer = state.peers[index];
  if (peer === undefined || index === state.self) return;
  peer.status = status;
  peer.lastHeardMs = state.nowMs;
  // N3: of a peer in another epoch only its height counts: it shows who is behind.
  if (status.epoch !== state.epoch) return;
  noteTips(peer, status.laneTips);
  if (index === leaderIn(state, state.view)) state.leaderHeardMs = state.nowMs;
  noteSuspect(state, index, status.suspect);
  if (state.nowMs - peer.lastServedMs < SERVE_FRACTION * state.timing.statusMs) return;
  peer.lastServedMs = state.nowMs;
  sendView(state, peer, status);
  const together = status.view === state.view && state.mode === 'NORMAL' && status.mode !== 'CHANGING';
  if (together) sendWindow(state, peer, status);
  sendCheckpoints(state, peer, status.stableCheckpoint);
  sendOwnLane(state, peer, status);
}

/** S3: what opened this view, or what this node says about leaving the last. */
function sendView(state: CoreState, peer: Peer, status: Status): void {
  if (state.mode === 'CHANGING') {
    // V3: a mutant tells what it has learnt since.
    if (state.mutants.has('stale-view-change')) return signBroadcast(state, makeViewChange(state, state.view));
    const own = state.ownViewChange;
    if (status.view <= state.view && own !== null && isSigned(own.signature)) send(state, peer.index, own);
    return;
  }
  const waits = status.view < state.view || (status.view === state.view && status.mode === 'CHANGING');
  const { baseProof } = state;
  if (!waits || baseProof === null) return;
  if ('statements' in baseProof) {
    if (isSigned(baseProof.signature)) send(state, peer.index, baseProof);
    return;
  }
  const base = state.recent.get(state.base.height)?.block ?? null;
  if (base !== null) {
    const proof = { certificate: baseProof, descendants: [] };
    send(state, peer.index, { type: 'BLOCKS', blocks: [{ block: base, proof }], checkpoint: null });
  } else if (state.base.height <= heightOf(state.committed)) {
    const { height } = state.base;
    // The store may prove it by a descendant, which hands over nothing.
    state.outputs.push({ kind: 'ServeBlocks', to: peer.index, from: height, until: height, own: baseProof });
  }
}

/** S2: proposals of this view, and own votes, that the peer's bitmaps lack above its head. */
function sendWindow(state: CoreState, peer: Peer, status: Status): void {
  if (state.self === OBSERVER) return;
  const bySlot = new Map(status.window.map((slot) => [slot.height as number, slot]));
  const own = 2 ** state.self;
  const lacks = (bits: number): boolean => Math.floor(bits / own) % 2 === 0;
  const head = heightOf(state.committed);
  const graceMs = Math.min(proposalPaceMs(state), state.timing.statusMs);
  const isOnItsWay = (sinceMs: number | undefined): boolean => sinceMs !== undefined && state.nowMs - sinceMs < graceMs;
  // M1: nothing is held above two windows; what the peer claims must not set the length of this loop.
  for (let height = Math.max(head, status.committedHeight) + 1; height <= head + 2 * state.window; height++) {
    const theirs = bySlot.get(height);
    const known = state.accepted.get(height);
    const proposal = known?.prePrepare ?? null;
    if (theirs?.hasProposal !== true && proposal?.view === state.view && !isOnItsWay(known?.sinceMs)) {
      send(state, peer.index, proposal);
    }
    const slot = state.slots.get(`${state.view}:${height}`);
    if (isOnItsWay(slot?.votedMs)) continue;
    const prepare = slot?.prepares[state.self] ?? null;
    const commit = slot?.commits[state.self] ?? null;
    if (prepare !== null && lacks(theirs?.prepares ?? 0)) send(state, peer.index, prepare);
    if (commit !== null && lacks(theirs?.commits ?? 0)) send(state, peer.index, commit);
  }
}

/** S5: batches of the own lane that a peer lacks although they have been on their way for a while. */
function sendOwnLane(state: CoreState, peer: Peer, status: Status): void {
  const cursor = state.committed.cursors[state.self];
  const theirs = status.laneTips[state.self];
  const lane = state.lanes[state.self];
  if (cursor === undefined || theirs === undefined || lane === undefined) return;
  const refs = [];
  let at = cursor;
  for (let batch = nextBatch(state, at); batch !== null && refs.length < BATCHES_AGAIN; batch = nextBatch(state, at)) {
    at = after(batch);
    const stored = [...lane.stored.values()].find((held) => held.batch === batch);
    const old = stored !== undefined && state.nowMs - stored.sinceMs >= state.timing.idleCheckpointMs;
    if (batch.ref.seq >= theirs && old) refs.push(batch.ref);
  }
  sendPayload(state, peer.index, refs);
}
