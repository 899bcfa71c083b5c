import type { Block, Certificate } from '@lading/ledger';
import { enterView } from './view.js';
import type { CoreState } from './state.js';

/**
 * P6: a committed turn-end block of its own view opens the next view, for everyone and without timeouts. Not for a
 * block of an earlier view that was proposed again (originView differs), and never back from a later VIEW-CHANGE.
 */
export function considerHandOver(state: CoreState, block: Block, certificate: Certificate): boolean {
  const { header } = block;
  if (certificate.kind !== 'C' || certificate.epoch !== state.epoch) return false;
  // N1: nothing follows an epochEnd block in its epoch, so it hands nothing over.
  if (!header.turnEnd || header.epochEnd || header.height !== certificate.height) return false;
  if (header.originView !== certificate.view && !state.mutants.has('hand-over-any-view')) return false;
  const follows = state.view <= certificate.view || (state.mutants.has('step-back') && state.view > certificate.view + 1);
  const joins = state.view === certificate.view + 1 && state.mode === 'CHANGING';
  if (!follows && !joins) return false;
  enterView(state, certificate.view + 1, { height: header.height, hash: block.blockHash }, certificate);
  return true;
}
