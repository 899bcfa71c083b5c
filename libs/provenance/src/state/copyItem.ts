import type { ItemState, OwnItem } from './itemState.js';

/**
 * A copy to write to. Field by field in the order of all items: what `{ ...item }` makes has another shape inside the engine, takes
 * several times the memory, and makes every later look at an item slower.
 */
export const copyItem = (item: ItemState): OwnItem => ({
  count: item.count,
  head: item.head,
  kind: item.kind,
  status: item.status,
  custodian: item.custodian,
  owner: item.owner,
  location: item.location,
  parent: item.parent,
  height: item.height,
  children: item.children,
  contents: item.contents,
  transfer: item.transfer,
  disposition: item.disposition,
  persistent: item.persistent,
  balances: item.balances,
  lot: item.lot,
  since: item.since,
  seenAt: item.seenAt,
  seenMs: item.seenMs,
  recalls: item.recalls,
  holds: item.holds,
  attachedTo: item.attachedTo,
  attached: item.attached,
  ownerBy: item.ownerBy,
  soldBy: item.soldBy,
  before: item.before,
  outbound: item.outbound,
  remaining: item.remaining
});

/** The copy with some fields changed. */
export const withFields = (item: ItemState, fields: Partial<ItemState>): OwnItem => Object.assign(copyItem(item), fields);
