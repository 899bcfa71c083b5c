import type { ItemState } from '../state/itemState.js';
import { violation, type Violation } from './rule.js';

/**
 * R13: while an item is in a parent it has the custody and place of its outermost container (see `outermost`), and
 * moving
 * it on its own is refused: unpack it first.
 */
export const refuseInParent = (uri: string, item: ItemState): Violation | null =>
  item.parent === '' ? null : violation('IN_PARENT', [uri], item.parent);
