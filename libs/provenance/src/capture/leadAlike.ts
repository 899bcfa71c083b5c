import { decodeItem, type ItemState, type Transfer } from '../state/itemState.js';

/**
 * Whether two values of an item lead a walk for keys to the same others: by its pointers, lists, recalls and holders, and by
 * whether the ledger knows it. What only counts its events, as every mention does, leads nowhere. null: no value.
 */
export function leadAlike(before: Uint8Array | null, after: Uint8Array | null): boolean {
  const [a, b] = [before === null ? null : decodeItem(before), after === null ? null : decodeItem(after)];
  if (a === null || b === null) return (a === null || leadsNowhere(a)) && (b === null || leadsNowhere(b));
  return (
    (a.status === 'UNKNOWN') === (b.status === 'UNKNOWN') &&
    a.parent === b.parent &&
    a.attachedTo === b.attachedTo &&
    a.custodian === b.custodian &&
    a.seenAt === b.seenAt &&
    isSameTransfer(a.transfer, b.transfer) &&
    areSameLists(a, b)
  );
}

/** As an item that is not there: a place, most of the time. */
const leadsNowhere = (item: ItemState): boolean =>
  item.status === 'UNKNOWN' &&
  item.parent === '' &&
  item.attachedTo === '' &&
  item.custodian === '' &&
  item.seenAt === '' &&
  item.transfer === null &&
  listed(item) === 0;

const listed = ({ children, contents, attached, recalls, holds }: ItemState): number =>
  children.length + contents.length + attached.length + recalls.length + holds.length;

/** Lists that were decoded from two values are two lists: only empty ones are compared. */
const areSameLists = (a: ItemState, b: ItemState): boolean =>
  (listed(a) === 0 && listed(b) === 0) ||
  (a.children === b.children &&
    a.contents === b.contents &&
    a.attached === b.attached &&
    a.recalls === b.recalls &&
    a.holds === b.holds);

const isSameTransfer = (a: Transfer | null, b: Transfer | null): boolean =>
  a === b || (a !== null && b !== null && a.from === b.from && a.to === b.to);
