import { sendPayload } from './emit.js';
import { leaderIn, leads, OBSERVER } from './epochState.js';
import type { CoreState } from './state.js';
import { idleTimeoutMs, isOutstanding, linkTimeoutMs, setDeadline, takeDue } from './timers.js';
import { raiseSuspect } from './viewChange.js';

const inclusionMs = (state: CoreState): number => state.config.parameters.inclusionTimeoutMs;

/** T2: between two times that a waiting head is forwarded. */
const forwardMs = (state: CoreState): number => Math.max(1, Math.floor(inclusionMs(state) / 3));

/** T2: sets the timer for the oldest waiting head: to forward it, and to give the leader up. */
export function watchInclusion(state: CoreState): void {
  let at: number | null = null;
  const patient = leads(state) || state.ending !== null || state.self === OBSERVER;
  for (const { head } of state.lanes) {
    if (head === null || patient) continue;
    // A head that is overdue was already complained about; the next view counts anew.
    const dues = [head.forwardedMs + forwardMs(state), head.sinceMs + inclusionMs(state)];
    for (const due of dues) if (due > state.nowMs) at = at === null ? due : Math.min(at, due);
  }
  setDeadline(state, 'inclusion', at);
}

/**
 * T2: every third of T_incl every holder forwards a waiting head to the leader, or an author who skips only the leader
 * could depose honest ones; again, for the batch may have been lost and its author be gone. After T_incl the leader is
 * censoring or silent.
 */
export function expireInclusion(state: CoreState): void {
  if (leads(state) || state.mode !== 'NORMAL' || state.ending !== null || state.self === OBSERVER) return;
  const leader = leaderIn(state, state.view);
  for (const lane of state.lanes) {
    const { head } = lane;
    if (head === null) continue;
    const waited = state.nowMs - head.sinceMs;
    const batch = lane.stored.get(head.key)?.batch;
    if (state.nowMs - head.forwardedMs >= forwardMs(state)) {
      head.forwardedMs = state.nowMs;
      if (batch !== undefined) sendPayload(state, leader, [batch.ref]);
    }
    if (waited >= inclusionMs(state)) raiseSuspect(state, state.view);
  }
}

/** T3: a leader that says nothing is replaced before the next transaction needs it. */
export function expireLeader(state: CoreState): void {
  if (!takeDue(state, 'leader')) return;
  const due = state.leaderHeardMs + idleTimeoutMs(state);
  if (!leads(state) && state.mode === 'NORMAL' && state.nowMs >= due) raiseSuspect(state, state.view);
  setDeadline(state, 'leader', Math.max(due, state.nowMs + state.timing.statusMs));
}

/** T6: a connection was closed, or stands again. Told twice, the first loss counts. */
export function noteLink(state: CoreState, index: number, up: boolean): void {
  const peer = state.peers[index];
  if (peer === undefined || index === state.self) return;
  peer.lostMs = up ? null : (peer.lostMs ?? state.nowMs);
}

/** T6: when the leader whose connection is gone is given up; null while there is nothing to do about it. */
function linkDue(state: CoreState): number | null {
  const leader = state.peers[leaderIn(state, state.view)];
  const self = state.peers[state.self];
  // An observer suspects nobody (N4), an epoch that has ended has no views to leave (N1).
  if (leader === undefined || leader.lostMs === null || self === undefined || state.ending !== null) return null;
  if (self.suspect >= state.view || !isOutstanding(state)) return null;
  return Math.max(leader.lostMs, state.leaderHeardMs, state.changingSinceMs) + linkTimeoutMs(state);
}

/** T6, V1: whoever was killed closes its connections, long before it is missed. */
export function expireLink(state: CoreState): void {
  const due = linkDue(state);
  if (due !== null && state.nowMs >= due) raiseSuspect(state, state.view);
}

export function watchLink(state: CoreState): void {
  const due = linkDue(state);
  // Work that appears when the leader is long gone: at once.
  setDeadline(state, 'link', due === null ? null : Math.max(due, state.nowMs));
}
