import { equalBytes, LIMITS } from '@lading/kernel';
import type { Height } from '@lading/kernel';
import type { Block, CommitProof } from '@lading/ledger';
import { addKnown, heightOf, knownOf, missingLink } from './chain.js';
import { makeStable } from './checkpoint.js';
import { decidedWaiting, learnCommit, SYNC_REACH } from './decide.js';
import { send } from './emit.js';
import { OBSERVER } from './epochState.js';
import { considerHandOver } from './handover.js';
import type { Blocks, FetchProposal, Proposals } from './message.js';
import { baseOf } from './newView.js';
import type { CoreState, Peer } from './state.js';
import { idleTimeoutMs, setDeadline } from './timers.js';
import { collectedStatements, topOf } from './viewChange.js';
import { relinkTop } from './view.js';

/** S4: committed blocks may run ahead of execution by so many, then fetching waits. */
const EXECUTION_LAG = 2 * LIMITS.syncBlocks;

const committedOf = (peer: Peer): number => peer.status?.committedHeight ?? 0;

/** Highest committed height that a peer claims. A claim only decides whom to ask; blocks prove themselves. */
export function furthestPeer(state: CoreState): number {
  return state.peers.reduce((most, peer) => Math.max(most, committedOf(peer)), 0);
}

/** M5: the highest committed height that f+1 peers claim at least: one of them is honest. */
export function credibleHeight(state: CoreState): number {
  const claims = state.peers.filter((peer) => peer.index !== state.self).map(committedOf);
  return claims.sort((a, b) => b - a)[state.w - 1] ?? 0;
}

/**
 * S4: a node that peers have left behind fetches blocks with proofs, one request at a time, from another peer after
 * each silence. A head that has moved within the last STATUS interval needs no help unless it is a window behind.
 */
export function catchUp(state: CoreState): void {
  if (state.halted !== null) return;
  const head = heightOf(state.committed);
  const behind = furthestPeer(state) - head;
  if (behind <= 0 && isUnheard(state)) return poll(state, head);
  // N1: the next blocks are of the next epoch; its validators are known once this one's last block is executed.
  if (behind <= 0 || state.ending !== null) {
    state.sync = null;
    setDeadline(state, 'sync', null);
    return;
  }
  if (state.sync !== null && state.nowMs < state.sync.untilMs) return;
  const movedAt = state.lastGrowthMs + state.timing.statusMs;
  if (waitsForExecution(state, head) || (behind <= state.window && state.nowMs < movedAt)) {
    setDeadline(state, 'sync', Math.max(movedAt, state.nowMs + state.timing.statusMs));
    return;
  }
  const peer = nextAhead(state, head);
  if (peer === null) return;
  const to = Math.min(committedOf(peer), head + LIMITS.syncBlocks);
  state.sync = { peer: peer.index, untilMs: state.nowMs + state.timing.fetchRetryMs };
  setDeadline(state, 'sync', state.sync.untilMs);
  send(state, peer.index, { type: 'FETCH-BLOCKS', from: (head + 1) as Height, to: to as Height });
}

/** S4: what is committed or fetched already is enough work for now. */
function waitsForExecution(state: CoreState, head: number): boolean {
  return head - state.executed > EXECUTION_LAG || decidedWaiting(state) !== null;
}

/**
 * N4: nobody has to send STATUS to an observer; and a validator that hears nobody may have been removed while it was away.
 */
function isUnheard(state: CoreState): boolean {
  if (state.self === OBSERVER) return true;
  const heard = state.peers.reduce((last, peer) => Math.max(last, peer.lastHeardMs ?? 0), state.lastGrowthMs);
  return state.nowMs - heard >= 2 * idleTimeoutMs(state);
}

/** N4: asks the validators in turn what comes next. */
function poll(state: CoreState, head: number): void {
  if (state.ending !== null || (state.sync !== null && state.nowMs < state.sync.untilMs)) return;
  if (waitsForExecution(state, head)) {
    setDeadline(state, 'sync', state.nowMs + state.timing.statusMs);
    return;
  }
  const peer = state.observerTurn++ % state.n;
  state.sync = { peer, untilMs: state.nowMs + state.timing.fetchRetryMs };
  setDeadline(state, 'sync', state.sync.untilMs);
  const to = (head + LIMITS.syncBlocks) as Height;
  send(state, peer, { type: 'FETCH-BLOCKS', from: (head + 1) as Height, to });
}

