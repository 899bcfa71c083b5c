import type { BatchRef } from '@lading/ledger';
import type { Message, SignedMessage } from './message.js';
import { encodeMessage } from './messageCodec.js';
import type { AlarmCode, Safety, UnsignedMessage } from './output.js';
import type { CoreState, Known } from './state.js';

/** The only places that make outputs, so that what must be durable before a message always is (spec D1–D5). */

function currentSafety(state: CoreState): Safety {
  const { epoch, view, mode, base, baseProof, lastPrepared, ownViewChange } = state;
  return {
    epoch,
    view,
    mode,
    base,
    baseProof,
    lastPrepared,
    highCert: state.mutants.has('no-persist-highCert') ? null : state.highCert,
    ownViewChange: ownViewChange === null ? null : encodeMessage(ownViewChange)
  };
}

/** Writes the safety record if it changed since it was last written. */
export function persistSafety(state: CoreState): void {
  if (!state.safetyDirty) return;
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

/** D1: nothing is signed before the voting state behind it is on its way to the disk, earlier in the same queue. */
export function signBroadcast(state: CoreState, message: UnsignedMessage): void {
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

const EVIDENCE_KEYS = 1024;

/** E1: two signed messages for one slot. Once per slot and kind; the driver stores and shows it. */
export function evidence(state: CoreState, what: string, first: SignedMessage, second: SignedMessage): void {
  const place = 'view' in first ? first.view : 'newView' in first ? first.newView : 0;
  const height = 'height' in first ? first.height : first.type === 'PRE-PREPARE' ? first.block.header.height : 0;
  const key = `${what}:${first.signer}:${place}:${height}`;
  if (state.evidenceSeen.has(key) || state.evidenceSeen.size >= EVIDENCE_KEYS) return;
  state.evidenceSeen.add(key);
  state.outputs.push({ kind: 'Evidence', what, first, second });
}

