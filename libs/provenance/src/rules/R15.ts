import { debitClasses } from './R02.js';
import { requireHolder } from './R05.js';
import { refuseAsset } from './R04.js';
import { refuseInParent } from './R13.js';
import { refuseRecalled, refuseRecalledAmounts } from './R21.js';
import { withFields } from '../state/copyItem.js';
import type { ItemState } from '../state/itemState.js';
import { firstOf, instance, isViolation, violation, type EventScope, type Violation } from './rule.js';
import { inAll, type RuleSheet } from './ruleSheet.js';

export const R15: RuleSheet = { rule: 'R15', codes: { REMAINING_GROWS: inAll('refuse') } };

/**
 * R15: inputs of a transformation are held and ACTIVE; instances are CONSUMED, class amounts are debited. An instance of
 * which the event says what remains stays ACTIVE with that. No agent does this: outputs would change hands.
 */
export function consumeInputs(scope: EventScope): Violation | null {
  const { event, book } = scope;
  const instances = firstOf(event.inputs, (named) => {
    const item = instance(scope, named);
    if (isViolation(item)) return item;
    const { uri } = named.item;
    const refused = refuseAsset(scope, named) ?? refuseInParent(uri, item) ?? requireHolder(scope, uri, item, null);
    if (refused !== null) return refused;
    if (item.status !== 'ACTIVE') return violation('NOT_ACTIVE', [uri], item.status);
    const recalled = refuseRecalled(scope, uri, item);
    if (recalled !== null) return recalled;
    const used = afterUse(scope, uri, item);
    if (isViolation(used)) return used;
    book.put(uri, used);
    return null;
  });
  return (
    instances ??
    refuseRecalledAmounts(scope, event.inputQuantities) ??
    debitClasses(scope, event.inputQuantities)
  );
}

/** Nothing grows by being used, and what is left is told in one unit. Nothing left is the end of the item. */
function afterUse({ event }: EventScope, uri: string, item: ItemState): ItemState | Violation {
  const remaining = event.remaining.get(uri);
  if (remaining === undefined || remaining.amount === 0n) return withFields(item, { status: 'CONSUMED', remaining: null });
  const before = item.remaining;
  if (before !== null && (before.uom !== remaining.uom || before.amount < remaining.amount)) {
    return violation('REMAINING_GROWS', [uri], before.uom, before.amount.toString());
  }
  return withFields(item, { remaining });
}
