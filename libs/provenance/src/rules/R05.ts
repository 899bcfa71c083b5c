import { LIMITS } from '@lading/kernel';
import type { ItemBook } from '../state/itemBook.js';
import type { ItemState } from '../state/itemState.js';
import { violation, type EventScope, type Violation } from './rule.js';
import { inAll, type RuleSheet } from './ruleSheet.js';

export const R05: RuleSheet = {
  rule: 'R5',
  codes: {
    NOT_HOLDER: inAll('record')
  }
};

/** The outermost container of an item, or the item itself: the one whose custodian and place count. */
export function outermost(book: ItemBook, item: ItemState): ItemState {
  let top = item;
  for (let level = 0; top.parent !== '' && level <= LIMITS.nestingDepth; level++) {
    const parent = book.get(top.parent);
    if (parent === null) break;
    top = parent;
  }
  return top;
}

/** R5: only the present custodian changes an item. Everybody else gets NOT_HOLDER with the item's identifier. */
export function requireHolder(scope: EventScope, uri: string, item: ItemState): Violation | null {
  const { custodian } = outermost(scope.book, item);
  return custodian === scope.signer ? null : violation('NOT_HOLDER', [uri], custodian);
}
