import { CAPTURE_LIMITS } from '../capture/captureLimits.js';
import type { ItemBook } from '../state/itemBook.js';
import type { ItemState } from '../state/itemState.js';
import { violation, type Violation } from './rule.js';

/** Lists shorter than this cannot reach the limit: a canonical URI has at most 1,024 characters. */
const SHORT = 500;

/**
 * Every event on an item reads and writes its whole value, so a value has a size that it keeps to: whatever made it
 * longer is refused, and more goes into further containers, lots or events (spec/provenance.md 5.1).
 */
export function overgrown(book: ItemBook): Violation | null {
  for (const { uri, draft: item } of book.changed()) {
    if (item === null) continue;
    if (item.persistent.length > CAPTURE_LIMITS.dispositions) return violation('LIST_DISPOSITIONS', [uri]);
    if (listBytes(item) <= CAPTURE_LIMITS.itemListBytes) continue;
    return violation(item.kind === 'class' ? 'LIST_BALANCES' : 'LIST_CHILDREN', [uri]);
  }
  return null;
}

/** Canonical URIs are ASCII: characters are bytes; three more are the head of each text. */
function listBytes({ children, contents, balances }: ItemState): number {
  if (children.length + contents.length + balances.length <= SHORT) return 0;
  let bytes = 0;
  for (const child of children) bytes += child.length + 3;
  for (const { uri } of contents) bytes += uri.length + AMOUNT_BYTES;
  for (const { place } of balances) bytes += place.length + AMOUNT_BYTES;
  return bytes;
}

/** Array head, text heads, a unit of 3 and an amount of 21 digits. */
const AMOUNT_BYTES = 32;
