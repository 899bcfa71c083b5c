import { equalBytes } from '@lading/kernel';
import type { Certificate } from '@lading/ledger';
import { learnCommit } from './decide.js';
import { leaderIn } from './epochState.js';
import { evidence } from './evidence.js';
import type { NewView } from './message.js';
import { newViewDigest } from './digest.js';
import type { Safety } from './output.js';
import { outranks } from './rank.js';
import type { CoreState } from './state.js';
import { enterView } from './view.js';

/** Height and hash that a view starts from; no certificate means the block that the epoch began from. */
export function baseOf(state: CoreState, top: Certificate | null): Safety['base'] {
  if (top === null) return state.epochBase;
  return { height: top.height, hash: top.hash };
}

/**
 * V6: accepts the NEW-VIEW of a later view, or of this one while CHANGING: one for each view, kept in the safety
 * record. Its structure (q statements of exactly this view, none above top, top verified) was checked on arrival.
 */
export function onNewView(state: CoreState, message: NewView): void {
  if (message.epoch !== state.epoch || message.signer !== leaderIn(state, message.view)) return;
  const first = state.newViews.get(message.view);
  if (first !== undefined) {
    const same = equalBytes(newViewDigest(first, state.sha256), newViewDigest(message, state.sha256));
    if (!same) evidence(state, 'NEW-VIEW', first, message);
    // The driver returns the own NEW-VIEW with its signature: kept for those who missed it.
    else if (message.signer === state.self && message.view === state.view && isNewView(state.baseProof)) {
      state.baseProof = message;
      state.newViews.set(message.view, message);
    }
    if (same || !state.mutants.has('new-view-twice')) return;
  }
  const again = state.mutants.has('new-view-twice') && message.view === state.view;
  const opens = message.view > state.view || (message.view === state.view && state.mode === 'CHANGING') || again;
  if (!opens || state.ending !== null) return;
  state.newViews.set(message.view, message);
  const { top } = message;
  if (top !== null) learnCommit(state, top);
  if (outranks(top, state.highCert, state.mutants)) state.highCert = top;
  enterView(state, message.view, baseOf(state, top), message);
}

export function isNewView(proof: Safety['baseProof']): proof is NewView {
  return proof !== null && 'statements' in proof;
}
