import type { Evidence, EvidenceKind } from './message.js';
import { accusedOf, slotOfItem } from './verifyEvidence.js';

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
