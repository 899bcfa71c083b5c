import { LIMITS } from '@lading/kernel';
import type { NamedItem, NamedQuantity } from '../event/model.js';
import { addContent, BALANCE_ENTRIES, freeAt, moveBalance, packedIn } from '../state/balances.js';
import type { ItemState } from '../state/itemState.js';
import { containerFor } from './R03.js';
import { outermost, requireHolder } from './R05.js';
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

/**
 * R11: packing. Parent and children are held by the signer, the children are ACTIVE and in no other parent, and the
 * parent is not inside one of them. At most LIMITS.nestingDepth levels and LIMITS.expandedChildren children.
 */
export function pack(scope: EventScope): Violation | null {
  const { event, book } = scope;
  const { parent } = event;
  if (parent === null) return null;
  const container = containerFor(scope, parent);
  if (isViolation(container)) return container;
  const { uri } = parent.item;
  const notOurs = requireHolder(scope, uri, container);
  if (notOurs !== null) return notOurs;
  if (container.status !== 'ACTIVE' && container.status !== 'IN_PARENT') {
    return violation('NOT_ACTIVE', [uri], container.status);
  }
  const { transfer } = outermost(book, container);
  if (transfer !== null) return violation('TRANSFER_OPEN', [uri], transfer.from, transfer.to);
  book.put(uri, observed(container, event));
  const above = ancestors(scope, container);
  return (
    firstOf(event.children, (child) => packInstance(scope, uri, above, child)) ??
    firstOf(event.childQuantities, (child) => packQuantity(scope, uri, child)) ??
    growAncestors(scope, uri, above)
  );
}

/** Containers around an item, innermost first. */
function ancestors(scope: EventScope, item: ItemState): readonly string[] {
  const list: string[] = [];
  let { parent } = item;
  while (parent !== '' && list.length <= LIMITS.nestingDepth) {
    list.push(parent);
    parent = scope.book.get(parent)?.parent ?? '';
  }
  return list;
}

function packInstance(scope: EventScope, parent: string, above: readonly string[], child: NamedItem): Violation | null {
  const { book, event } = scope;
  const item = instance(scope, child);
  if (isViolation(item)) return item;
  const { uri } = child.item;
  if (uri === parent || above.includes(uri)) return violation('PARENT_CYCLE', [uri]);
  const notOurs = requireHolder(scope, uri, item);
  if (notOurs !== null) return notOurs;
  if (item.parent !== '') return violation('ALREADY_IN_PARENT', [uri], item.parent);
  if (item.status !== 'ACTIVE') return violation('NOT_ACTIVE', [uri], item.status);
  if (above.length + 2 + item.height > LIMITS.nestingDepth) return violation('NESTING_TOO_DEEP', [uri]);
  const container = book.at(parent, 'instance');
  if (container.children.length >= LIMITS.expandedChildren) return violation('LIST_CHILDREN', [parent]);
  const children = [...container.children, uri].sort();
  book.put(parent, { ...container, children, height: Math.max(container.height, item.height + 1) });
  book.put(uri, { ...observed(item, { ...event, bizLocation: null }), status: 'IN_PARENT', parent });
  return null;
}

function packQuantity(scope: EventScope, parent: string, child: NamedQuantity): Violation | null {
  const { book, signer } = scope;
  const item = classItem(scope, child);
  if (isViolation(item)) return item;
  const { uri } = child.item;
  if (child.amount === null) return violation('QUANTITY_REQUIRED', [uri]);
  const moved = moveBalance(item, freeAt(signer), packedIn(parent), child.uom, child.amount);
  if (moved === null) return violation('BALANCE_TOO_LOW', [uri], child.uom);
  const container = book.at(parent, 'instance');
  const contents = addContent(container.contents, uri, child.uom, child.amount);
  if (contents === null || contents.length > BALANCE_ENTRIES || moved.balances.length > BALANCE_ENTRIES) {
    return violation('LIST_BALANCES', [uri]);
  }
  book.put(parent, { ...container, contents, height: Math.max(container.height, 1) });
  book.put(uri, moved);
  return null;
}

/** Containers around the parent may have become higher; those that did are changed, so their chains are extended. */
function growAncestors(scope: EventScope, parent: string, above: readonly string[]): null {
  let { height } = scope.book.at(parent, 'instance');
  for (const uri of above) {
    const item = scope.book.at(uri, 'instance');
    height += 1;
    if (item.height >= height) break;
    scope.book.put(uri, { ...item, height });
    scope.link('ancestor', uri);
  }
  return null;
}
