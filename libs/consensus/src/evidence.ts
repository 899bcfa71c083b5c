import { broadcast } from './emit.js';
import type { Evidence, EvidenceItem, EvidenceKind } from './message.js';
import type { CoreState } from './state.js';
import { accusedOf, conceals, slotOfItem } from './verifyEvidence.js';

/** E1: a validator that cheats without end fills only its own share of what is remembered. */
export const EVIDENCE_PER_VALIDATOR = 32;

/**
 * E1: shows and passes on what a validator did, once for each slot: the two signed messages without what their signatures
 * do not cover.
 */
export function evidence(state: CoreState, what: EvidenceKind, first: EvidenceItem, second: EvidenceItem): void {
  if (!isComplete(first) || !isComplete(second)) return;
  const accused = accusedOf(first);
  const seen = state.evidenceSeen.get(accused) ?? new Set<string>();
  const key = `${what}:${slotOfItem(first)}`;
  if (seen.has(key) || seen.size >= EVIDENCE_PER_VALIDATOR) return;
  seen.add(key);
  state.evidenceSeen.set(accused, seen);
  const message: Evidence = { type: 'EVIDENCE', epoch: state.epoch, what, first: bare(first), second: bare(second) };
  broadcast(state, message);
  state.outputs.push({ kind: 'Evidence', what, first: message.first, second: message.second, message });
}

/** E1: somebody's proof, verified on arrival: kept and passed on as if found here. */
export function onEvidence(state: CoreState, message: Evidence): void {
  if (message.epoch === state.epoch) evidence(state, message.what, message.first, message.second);
}

function bare(item: EvidenceItem): EvidenceItem {
  if (item.type === 'PRE-PREPARE') return { ...item, justification: null };
  return item.type === 'VIEW-CHANGE' ? { ...item, highCert: null } : item;
}

/** An own message that the driver has not signed yet proves nothing. */
const isComplete = (item: EvidenceItem): boolean => item.signature.some((byte) => byte !== 0);

/** E2: compares a peer's newest VIEW-CHANGE with its highest COMMIT, whichever came last. */
export function watchConcealment(state: CoreState, signer: number): void {
  const peer = state.peers[signer];
  if (peer === undefined || peer.commit === null || peer.viewChange === null) return;
  if (conceals(peer.commit, peer.viewChange)) evidence(state, 'CONCEAL', peer.commit, peer.viewChange);
}
