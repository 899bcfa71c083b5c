import { broadcast } from './emit.js';
import { evidencePlace, isUnseen, noteSeen } from './evidencePlace.js';
import type { Evidence, EvidenceItem, EvidenceKind } from './message.js';
import type { CoreState } from './state.js';
import { conceals } from './verifyEvidence.js';

/**
 * E1: shows and passes on what a validator did, once for each slot: the two signed messages without what their signatures
 * do not cover.
 */
export function evidence(state: CoreState, what: EvidenceKind, first: EvidenceItem, second: EvidenceItem): void {
  if (!isComplete(first) || !isComplete(second)) return;
  const message = bareEvidence({ type: 'EVIDENCE', epoch: state.epoch, what, first, second });
  if (!noteSeen(state.evidenceSeen, evidencePlace(message))) return;
  broadcast(state, message);
  state.outputs.push({ kind: 'Evidence', what, first: message.first, second: message.second, message });
}

/** E1: somebody's proof, verified on arrival: kept and passed on as if found here. */
export function onEvidence(state: CoreState, message: Evidence): void {
  if (message.epoch === state.epoch) evidence(state, message.what, message.first, message.second);
}

/** E1: for a gateway: what was seen before is not worth two signature checks. */
export function isEvidenceWanted(state: CoreState, message: Evidence): boolean {
  return message.epoch === state.epoch && isUnseen(state.evidenceSeen, evidencePlace(message));
}

/** E1: the two messages as they were signed: what no signature covers could be anybody's. */
export function bareEvidence(message: Evidence): Evidence {
  return { ...message, first: bare(message.first), second: bare(message.second) };
}

function bare(item: EvidenceItem): EvidenceItem {
  switch (item.type) {
    case 'PRE-PREPARE':
      return { ...item, justification: null };
    case 'VIEW-CHANGE':
      return { ...item, highCert: null };
    case 'NEW-VIEW':
      return { ...item, statements: item.statements.map((statement) => ({ ...statement, highCert: null })) };
    default:
      return item;
  }
}

/** An own message that the driver has not signed yet proves nothing. */
const isComplete = (item: EvidenceItem): boolean => item.signature.some((byte) => byte !== 0);

/** E2: compares a peer's newest VIEW-CHANGE with its highest COMMIT, whichever came last. */
export function watchConcealment(state: CoreState, signer: number): void {
  const peer = state.peers[signer];
  if (peer === undefined || peer.commit === null || peer.viewChange === null) return;
  if (conceals(peer.commit, peer.viewChange)) evidence(state, 'CONCEAL', peer.commit, peer.viewChange);
}
