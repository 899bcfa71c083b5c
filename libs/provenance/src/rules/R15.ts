import { debitClasses } from './R02.js';
import { requireHolder } from './R05.js';
import { refuseAsset } from './R04.js';
import { refuseInParent } from './R13.js';
import { refuseRecalled, refuseRecalledAmounts } from './R21.js';
import { firstOf, instance, isViolation, violation, type EventScope, type Violation } from './rule.js';
import type { RuleSheet } from './ruleSheet.js';

export const R15: RuleSheet = { rule: 'R15', codes: {} };

/** R15: inputs of a transformation are held and ACTIVE; instances are CONSUMED, class amounts are debited. */
export function consumeInputs(scope: EventScope): Violation | null {
  const { event, book } = scope;
  const instances = firstOf(event.inputs, (named) => {
    const item = instance(scope, named);
    if (isViolation(item)) return item;
    const { uri } = named.item;
    const refused = refuseAsset(scope, named) ?? refuseInParent(uri, item) ?? requireHolder(scope, uri, item);
    if (refused !== null) return refused;
    if (item.status !== 'ACTIVE') return violation('NOT_ACTIVE', [uri], item.status);
    const recalled = refuseRecalled(scope, uri, item);
    if (recalled !== null) return recalled;
    book.put(uri, { ...item, status: 'CONSUMED' });
    return null;
  });
  return (
    instances ??
    refuseRecalledAmounts(scope, event.inputQuantities) ??
    debitClasses(scope, event.inputQuantities)
  );
}
