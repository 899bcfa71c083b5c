import type { Height } from '@lading/kernel';
import { acceptProposals, onPrePrepare } from './accept.js';
import { heightOf } from './chain.js';
import { checkpointWhenIdle, onCheckpoint, onExecuted } from './checkpoint.js';
import { decide } from './decide.js';
import { persistSafety, signBroadcast } from './emit.js';
import { OBSERVER } from './epochState.js';
import { onEvidence } from './evidence.js';
import { expireInclusion, expireLeader, expireLink, noteLink, watchInclusion, watchLink } from './expiry.js';
import type { Input } from './input.js';
import { freezeLane, refreshHeads, storeBatch } from './lanes.js';
import type { FetchBlocks, Message } from './message.js';
import { onNewView } from './newView.js';
import type { Output } from './output.js';
import { fetchPayload } from './payload.js';
import { proposalPaceMs } from './pace.js';
import { isSigned, propose, repeatProposals } from './propose.js';
import { acknowledge, onBatchAck, onStatus, sendStatus } from './retransmit.js';
import type { CoreState } from './state.js';
import { catchUp, fetchProposals, onBlocks, onFetchProposal, onProposals } from './sync.js';
import { armTimers, disarmFired, idleTimeoutMs, setDeadline, takeDue, watchProgress } from './timers.js';
import { followSuspects, noteSuspect, onViewChange, openView, raiseSuspect } from './viewChange.js';
import { relinkTop } from './view.js';
import { unreachable } from '@lading/kernel';
import { onVote } from './voteKeeper.js';
import { commitVotes, prepareVotes, repeatCommit } from './voting.js';

/**
 * The whole protocol: takes one input, changes `state`, returns what the driver must do, in order. Deterministic and
 * synchronous. Signatures were verified by the caller (verifyMessage): nothing here looks at a signature's bytes.
 */
export function step(state: CoreState, input: Input, nowMs: number): readonly Output[] {
  setClock(state, Math.floor(nowMs));
  state.outputs = [];
  if (!state.booted) boot(state);
  take(state, input);
  settle(state);
  return state.outputs;
}

/** T5: a clock that is set back does not stop the timers: they go on from where they were. */
function setClock(state: CoreState, wallMs: number): void {
  state.wallMs = wallMs;
  if (state.booted && wallMs + state.offsetMs < state.nowMs) {
    state.offsetMs = state.nowMs - wallMs;
    state.armed.clear();
  }
  state.nowMs = wallMs + state.offsetMs;
}

function take(state: CoreState, input: Input): void {
  switch (input.kind) {
    case 'Message':
      onMessage(state, input.peer, input.message);
      return;
    case 'Tick':
      onTick(state);
      return;
    case 'BatchStored':
      storeBatch(state, input.batch);
      refreshHeads(state);
      expectAck(state);
      return;
    case 'Executed':
      onExecuted(state, input);
      return;
    // P8: from here on, turns of this node end with their next block.
    case 'HandOver':
      state.leaving = true;
      return;
    case 'Link':
      return noteLink(state, input.peer, input.up);
    case 'LaneFault':
      freezeLane(state, input.lane, input.detail);
      return;
    // The driver keeps the order of outputs, so nothing waits for a token; settling looks for refs by itself.
    case 'Persisted':
    case 'ProposalNeeded':
      return;
    default:
      unreachable(input, 'input');
  }
}

function onMessage(state: CoreState, peer: number, message: Message): void {
  switch (message.type) {
    case 'PRE-PREPARE':
      return onPrePrepare(state, message);
    case 'PREPARE':
    case 'COMMIT':
      return onVote(state, message);
    case 'SUSPECT':
      return message.epoch === state.epoch ? noteSuspect(state, peer, message.view) : undefined;
    case 'VIEW-CHANGE':
      return onViewChange(state, message);
    case 'NEW-VIEW':
      return onNewView(state, message);
    case 'CHECKPOINT':
      return onCheckpoint(state, message);
    case 'STATUS':
      return onStatus(state, peer, message);
    case 'FETCH-BLOCKS':
      return serveBlocks(state, peer, message);
    case 'BLOCKS':
      return onBlocks(state, peer, message);
    case 'FETCH-PROPOSAL':
      return onFetchProposal(state, peer, message);
    case 'PROPOSALS':
      return onProposals(state, message);
    case 'BATCH-ACK':
      return onBatchAck(state, peer, message);
    case 'EVIDENCE':
      return onEvidence(state, message);
    default:
      unreachable(message, 'message');
  }
}

