import type { NamedQuantity } from '../event/model.js';
import { withFields } from '../state/copyItem.js';
import { addBalance, BALANCE_ENTRIES, freeAt } from '../state/balances.js';
import { requirePrefix } from './L3.js';
import { classItem, firstOf, isViolation, observed, violation, type EventScope, type Violation } from './rule.js';
import { inAll, type RuleSheet } from './ruleSheet.js';

export const R02: RuleSheet = {
  rule: 'R2',
  codes: {
    QUANTITY_REQUIRED: inAll('refuse'),
    CLASS_IN_USE: inAll('refuse')
  }
};

/**
 * R2: creating a lot or class credits the signer's balance; the quantity is mandatory here. `creating_class_instance`
 * may
 * be repeated, `commissioning` of a class only when it has not been used before (CBV 2.0 §7.1.2).
 */
export function creditClasses(scope: EventScope, quantities: readonly NamedQuantity[]): Violation | null {
  return firstOf(quantities, (named) => {
    const item = classItem(scope, named);
    if (isViolation(item)) return item;
    const { uri } = named.item;
    if (named.amount === null) return violation('QUANTITY_REQUIRED', [uri]);
    const { event, signer, book } = scope;
    const isFirst = item.status === 'UNKNOWN';
    if (!isFirst && event.type === 'ObjectEvent' && event.bizStep === 'commissioning') {
      return violation('CLASS_IN_USE', [uri]);
    }
    const foreign = requirePrefix(scope, named.item);
    if (foreign !== null) return foreign;
    const credited = addBalance(withFields(item, { status: 'ACTIVE' }), freeAt(signer), named.uom, named.amount);
    if (credited === null || credited.balances.length > BALANCE_ENTRIES) return violation('LIST_BALANCES', [uri]);
    book.put(uri, observed(credited, event));
    return null;
  });
}

/** Takes an amount from the signer's free balance of a class: consumed, sold, destroyed (rules R15, R19). */
export function debitClasses(scope: EventScope, quantities: readonly NamedQuantity[]): Violation | null {
  return firstOf(quantities, (named) => {
    const item = classItem(scope, named);
    if (isViolation(item)) return item;
    const { uri } = named.item;
    if (named.amount === null) return violation('QUANTITY_REQUIRED', [uri]);
    const debited = addBalance(item, freeAt(scope.signer), named.uom, -named.amount);
    if (debited === null) return violation('BALANCE_TOO_LOW', [uri], named.uom);
    scope.book.put(uri, debited);
    return null;
  });
}
