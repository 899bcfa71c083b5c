import { actsAs } from './R05.js';
import type { NamedItem, NamedQuantity } from '../event/model.js';
import { withFields } from '../state/copyItem.js';
import { freeAt, moveBalance } from '../state/balances.js';
import { pendingFrom } from './R07.js';
import {
  classItem,
  firstOf,
  instance,
  isViolation,
  observed,
  violation,
  type EventScope,
  type Violation
} from './rule.js';
import { inAll, type RuleSheet } from './ruleSheet.js';

export const R08: RuleSheet = {
  rule: 'R8',
  codes: {
    NOT_SHIPPER: inAll('refuse')
  }
};

/** R8: only the shipper takes a shipment back, while it is pending; the items listed return to ACTIVE in its hands. */
export function voidTransfers(
  scope: EventScope,
  items: readonly NamedItem[],
  quantities: readonly NamedQuantity[]
): Violation | null {
  return (
    firstOf(items, (named) => voidInstance(scope, named)) ??
    firstOf(quantities, (named) => voidQuantity(scope, named))
  );
}

function voidInstance(scope: EventScope, named: NamedItem): Violation | null {
  const item = instance(scope, named);
  if (isViolation(item)) return item;
  const { uri } = named.item;
  if (item.transfer === null) return violation('NO_OPEN_TRANSFER', [uri]);
  if (!actsAs(scope, item.transfer.from, 'move')) return violation('NOT_SHIPPER', [uri], item.transfer.from);
  if (item.transfer.dispute !== '') return violation('TRANSFER_DISPUTED', [uri], item.transfer.dispute);
  scope.book.put(uri, withFields(observed(item, scope.event), { status: 'ACTIVE', transfer: null, outbound: null }));
  return null;
}

/** Without a quantity, everything that is pending in this unit. */
function voidQuantity(scope: EventScope, named: NamedQuantity): Violation | null {
  const item = classItem(scope, named);
  if (isViolation(item)) return item;
  const { uri } = named.item;
  let left = named.amount;
  let state = item;
  for (const entry of item.balances) {
    if (entry.uom !== named.uom || !pendingFrom(entry.place, scope.signer)) continue;
    const part = left === null || entry.amount < left ? entry.amount : left;
    state = moveBalance(state, entry.place, freeAt(scope.signer), entry.uom, part) ?? state;
    if (left !== null) left -= part;
  }
  if (left !== null && left > 0n) return violation('NO_OPEN_TRANSFER', [uri], named.uom);
  scope.book.put(uri, state);
  return null;
}