/** The peer after the last one asked, among those that are ahead. */
function nextAhead(state: CoreState, head: number): Peer | null {
  for (let i = 1; i <= state.n; i++) {
    const peer = state.peers[(state.syncTurn + i) % state.n];
    if (peer === undefined || peer.index === state.self || committedOf(peer) <= head) continue;
    state.syncTurn = peer.index;
    return peer;
  }
  return null;
}

/** S4: an answer. Its proofs were verified on arrival; the blocks go the same way as all others, through `decide`. */
export function onBlocks(state: CoreState, from: number, message: Blocks): void {
  const next = heightOf(state.committed) + 1;
  if (state.sync?.peer === from && message.blocks.some(({ block }) => block.header.height === next)) {
    state.sync = null;
    // The peer brought what comes next: it is asked again before others are. Any other answer is as good as silence, or
    // one that sends useless blocks would be asked for ever.
    state.syncTurn = (from + state.n - 1) % state.n;
  }
  for (const { block, proof } of message.blocks) takeBlock(state, block, proof);
  // N3: what was verified under another epoch's validators is not for this one.
  if (message.checkpoint?.epoch === state.epoch) makeStable(state, message.checkpoint);
}

function takeBlock(state: CoreState, block: Block, proof: CommitProof): void {
  const { height, epoch } = block.header;
  if (epoch !== state.epoch || state.ending !== null) return;
  const head = heightOf(state.committed);
  learnCommit(state, proof.certificate);
  if (height > head && height <= head + SYNC_REACH) {
    state.synced.set(height, { block, proof });
    addKnown(state, block);
  }
  // S3: how a turn ended, for those that are still in its view; also when the block itself came earlier.
  const reached = height <= head || state.view <= proof.certificate.view;
  if (proof.descendants.length === 0 && reached) considerHandOver(state, block, proof.certificate);
}

/** V5, V6: the uncommitted block that keeps this node from linking its base, or the top of the view it must open. */
function wantedTip(state: CoreState): { readonly height: number; readonly hash: Uint8Array } | null {
  const statements = collectedStatements(state);
  const tip = statements === null ? state.base : baseOf(state, topOf(state, statements));
  if (statements === null && (state.mode !== 'NORMAL' || state.top !== null)) return null;
  return tip.height > heightOf(state.committed) ? tip : null;
}

/** F2: asks f+1 signers of the certificate, of which one is honest and has it on disk; others after each silence. */
export function fetchProposals(state: CoreState): void {
  const tip = wantedTip(state);
  const hash = tip === null ? null : missingLink(state, tip.hash as Block['blockHash'], tip.height);
  if (tip === null || hash === null) {
    state.proposalFetch = null;
    return;
  }
  const running = state.proposalFetch;
  if (running !== null && equalBytes(running.hash, hash) && state.nowMs < running.untilMs) return;
  state.proposalFetch = { hash, untilMs: state.nowMs + state.timing.statusMs };
  const signers = signersOfTip(state, tip.height).filter((index) => index !== state.self);
  for (let i = 0; i < Math.min(state.w, signers.length); i++) {
    const to = signers[(state.proposalFetchTurn + i) % signers.length];
    const above = heightOf(state.committed) as Height;
    if (to !== undefined) send(state, to, { type: 'FETCH-PROPOSAL', hash, above });
  }
  state.proposalFetchTurn += state.w;
}

function signersOfTip(state: CoreState, height: number): readonly number[] {
  const statements = collectedStatements(state);
  const proof = state.baseProof;
  const top = statements !== null ? topOf(state, statements) : proof !== null && 'statements' in proof ? proof.top : proof;
  return top !== null && top.height === height ? top.signers : state.peers.map((peer) => peer.index);
}

export function onFetchProposal(state: CoreState, peer: number, message: FetchProposal): void {
  const blocks: Block[] = [];
  let known = knownOf(state, message.hash);
  while (known !== undefined && known.block.header.height > message.above && blocks.length < 2 * state.window) {
    blocks.push(known.block);
    known = knownOf(state, known.block.header.parentHash);
  }
  if (blocks.length > 0) send(state, peer, { type: 'PROPOSALS', blocks: blocks.reverse() });
}

/** F2: keeps the chain that ends in the wanted hash; a block that no certificate leads to is not kept. */
export function onProposals(state: CoreState, message: Proposals): void {
  let wanted = state.proposalFetch?.hash ?? null;
  for (const block of [...message.blocks].reverse()) {
    if (wanted === null || !equalBytes(block.blockHash, wanted)) return;
    if (block.header.height <= heightOf(state.committed)) break;
    addKnown(state, block);
    wanted = block.header.parentHash;
  }
  relinkTop(state);
}
