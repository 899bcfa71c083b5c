import { equalBytes, type Sha256 } from '@lading/kernel';
import type { EpcisEvent } from '../event/model.js';
import type { EventRecord } from '../state/eventRecord.js';
import { violation, type Violation } from './rule.js';
import { inAll, modes, type RuleSheet } from './ruleSheet.js';

export const R23: RuleSheet = {
  rule: 'R23',
  codes: {
    DECLARES_UNKNOWN_EVENT: inAll('refuse'),
    DISPUTED: modes('off', 'flag', 'flag', 'flag')
  }
};

/** SHA-256 of the bytes of the event's errorDeclaration; empty when it has none. */
export function declarationHash(event: EpcisEvent, sha256: Sha256): Uint8Array {
  const node = event.node.members.get('errorDeclaration');
  if (node === undefined) return new Uint8Array(0);
  const offset = event.node.start;
  return sha256(event.bytes.subarray(node.start - offset, node.end - offset));
}

/**
 * R23: an error declaration repeats an event of the same organization in every field but errorDeclaration and
 * recordTime; it is the only legal second event with that eventID. What the event did is taken back while nothing
 * has changed its items since (see `undo`); otherwise they are flagged as disputed.
 */
export function checkDeclaration(event: EpcisEvent, record: EventRecord | null): Violation | null {
  if (event.errorDeclaration === null) return null;
  return record === null ? violation('DECLARES_UNKNOWN_EVENT', []) : null;
}

export const isSameDeclaration = (record: EventRecord, declared: Uint8Array): boolean =>
  equalBytes(record.declared, declared);