/** A1: lane tips are told together, a little after the first batch, and after the next proposal should have come. */
function expectAck(state: CoreState): void {
  if (state.self === OBSERVER || state.deadlines.has('ack')) return;
  const { ackMs, proposalIntervalMs } = state.timing;
  setDeadline(state, 'ack', state.nowMs + ackMs + proposalPaceMs(state) - proposalIntervalMs);
}

/** S4: executed blocks only: those are in the store, with their proofs. */
function serveBlocks(state: CoreState, to: number, { from, to: until }: FetchBlocks): void {
  const last = Math.min(until, state.executed);
  if (to === state.self || from < 1 || from > last) return;
  state.outputs.push({ kind: 'ServeBlocks', to, from, until: last as Height, own: null });
}

/** B2: a node that starts sends again what it had signed last, and says where it is. */
function boot(state: CoreState): void {
  state.booted = true;
  state.lastGrowthMs = state.nowMs;
  state.leaderHeardMs = state.nowMs;
  state.changingSinceMs = state.nowMs;
  relinkTop(state);
  refreshHeads(state, true);
  const { ownViewChange, baseProof } = state;
  if (ownViewChange !== null) signBroadcast(state, ownViewChange);
  const ownNewView = baseProof !== null && 'statements' in baseProof && baseProof.signer === state.self;
  if (ownNewView && !isSigned(baseProof.signature)) signBroadcast(state, baseProof);
  repeatProposals(state);
  repeatCommit(state);
  setDeadline(state, 'status', state.nowMs);
  setDeadline(state, 'checkpoint', state.nowMs + state.timing.idleCheckpointMs);
  setDeadline(state, 'leader', state.nowMs + idleTimeoutMs(state));
}

function onTick(state: CoreState): void {
  disarmFired(state);
  if (takeDue(state, 'status')) {
    sendStatus(state);
    setDeadline(state, 'status', state.nowMs + state.timing.statusMs);
  }
  // V1, T1: work waits and nothing was committed for too long; in CHANGING, the new leader is late.
  if (takeDue(state, 'progress')) raiseSuspect(state, state.view);
  expireInclusion(state);
  expireLeader(state);
  expireLink(state);
  checkpointWhenIdle(state);
  if (takeDue(state, 'ack')) acknowledge(state);
  takeDue(state, 'proposal');
  takeDue(state, 'payload');
  takeDue(state, 'sync');
  takeDue(state, 'link');
}

/** Reacts until nothing more follows from what is known. Every round commits, enters a view or proposes: it ends. */
function settle(state: CoreState): void {
  if (state.halted === null) {
    for (;;) {
      const committed = decide(state);
      const moved = followSuspects(state);
      const opened = openView(state);
      relinkIfWaiting(state);
      acceptProposals(state);
      prepareVotes(state);
      commitVotes(state);
      const proposed = propose(state);
      if (!committed && !moved && !opened && !proposed) break;
    }
    fetchProposals(state);
    fetchPayload(state);
    catchUp(state);
    watchInclusion(state);
    watchProgress(state);
    watchLink(state);
    persistSafety(state);
  }
  // H1: a halted node only says where it is; what it no longer waits for would be due for ever.
  if (state.halted !== null) for (const name of state.deadlines.keys()) if (name !== 'status') state.deadlines.delete(name);
  armTimers(state);
}

/** A base that was unknown may have become known with any input. */
function relinkIfWaiting(state: CoreState): void {
  if (state.top === null && state.mode === 'NORMAL') relinkTop(state);
  else if (state.top !== null && heightOf(state.top) < heightOf(state.committed)) relinkTop(state);
}
