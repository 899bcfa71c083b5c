import { BALANCE_ENTRIES, addBalance, disputedBetween, freeAt, moveBalance, shippedTo } from '../state/balances.js';
import {
  decodeDispute,
  disputeKey,
  encodeDispute,
  type Amount,
  type DisputeKind,
  type DisputeRecord
} from '../state/disputeRecord.js';
import type { ItemState, Transfer } from '../state/itemState.js';
import { handedOver } from '../rules/R07.js';
import { change, refuse, type OperationScope, type Refusal } from './operationScope.js';
import type { DisputeResult, Goods } from './operationRequest.js';

/** Refused by the destination or taken back by the shipper: custody stays where it was, with the shipper. */
export function endTransfer(scope: OperationScope, from: string, to: string, goods: Goods): Refusal {
  return (
    eachItem(scope, goods.items, from, to, (item) => ({ ...item, status: 'ACTIVE', transfer: null, outbound: null })) ??
    eachAmount(scope, goods.quantities, shippedTo(from, to), freeAt(from))
  );
}

type Change = (item: ItemState, transfer: Transfer) => ItemState;

/** Items in an undisputed transfer between the two; the signer's part of it is checked by its name. */
function eachItem(scope: OperationScope, items: readonly string[], from: string, to: string, make: Change): Refusal {
  for (const uri of items) {
    const item = scope.book.get(uri);
    const transfer = item?.transfer ?? null;
    if (item === null || transfer === null) return refuse('NO_OPEN_TRANSFER', uri);
    if (transfer.from !== from) return refuse('NOT_SHIPPER', uri, transfer.from);
    if (transfer.to !== to) return refuse('NOT_DESTINATION', uri, transfer.to);
    if (transfer.dispute !== '') return refuse('TRANSFER_DISPUTED', uri, transfer.dispute);
    change(scope, uri, item.kind, make(item, transfer));
  }
  return null;
}

/** Moves amounts; `to` null writes them off. */
function eachAmount(scope: OperationScope, amounts: readonly Amount[], from: string, to: string | null): Refusal {
  for (const { uri, uom, amount } of amounts) {
    const item = scope.book.get(uri);
    if (item === null) return refuse('NO_OPEN_TRANSFER', uri, uom);
    const moved = to === null ? addBalance(item, from, uom, -amount) : moveBalance(item, from, to, uom, amount);
    if (moved === null) return refuse('NO_OPEN_TRANSFER', uri, uom);
    if (moved.balances.length > BALANCE_ENTRIES) return refuse('LIST_BALANCES', uri);
    change(scope, uri, 'class', moved);
  }
  return null;
}

/**
 * The receiver contests what it was sent: these items and amounts are neither received nor pending until the dispute is
 * resolved. A surplus was never sent on the ledger, so it changes nothing here; the shipper sends it by an event.
 */
export function openDispute(scope: OperationScope, id: string, from: string, kind: DisputeKind, goods: Goods): Refusal {
  const { values, signer } = scope;
  if (values.get(disputeKey(id)) !== null) return refuse('DISPUTE_EXISTS', id);
  const held =
    kind === 'surplus'
      ? null
      : (eachItem(scope, goods.items, from, signer, (item, transfer) => ({
          ...item,
          transfer: { ...transfer, dispute: id }
        })) ?? eachAmount(scope, goods.quantities, shippedTo(from, signer), disputedBetween(from, signer)));
  if (held !== null) return held;
  values.put(disputeKey(id), encodeDispute({ isOpen: true, kind, from, to: signer, ...goods, result: '' }));
  return null;
}

/**
 * Each side can only take the loss or the goods upon itself: the shipper takes them back or writes them off, the
 * receiver accepts them. A dispute about a surplus is settled by either.
 */
export function resolveDispute(scope: OperationScope, id: string, result: DisputeResult): Refusal {
  const { values, signer } = scope;
  const value = values.get(disputeKey(id));
  if (value === null) return refuse('DISPUTE_UNKNOWN', id);
  const record = decodeDispute(value);
  if (!record.isOpen) return refuse('DISPUTE_CLOSED', id);
  if (!mayResolve(record, signer, result)) return refuse('NOT_DISPUTANT', id, result);
  const refused = result === 'settled' ? null : release(scope, record, result);
  if (refused !== null) return refused;
  values.put(disputeKey(id), encodeDispute({ ...record, isOpen: false, result }));
  return null;
}

function mayResolve({ kind, from, to }: DisputeRecord, signer: string, result: DisputeResult): boolean {
  if ((kind === 'surplus') !== (result === 'settled')) return false;
  if (result === 'settled') return signer === from || signer === to;
  return signer === (result === 'received' ? to : from);
}

function release(scope: OperationScope, record: DisputeRecord, result: 'returned' | 'lost' | 'received'): Refusal {
  const { from, to } = record;
  for (const uri of record.items) {
    const item = scope.book.get(uri);
    const transfer = item?.transfer ?? null;
    if (item === null || transfer === null) return refuse('NO_OPEN_TRANSFER', uri);
    change(scope, uri, item.kind, released(item, transfer, result));
  }
  const place = { returned: freeAt(from), received: freeAt(to), lost: null }[result];
  return eachAmount(scope, record.quantities, disputedBetween(from, to), place);
}

function released(item: ItemState, transfer: Transfer, result: 'returned' | 'lost' | 'received'): ItemState {
  if (result === 'received') return handedOver(item, transfer);
  return { ...item, status: result === 'lost' ? 'INACTIVE' : 'ACTIVE', transfer: null, outbound: null };
}
