import { withFields } from '../state/copyItem.js';
import type { ItemState, ItemStatus } from '../state/itemState.js';
import { debitClasses } from './R02.js';
import { outermost, requireHolder } from './R05.js';
import { withStep } from './R06.js';
import { refuseInParent } from './R13.js';
import { refuseRecalled, refuseRecalledAmounts } from './R21.js';
import { SALE_STEPS, THIRD_PARTY_STEPS } from './steps.js';
import { firstOf, instance, isViolation, observed, violation, type EventScope, type Violation } from './rule.js';
import type { RuleSheet } from './ruleSheet.js';

export const R19: RuleSheet = { rule: 'R19', codes: {} };

/** Status after the end of life that a business step means (CBV 2.0 §7.1.2); any other DELETE decommissions. */
export function endStatus(bizStep: string): ItemStatus {
  switch (bizStep) {
    case 'destroying':
    case 'sampling':
      return 'DESTROYED';
    case 'retail_selling':
      return 'SOLD';
    case 'dispensing':
      return 'DISPENSED';
    default:
      return 'INACTIVE';
  }
}

/**
 * R19: the holder ends an item's life, or sells it; class amounts are debited. A sold item leaves everybody's
 * custody.
 */
export function finish(scope: EventScope): Violation | null {
  const { event, book } = scope;
  const status = endStatus(event.bizStep);
  const isSale = SALE_STEPS.has(event.bizStep);
  const instances = firstOf(event.epcs, (named) => {
    const item = instance(scope, named);
    if (isViolation(item)) return item;
    const { uri } = named.item;
    const refused = refuseInParent(uri, item) ?? requireHolder(scope, uri, item, 'end');
    if (refused !== null) return refused;
    if (item.status !== 'ACTIVE') return violation('NOT_ACTIVE', [uri], item.status);
    const left = isSale ? { custodian: '', soldBy: item.custodian } : {};
    const recalled = isSale ? refuseRecalled(scope, uri, item) : null;
    if (recalled !== null) return recalled;
    book.put(uri, withFields(observed(item, event), { status, ...left }));
    return null;
  });
  const recalledAmounts = (): Violation | null => (isSale ? refuseRecalledAmounts(scope, event.quantities) : null);
  return instances ?? recalledAmounts() ?? debitClasses(scope, event.quantities);
}

/** An observation by the holder moves the item's place and disposition; one of an item unknown here is history. */
export function observe(scope: EventScope): Violation | null {
  const { event, book, signer } = scope;
  const isOpenToOthers = THIRD_PARTY_STEPS.has(event.bizStep);
  const named = event.type === 'AggregationEvent' && event.parent !== null ? [event.parent] : event.epcs;
  return firstOf(named, (entry) => {
    const item: ItemState | Violation = instance(scope, entry);
    if (isViolation(item)) return isOpenToOthers ? null : item;
    const { uri } = entry.item;
    const top = outermost(book, item);
    if (top.custodian === '' || top.transfer?.to === signer) return null;
    const notOurs = requireHolder(scope, uri, item, 'observe');
    if (notOurs !== null) return isOpenToOthers ? null : notOurs;
    const stepped = withStep(scope, uri, item);
    if (isViolation(stepped)) return stepped;
    book.put(uri, observed(stepped, event));
    return null;
  });
}
