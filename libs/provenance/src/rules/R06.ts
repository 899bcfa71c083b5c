import type { NamedItem, NamedQuantity } from '../event/model.js';
import { BALANCE_ENTRIES, freeAt, moveBalance, shippedTo } from '../state/balances.js';
import { withFields } from '../state/copyItem.js';
import type { EventPlace, ItemState } from '../state/itemState.js';
import { namedParties } from '../state/parties.js';
import { requireHolder } from './R05.js';
import { refuseInParent } from './R13.js';
import { refuseRecalledShipment } from './R21.js';
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

export const R06: RuleSheet = {
  rule: 'R6',
  codes: {
    DESTINATION_REQUIRED: inAll('refuse'),
    TRANSFER_OPEN: inAll('refuse'),
    NOT_ACTIVE: inAll('refuse'),
    NOT_OWNER: inAll('refuse'),
    STEP_EXCLUDED: inAll('refuse')
  }
};

/**
 * R6: shipping opens a transfer to the destination party; custody stays with the shipper until the receiver signs (R7).
 * Everything listed is held, ACTIVE, not in a parent, and in no open transfer. A destination list with a possessing or
 * owning party is required; a party outside the network is allowed, and nobody here can then receive the item. Only the
 * owner names another owner; for a container that has none, rule R12 asks what is inside.
 */
export function openTransfers(
  scope: EventScope,
  items: readonly NamedItem[],
  quantities: readonly NamedQuantity[]
): Violation | null {
  const { event, context, signer } = scope;
  const parties = namedParties(event.destinations, context.config.organizations);
  const to = parties.possessor ?? parties.owner;
  if (to === null) return violation('DESTINATION_REQUIRED', []);
  const opened: EventPlace = [context.height, context.index, event.index];
  const owner = parties.owner ?? '';
  const instances = firstOf(items, (named) => {
    const item = instance(scope, named);
    if (isViolation(item)) return item;
    const { uri } = named.item;
    if (item.transfer !== null) return violation('TRANSFER_OPEN', [uri], item.transfer.from, item.transfer.to);
    const refused = refuseInParent(uri, item) ?? requireHolder(scope, uri, item, 'move');
    if (refused !== null) return refused;
    if (item.status !== 'ACTIVE') return violation('NOT_ACTIVE', [uri], item.status);
    const excluded = refuseSummed(scope, uri, item);
    if (excluded !== null) return excluded;
    const recalled = refuseRecalledShipment(scope, uri, item);
    if (recalled !== null) return recalled;
    const cedes = owner !== '' && owner !== item.owner;
    // An agent gives away nothing: it speaks for the holder, not for the owner.
    if (cedes && item.owner !== '' && item.owner !== signer) return violation('NOT_OWNER', [uri], item.owner);
    const shipped = observed(item, event);
    shipped.status = 'IN_TRANSFER';
    shipped.transfer = { from: item.custodian, to, owner, opened, dispute: '' };
    shipped.outbound = event.bizStep === 'departing' ? { step: 'departing', by: item.custodian } : null;
    scope.book.put(uri, shipped);
    return null;
  });
  return instances ?? firstOf(quantities, (named) => shipQuantity(scope, named, to));
}

/**
 * R6: `shipping` and `consigning` stand for staging, loading and departing as a whole; whoever has told the single steps
 * of a shipment does not tell the whole as well (CBV 2.0 §7.1.2: mutually exclusive).
 */
function refuseSummed({ event }: EventScope, uri: string, { outbound, custodian }: ItemState): Violation | null {
  if (event.bizStep === 'departing' || outbound === null || outbound.by !== custodian) return null;
  return violation('STEP_EXCLUDED', [uri], outbound.step);
}

/** The other way round: no single step after the whole. Notes the step that the holder takes. */
export function withStep({ event }: EventScope, uri: string, item: ItemState): ItemState | Violation {
  const { bizStep } = event;
  if ((bizStep !== 'staging_outbound' && bizStep !== 'loading') || item.parent !== '') return item;
  if (item.transfer !== null && item.outbound === null) return violation('STEP_EXCLUDED', [uri], bizStep);
  return item.transfer === null ? withFields(item, { outbound: { step: bizStep, by: item.custodian } }) : item;
}

function shipQuantity(scope: EventScope, named: NamedQuantity, to: string): Violation | null {
  const item = classItem(scope, named);
  if (isViolation(item)) return item;
  const { uri } = named.item;
  if (named.amount === null) return violation('QUANTITY_REQUIRED', [uri]);
  const { signer } = scope;
  const recalled = refuseRecalledShipment(scope, uri, item);
  if (recalled !== null) return recalled;
  const moved = moveBalance(item, freeAt(signer), shippedTo(signer, to), named.uom, named.amount);
  if (moved === null) return violation('BALANCE_TOO_LOW', [uri], named.uom);
  if (moved.balances.length > BALANCE_ENTRIES) return violation('LIST_BALANCES', [uri]);
  scope.book.put(uri, moved);
  return null;
}
