import { equalBytes } from '@lading/kernel';
import type { Certificate } from '@lading/ledger';
import { learnCommit } from './decide.js';
import { evidence } from './emit.js';
import { leaderOf } from './leader.js';
import type { NewView } from './message.js';
import { newViewDigest } from './digest.js';
import type { Safety } from './output.js';
import { outranks } from './rank.js';
import type { CoreState } from './state.js';
import { enterView } from './view.js';

/** Height and hash that a view starts from; no certificate means genesis. */
export function baseOf(state: CoreState, top: Certificate | null): Safety['base'] {
  const { genesis } = state.options;
  if (top === null) return { height: genesis.header.height, hash: genesis.blockHash };
  return { height: top.height, hash: top.hash };
}

/**
 * V6: accepts the NEW-VIEW of a later view, or of this one while CHANGING: one for each view, kept in the safety
 * record. Its structure (q statements of exactly this view, none above top, top verified) was checked on arrival.
 */
export function onNewView(state: CoreState, message: NewView): void {
  if (message.epoch !== state.epoch || message.signer !== leaderOf(state.epoch, message.view, state.n)) return;
  const { baseProof } = state;
  if (message.view === state.view && state.mode === 'NORMAL' && baseProof !== null && 'statements' in baseProof) {
    const same = equalBytes(newViewDigest(baseProof, state.sha256), newViewDigest(message, state.sha256));
    if (!same) evidence(state, 'NEW-VIEW', baseProof, message);
    // The driver returns the own NEW-VIEW with its signature: kept for those who missed it.
    else if (message.signer === state.self) state.baseProof = message;
  }
  const opens = message.view > state.view || (message.view === state.view && state.mode === 'CHANGING');
  if (!opens) return;
  const { top } = message;
  if (top !== null) learnCommit(state, top);
  if (outranks(top, state.highCert)) state.highCert = top;
  enterView(state, message.view, baseOf(state, top), message);
}
