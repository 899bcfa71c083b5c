import type { BatchRef } from '@lading/ledger';
import { OBSERVER } from './epochState.js';
import type { Message } from './message.js';
import { encodeMessage } from './messageEncoding.js';
import type { AlarmCode, Safety, UnsignedMessage } from './output.js';
import type { CoreState, Known } from './state.js';

/** The only places that make outputs, so that what must be durable before a message always is (spec D1–D5). */

function currentSafety(state: CoreState): Safety {
  const { epoch, view, mode, base, baseProof, lastPrepared, ownViewChange } = state;
  if (state.mutants.has('no-persist-view')) return { ...initialSafety(state), highCert: state.highCert };
  return {
    epoch,
    view,
    mode,
    base,
    baseProof,
    lastPrepared: state.mutants.has('no-persist-lastPrepared') ? null : lastPrepared,
    highCert: state.mutants.has('no-persist-highCert') ? null : state.highCert,
    ownViewChange: ownViewChange === null ? null : encodeMessage(ownViewChange)
  };
}

/** Of a node that never left the first view of its epoch. */
function initialSafety({ epoch, epochBase, lastPrepared }: CoreState): Safety {
  const prepared = lastPrepared?.view === 0 ? lastPrepared : null;
  const start = { epoch, view: 0, mode: 'NORMAL', base: epochBase, baseProof: null } as const;
  return { ...start, lastPrepared: prepared, highCert: null, ownViewChange: null };
}

/** Writes the safety record if it changed since it was last written. N4: an observer has nothing to remember. */
export function persistSafety(state: CoreState): void {
  if (!state.safetyDirty || state.self === OBSERVER) return;
  state.safetyDirty = false;
  state.writtenHighCert = state.highCert;
  state.outputs.push({
    kind: 'Persist',
    record: { kind: 'Safety', safety: currentSafety(state) },
    token: state.nextToken++
  });
}

export function persistBlock(state: CoreState, known: Known): void {
  if (known.persisted) return;
  known.persisted = true;
  state.outputs.push({ kind: 'Persist', record: { kind: 'Block', block: known.block }, token: state.nextToken++ });
}

/**
 * D1: nothing is signed before the voting state behind it is on its way to the disk, earlier in the same queue. N4: an
 * observer signs nothing.
 */
export function signBroadcast(state: CoreState, message: UnsignedMessage): void {
  if (state.self === OBSERVER) return;
  persistSafety(state);
  state.outputs.push({ kind: 'SignBroadcast', message });
}

export function broadcast(state: CoreState, message: Message): void {
  state.outputs.push({ kind: 'Broadcast', message });
}

export function send(state: CoreState, to: number, message: Message): void {
  if (to !== state.self) state.outputs.push({ kind: 'Send', to, message });
}

export function sendPayload(state: CoreState, to: number, refs: readonly BatchRef[]): void {
  if (to !== state.self && refs.length > 0) state.outputs.push({ kind: 'SendPayload', to, refs });
}

export function alarm(state: CoreState, code: AlarmCode, detail: string): void {
  state.outputs.push({ kind: 'Alarm', code, detail });
}

/** H1: stops voting for good; peers are still served. */
export function halt(state: CoreState, code: 'FORK' | 'STATE_ROOT_MISMATCH', detail: string): void {
  if (state.halted !== null) return;
  state.halted = detail;
  alarm(state, code, detail);
  alarm(state, 'HALTED', detail);
}
