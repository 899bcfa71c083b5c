import type { NamedItem, NamedQuantity } from '../event/model.js';
import { freeAt, moveBalance, shippedTo } from '../state/balances.js';
import type { ItemState } from '../state/itemState.js';
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

export const RECEIVING_STEPS: ReadonlySet<string> = new Set(['receiving', 'accepting']);

/**
 * R7: receiving or accepting, signed by the destination, closes the transfer: only now does custody move, and ownership
 * when an owning party was named. Items that are not listed stay pending. What is in a container moves with it.
 * Items that the ledger has never seen are history only (rule R9 decides about them).
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
  if (item.status === 'UNKNOWN') return null;
  const inParent = refuseInParent(uri, item);
  if (inParent !== null) return inParent;
  const { transfer } = item;
  if (transfer === null) {
    const back = isReturn(item, event.disposition);
    if (!back && item.custodian !== signer) return violation('NO_OPEN_TRANSFER', [uri]);
    const status = back ? 'ACTIVE' : item.status;
    book.put(uri, observed({ ...item, status, custodian: signer }, event));
    return null;
  }
  if (transfer.to !== signer) return violation('NOT_DESTINATION', [uri], transfer.to);
  const owner = transfer.owner === '' ? item.owner : transfer.owner;
  book.put(uri, observed({ ...item, status: 'ACTIVE', custodian: signer, owner, transfer: null }, event));
  return null;
}

/** A sold or dispensed item comes back only as a return. */
const isReturn = (item: ItemState, disposition: string): boolean =>
  (item.status === 'SOLD' || item.status === 'DISPENSED') && disposition === 'returned';

function receiveQuantity(scope: EventScope, named: NamedQuantity): Violation | null {
  const item = classItem(scope, named);
  if (isViolation(item)) return item;
  const { uri } = named.item;
  const { signer, book } = scope;
  if (item.status === 'UNKNOWN') return null;
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
