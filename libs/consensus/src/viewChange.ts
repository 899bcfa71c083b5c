import { equalBytes } from '@lading/kernel';
import { heightOf, pointOf } from './chain.js';
import { learnCommit } from './decide.js';
import { viewChangeDigest } from './digest.js';
import { broadcast, signBroadcast } from './emit.js';
import { leads, OBSERVER } from './epochState.js';
import { evidence, watchConcealment } from './evidence.js';
import type { NewView, ViewChange } from './message.js';
import { baseOf, onNewView } from './newView.js';
import { compareRanks, rankOf, rankOfStatement } from './rank.js';
import type { CoreState } from './state.js';
import { restartProgress } from './timers.js';
import { pruneSlots } from './slots.js';

/** An own message before the driver has signed it. */
export const UNSIGNED = new Uint8Array(64);

/** V1: wants to leave a view, and goes on voting in it. Channel-authenticated; STATUS repeats it. */
export function raiseSuspect(state: CoreState, view: number): void {
  const self = state.peers[state.self];
  // N1: an epoch that has ended has no views to leave.
  if (self === undefined || self.suspect >= view || state.ending !== null) return;
  self.suspect = view;
  broadcast(state, { type: 'SUSPECT', epoch: state.epoch, view });
}

/** V2: only the highest of each peer is kept. */
export function noteSuspect(state: CoreState, peer: number, view: number): void {
  const from = state.peers[peer];
  if (from !== undefined && view > from.suspect) from.suspect = view;
}

function nthSuspect(state: CoreState, nth: number): number {
  return state.peers.map((peer) => peer.suspect).sort((a, b) => b - a)[nth - 1] ?? -1;
}

/** V2: f+1 suspicions are joined; q of them start the view change. True when this node moved. */
export function followSuspects(state: CoreState): boolean {
  // N1: once the epoch has ended here, only its execution is waited for.
  if (state.ending !== null || state.peers.every((peer) => peer.suspect < state.view)) return false;
  const joined = nthSuspect(state, state.w);
  if (joined >= state.view) raiseSuspect(state, joined);
  // The own suspicion counts at once.
  const decided = nthSuspect(state, state.q);
  if (decided < state.view) return false;
  // V3: a certificate of that view or a later one shows that it began long ago; its NEW-VIEW is on offer (S3).
  if (state.highCert?.epoch === state.epoch && state.highCert.view > decided) return false;
  startViewChange(state, decided + 1);
  return true;
}

/**
 * V3: stops voting in older views and freezes the VIEW-CHANGE: what is learnt later must not change it, or an honest
 * node would look like two-faced. Persisted with its exact content before it is sent (D4).
 */
function startViewChange(state: CoreState, newView: number): void {
  const message = makeViewChange(state, newView);
  state.view = newView;
  state.mode = 'CHANGING';
  state.ownViewChange = { ...message, signature: UNSIGNED };
  state.safetyDirty = true;
  state.top = null;
  state.accepted.clear();
  state.changingSinceMs = state.nowMs;
  // V7: the timer of the new view starts here, at q SUSPECTs, and doubles with every change without a commit.
  state.backoff++;
  // N4: an observer follows the views, and signs nothing.
  if (state.self !== OBSERVER) signBroadcast(state, message);
  else state.ownViewChange = null;
  pruneSlots(state);
  restartProgress(state);
}

/** V3, V4: what this node says of itself: its highest certificate of this epoch, or that it knows only its base. */
export function makeViewChange(state: CoreState, newView: number): Omit<ViewChange, 'signature'> {
  const rank = rankOf(state.highCert);
  // M3: certificates of the epoch before do not travel: everyone in this one has executed the block it began from.
  const highCert = state.highCert?.epoch === state.epoch ? state.highCert : null;
  const base = baseOf(state, highCert);
  return {
    type: 'VIEW-CHANGE',
    epoch: state.epoch,
    newView,
    certEpoch: rank.epoch,
    certView: rank.view,
    certHeight: base.height,
    certHash: base.hash,
    certKind: rank.kind,
    committedHeight: state.committed.block.header.height,
    committedHash: state.committed.block.blockHash,
    signer: state.self,
    highCert
  };
}

/** V4: an invalid VIEW-CHANGE was dropped on arrival, alone; a valid one also counts as SUSPECT of the view before. */
export function onViewChange(state: CoreState, message: ViewChange): void {
  const from = state.peers[message.signer];
  if (message.epoch !== state.epoch || from === undefined || message.newView < 1) return;
  if (message.highCert !== null) learnCommit(state, message.highCert);
  else if (!namesBase(state, message)) return;
  const held = from.viewChange;
  if (held !== null && held.newView === message.newView) {
    const same = equalBytes(viewChangeDigest(held, state.sha256), viewChangeDigest(message, state.sha256));
    if (!same) evidence(state, 'VIEW-CHANGE', held, message);
  }
  if (held === null || message.newView > held.newView) from.viewChange = message;
  watchConcealment(state, message.signer);
  if (message.signer === state.self) {
    if (state.ownViewChange?.newView === message.newView) state.ownViewChange = message;
    return;
  }
  noteSuspect(state, message.signer, message.newView - 1);
}

/** V4: without a certificate, the block that the epoch began from, or the statement is not true. */
function namesBase({ epochBase }: CoreState, { certHeight, certHash }: ViewChange): boolean {
  return certHeight === epochBase.height && equalBytes(certHash, epochBase.hash);
}

/** V5: the q VIEW-CHANGEs of the lowest signers for exactly this view, once this node leads it; else null. */
export function collectedStatements(state: CoreState): readonly ViewChange[] | null {
  if (state.mode !== 'CHANGING' || !leads(state)) return null;
  const statements: ViewChange[] = [];
  for (const { viewChange } of state.peers) {
    if (viewChange !== null && viewChange.newView === state.view) statements.push(viewChange);
  }
  return statements.length >= state.q ? statements.slice(0, state.q) : null;
}

/** V5: the certificate that ranks highest among the statements; null is the block that the epoch began from. */
export function topOf(state: CoreState, statements: readonly ViewChange[]): ViewChange['highCert'] {
  let top: ViewChange | null = null;
  for (const statement of statements) {
    const rank = rankOfStatement(statement);
    if (top === null || compareRanks(rank, rankOfStatement(top), state.mutants) > 0) top = statement;
  }
  return top?.highCert ?? null;
}

/** V5: the new leader opens its view when it holds the chain of top. True when it did. */
export function openView(state: CoreState): boolean {
  const statements = collectedStatements(state);
  if (statements === null || state.ending !== null) return false;
  const top = topOf(state, statements);
  const base = baseOf(state, top);
  if (base.height > heightOf(state.committed) && pointOf(state, base.hash) === null) return false;
  const message: Omit<NewView, 'signature'> = {
    type: 'NEW-VIEW',
    epoch: state.epoch,
    view: state.view,
    statements: statements.map((statement) => ({ ...statement, highCert: null })),
    top,
    signer: state.self
  };
  // D5: entering the view persists the NEW-VIEW; after a restart the same one is signed again, never a second.
  onNewView(state, { ...message, signature: UNSIGNED });
  signBroadcast(state, message);
  return true;
}
