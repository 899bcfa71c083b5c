import { broadcast } from './emit.js';
import type { Evidence, EvidenceItem, EvidenceKind } from './message.js';
import type { CoreState } from './state.js';
import { accusedOf, conceals, slotOfItem } from './verifyEvidence.js';

/** E1: a validator that cheats without end fills only its own share of what is remembered. */
export const EVIDENCE_PER_VALIDATOR = 32;

/** E1: whom evidence is against, and its place: there is one item of a kind for each slot of a validator. */
export interface EvidencePlace {
  readonly epoch: number;
  /** An index of that epoch's config. */
  readonly validator: number;
  readonly kind: EvidenceKind;
  /** view, view:height, height or sequence number, as the kind has it; of CONCEAL that of the COMMIT. */
  readonly slot: string;
}

export function evidencePlace({ epoch, what, first }: Evidence): EvidencePlace {
  return { epoch, validator: accusedOf(first), kind: what, slot: slotOfItem(first) };
}

/** E1, M1: which evidence of one epoch was seen, by validator: a bounded number of each. */
export type EvidenceSeen = Map<number, Set<string>>;

const keyOf = ({ kind, slot }: EvidencePlace): string => `${kind}:${slot}`;

/** Not seen yet, and within the share of its validator. */
export function isUnseen(seen: EvidenceSeen, place: EvidencePlace): boolean {
  const ofOne = seen.get(place.validator);
  return ofOne === undefined || (!ofOne.has(keyOf(place)) && ofOne.size < EVIDENCE_PER_VALIDATOR);
}

/** Takes note of it; false when it was seen, or the share of its validator is used up. */
export function noteSeen(seen: EvidenceSeen, place: EvidencePlace): boolean {
  if (!isUnseen(seen, place)) return false;
  seen.set(place.validator, (seen.get(place.validator) ?? new Set<string>()).add(keyOf(place)));
  return true;
}

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
