import type { NamedItem } from '../event/model.js';
import type { ItemState } from '../state/itemState.js';
import { instance, isViolation, type EventScope, type Violation } from './rule.js';

/**
 * R3: a container may be born by the first AggregationEvent ADD that names it, without commissioning (the usual way for
 * an SSCC). It has no owner of its own: ownership is that of what it holds.
 */
export function containerFor(scope: EventScope, parent: NamedItem): ItemState | Violation {
  const item = instance(scope, parent);
  if (isViolation(item) || item.status !== 'UNKNOWN') return item;
  return { ...item, status: 'ACTIVE', custodian: scope.signer };
}
