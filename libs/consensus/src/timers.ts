import { hasPendingHead } from './lanes.js';
import { heightOf } from './chain.js';
import type { CoreState, TimerName } from './state.js';

/** Fixed order: outputs must not depend on the order in which deadlines were set. */
const NAMES: readonly TimerName[] = [
  'status', 'progress', 'inclusion', 'leader', 'checkpoint', 'proposal', 'payload', 'sync', 'ack', 'link'
];
/** T4: doublings of T_prog at most, and its ceiling. */
const MAX_DOUBLINGS = 6;
const CEILING_MS = 60_000;
/** Commit latencies remembered. */
export const LATENCY_SAMPLES = 32;

export function setDeadline(state: CoreState, name: TimerName, atMs: number | null): void {
  if (atMs === null) state.deadlines.delete(name);
  else state.deadlines.set(name, atMs);
}

/** True once for a deadline that has passed; it is then unset. */
export function takeDue(state: CoreState, name: TimerName): boolean {
  const at = state.deadlines.get(name);
  if (at === undefined || at > state.nowMs) return false;
  state.deadlines.delete(name);
  return true;
}

/** Timers that fired are no longer armed, whatever their deadline has become meanwhile. */
export function disarmFired(state: CoreState): void {
  for (const [name, at] of state.armed) if (at <= state.nowMs) state.armed.delete(name);
}

/** Arms what must fire earlier than it is armed for. A deadline that moved back costs one idle Tick, not an output. */
export function armTimers(state: CoreState): void {
  for (const name of NAMES) {
    const at = state.deadlines.get(name);
    if (at === undefined) continue;
    const armed = state.armed.get(name);
    if (armed !== undefined && armed <= at) continue;
    state.armed.set(name, at);
    state.outputs.push({ kind: 'SetTimer', name, atMs: at - state.offsetMs });
  }
}

/** T4: T_base,eff · 2^k, never above the ceiling. */
export function progressTimeoutMs(state: CoreState): number {
  const { baseTimeoutMs } = state.config.parameters;
  const base = Math.max(baseTimeoutMs, 4 * latencyAt(state, 0.95), 2 * state.lastViewChangeMs);
  if (state.mutants.has('uncapped-timers')) return base * 2 ** state.backoff;
  return Math.min(CEILING_MS, base * 2 ** Math.min(state.backoff, MAX_DOUBLINGS));
}

/** 0 while there are few samples. */
function latencyAt(state: CoreState, share: number): number {
  if (state.latencies.length < LATENCY_SAMPLES / 2) return 0;
  const sorted = [...state.latencies].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * share)] ?? 0;
}

export function noteLatency(state: CoreState, latencyMs: number): void {
  state.latencies.push(latencyMs);
  if (state.latencies.length > LATENCY_SAMPLES) state.latencies.shift();
}

/** T1: something waits to be ordered, or is ordered and not yet committed. */
export function isOutstanding(state: CoreState): boolean {
  // N1: an epoch that has ended waits for nobody but its own execution.
  if (state.ending !== null) return false;
  if (state.mode === 'CHANGING') return true;
  if (state.commitCerts.size > 0 || hasPendingHead(state)) return true;
  return state.top !== null && heightOf(state.top) > heightOf(state.committed);
}

/** T1, X1: a whole window waits to be executed here: nothing more can be accepted, and no other leader could change that. */
function mayProgress(state: CoreState): boolean {
  const full = state.mode === 'NORMAL' && heightOf(state.committed) >= state.executed + state.window;
  return isOutstanding(state) && !full;
}

/** T1: starts T_prog when work appears and stops it when none is left; the running timer is not touched. */
export function watchProgress(state: CoreState): void {
  if (!mayProgress(state)) setDeadline(state, 'progress', null);
  else if (!state.deadlines.has('progress')) restartProgress(state);
}

/** T1, V7: counts T_prog (or the new-view timer, which is the same one) from now. */
export function restartProgress(state: CoreState): void {
  setDeadline(state, 'progress', mayProgress(state) ? state.nowMs + progressTimeoutMs(state) : null);
}

/** T6: a fifth of T_base; long enough for a connection that broke to be made again. */
export function linkTimeoutMs(state: CoreState): number {
  const ms = Math.floor(state.config.parameters.baseTimeoutMs / 5) * 2 ** Math.min(state.backoff, MAX_DOUBLINGS);
  return Math.min(CEILING_MS, ms);
}

export const idleTimeoutMs = (state: CoreState): number => 4 * progressTimeoutMs(state);
