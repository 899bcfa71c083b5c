import type { NamedItem, NamedQuantity } from '../event/model.js';
import { freeAt, moveBalance, shippedTo } from '../state/balances.js';
import { withFields } from '../state/copyItem.js';
import type { ItemState, Transfer } from '../state/itemState.js';
import { prefixHolder } from './L3.js';
import { comesFromOutside, enterAmount, enterFromOutside } from './R09.js';
import { actsAs } from './R05.js';
import { refuseInParent } from './R13.js';
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

export const R07: RuleSheet = {
  rule: 'R7',
  codes: {
    NO_OPEN_TRANSFER: inAll('refuse'),
    NOT_DESTINATION: inAll('refuse'),
    OVER_RECEIPT: inAll('refuse'),
    NOT_SELLER: inAll('refuse'),
    TRANSFER_DISPUTED: inAll('refuse')
  }
};

/**
 * R7: receiving or accepting, signed by the destination, closes the transfer: only now does custody move, and ownership
 * when an owning party was named. Items that are not listed stay pending. What is in a container moves with it.
 * Rule R9 decides about items that the ledger has never seen.
 */
export function closeTransfers(
  scope: EventScope,
  items: readonly NamedItem[],
  quantities: readonly NamedQuantity[]
): Violation | null {
  return (
    firstOf(items, (named) => receiveInstance(scope, named)) ??
    firstOf(quantities, (named) => receiveQuantity(scope, named))
  );
}

function receiveInstance(scope: EventScope, named: NamedItem): Violation | null {
  const item = instance(scope, named);
  if (isViolation(item)) return item;
  const { uri } = named.item;
  const { signer, event, book } = scope;
  if (item.status === 'UNKNOWN') return enterFromOutside(scope, named, item);
  const inParent = refuseInParent(uri, item);
  if (inParent !== null) return inParent;
  const { transfer } = item;
  if (transfer === null) {
    const back = isReturn(item, event.disposition);
    if (back && !takesBack(scope, named, item)) return violation('NOT_SELLER', [uri], item.soldBy);
    if (!back && item.custodian !== signer) return violation('NO_OPEN_TRANSFER', [uri]);
    const status = back ? 'ACTIVE' : item.status;
    book.put(uri, observed(withFields(item, { status, custodian: signer }), event));
    return null;
  }
  if (!actsAs(scope, transfer.to, 'move')) return violation('NOT_DESTINATION', [uri], transfer.to);
  if (transfer.dispute !== '') return violation('TRANSFER_DISPUTED', [uri], transfer.dispute);
  book.put(uri, observed(handedOver(item, transfer), event));
  return null;
}

/** The item in the receiver's hands. Of a container it is kept who ceded what is in it: see rule R12. */
export function handedOver(item: ItemState, transfer: Transfer): ItemState {
  const received = withFields(item, { status: 'ACTIVE', custodian: transfer.to, transfer: null, outbound: null });
  if (transfer.owner === '') return received;
  const isContainer = item.children.length + item.contents.length > 0;
  const ownerBy = isContainer && item.owner === '' ? transfer.from : item.ownerBy;
  return withFields(received, { owner: transfer.owner, ownerBy });
}

/** Who may take a sold item back: the one who sold it, and the holder of its company prefix. */
const takesBack = ({ signer, context }: EventScope, { item: key }: NamedItem, item: ItemState): boolean =>
  item.soldBy === signer || prefixHolder(key, context.config.organizations)?.organization === signer;

/** A sold or dispensed item comes back only as a return. */
const isReturn = (item: ItemState, disposition: string): boolean =>
  (item.status === 'SOLD' || item.status === 'DISPENSED') && disposition === 'returned';

function receiveQuantity(scope: EventScope, named: NamedQuantity): Violation | null {
  const item = classItem(scope, named);
  if (isViolation(item)) return item;
  const { uri } = named.item;
  const { signer, book } = scope;
  if (item.status === 'UNKNOWN' && !comesFromOutside(scope)) return violation('NO_OPEN_TRANSFER', [uri]);
  if (comesFromOutside(scope)) return enterAmount(scope, named, item);
  if (named.amount === null) return violation('QUANTITY_REQUIRED', [uri]);
  let left = named.amount;
  let state = item;
  for (const entry of item.balances) {
    if (left === 0n) break;
    const isPending = entry.uom === named.uom && entry.place.startsWith('to:') && entry.place.endsWith(`/${signer}`);
    if (!isPending) continue;
    const part = entry.amount < left ? entry.amount : left;
    state = moveBalance(state, entry.place, freeAt(signer), entry.uom, part) ?? state;
    left -= part;
  }
  // The surplus has no owner on this ledger: refused as a whole, so that nothing appears from nowhere.
  if (left > 0n) return violation('OVER_RECEIPT', [uri], named.uom);
  book.put(uri, state);
  return null;
}

/** The entry of a class amount on its way, for rule R8. */
export const pendingFrom = (place: string, signer: string): boolean => place.startsWith(shippedTo(signer, ''));
