import type { ItemState } from '../state/itemState.js';
import { violation, type Violation } from './rule.js';
import { inAll, type RuleSheet } from './ruleSheet.js';

export const R13: RuleSheet = {
  rule: 'R13',
  codes: {
    IN_PARENT: inAll('refuse')
  }
};

/**
 * R13: while an item is in a parent it has the custody and place of its outermost container (see `outermost`), and
 * moving
 * it on its own is refused: unpack it first.
 */
export const refuseInParent = (uri: string, item: ItemState): Violation | null =>
  item.parent === '' ? null : violation('IN_PARENT', [uri], item.parent);
