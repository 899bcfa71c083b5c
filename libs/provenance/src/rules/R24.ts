import { equalBytes, type Sha256 } from '@lading/kernel';
import type { EpcisEvent } from '../event/model.js';
import type { EventRecord } from '../state/eventRecord.js';
import { declarationHash, isSameDeclaration } from './R23.js';
import { violation, type Violation } from './rule.js';
import { always, type RuleSheet } from './ruleSheet.js';

export const R24: RuleSheet = {
  rule: 'R24',
  codes: {
    EVENT_ID_CONFLICT: always('refuse')
  }
};

/** What an eventID means for an event that arrives: the first of its name, a repetition, or a declaration on it. */
export type Identity = 'new' | 'repeated' | 'declaration';

/**
 * R24: an eventID is unique per organization. The same id with the same content is the same event again (success,
 * nothing
 * changes); with other content it is a conflict. Content is compared by the exact form of the CBV event hash.
 */
export function identify(event: EpcisEvent, record: EventRecord | null, sha256: Sha256): Identity | Violation {
  const isDeclaration = event.errorDeclaration !== null;
  if (record === null) return isDeclaration ? 'declaration' : 'new';
  if (!equalBytes(record.contentHash, event.contentHash)) return violation('EVENT_ID_CONFLICT', [], ...record.place);
  if (!isDeclaration) return 'repeated';
  return isSameDeclaration(record, declarationHash(event, sha256)) ? 'repeated' : 'declaration';
}
