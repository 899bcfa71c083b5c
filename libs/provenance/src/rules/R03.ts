import type { NamedItem } from '../event/model.js';
import type { ItemState } from '../state/itemState.js';
import { instance, isViolation, type EventScope, type Violation } from './rule.js';
import { requirePrefix } from './L3.js';
import { modes, type RuleSheet } from './ruleSheet.js';

export const R03: RuleSheet = {
  rule: 'R3',
  codes: {
    CONTAINER_UNKNOWN: modes('off', 'off', 'refuse', 'off')
  }
};

/**
 * R3: a container may be born by the first AggregationEvent ADD that names it, without commissioning (the usual way for
 * an SSCC). It has no owner of its own: ownership is that of what it holds. Profile pharma asks for commissioning.
 */
export function containerFor(scope: EventScope, parent: NamedItem): ItemState | Violation {
  const item = instance(scope, parent);
  if (isViolation(item) || item.status !== 'UNKNOWN') return item;
  const refused = scope.raise('CONTAINER_UNKNOWN', [parent.item.uri]) ?? requirePrefix(scope, parent.item);
  return refused ?? { ...item, status: 'ACTIVE', custodian: scope.signer };
}
