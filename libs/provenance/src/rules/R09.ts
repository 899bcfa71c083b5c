import type { NamedItem, NamedQuantity } from '../event/model.js';
import { addBalance, BALANCE_ENTRIES, freeAt } from '../state/balances.js';
import { withFields } from '../state/copyItem.js';
import type { ItemState } from '../state/itemState.js';
import { namedParties } from '../state/parties.js';
import { observed, violation, type EventScope, type Violation } from './rule.js';
import { modes, type RuleSheet } from './ruleSheet.js';

export const R09: RuleSheet = { rule: 'R9', codes: { CHAIN_GAP: modes('history', 'flag', 'refuse', 'flag') } };

/** Whether the event says that the goods come from a party outside the network: only then may they enter so. */
export function comesFromOutside({ event, context }: EventScope): boolean {
  const from = namedParties(event.sources, context.config.organizations);
  return (from.possessor ?? from.owner) === '';
}

/**
 * R9: a receipt without a shipment on the ledger. From a party outside the network it is an entry, flagged as a gap;
 * from a member it is refused: that member's shipment must come first. Ownership is what the shipper says, and this one
 * said nothing here: the receiver owns the item only where the document names it as owning party.
 */
export function enterFromOutside(scope: EventScope, { item: key }: NamedItem, item: ItemState): Violation | null {
  const { uri } = key;
  if (!comesFromOutside(scope)) return violation('NO_OPEN_TRANSFER', [uri]);
  const gap = scope.raise('CHAIN_GAP', [uri]);
  if (gap !== null) return gap;
  const { signer, event, book, context } = scope;
  const named = namedParties(event.destinations, context.config.organizations).owner;
  const owner = named === signer ? signer : '';
  book.put(uri, observed(withFields(item, { status: 'ACTIVE', custodian: signer, owner, lot: key.lot }), event));
  return null;
}

/** The same for an amount of a class. */
export function enterAmount(scope: EventScope, named: NamedQuantity, item: ItemState): Violation | null {
  const { uri } = named.item;
  if (named.amount === null) return violation('QUANTITY_REQUIRED', [uri]);
  const gap = scope.raise('CHAIN_GAP', [uri]);
  if (gap !== null) return gap;
  const credited = addBalance(withFields(item, { status: 'ACTIVE' }), freeAt(scope.signer), named.uom, named.amount);
  if (credited === null || credited.balances.length > BALANCE_ENTRIES) return violation('LIST_BALANCES', [uri]);
  scope.book.put(uri, observed(credited, scope.event));
  return null;
}
