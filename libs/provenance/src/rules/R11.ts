import { LIMITS } from '@lading/kernel';
import type { NamedItem, NamedQuantity } from '../event/model.js';
import { addContent, BALANCE_ENTRIES, freeAt, moveBalance, packedIn } from '../state/balances.js';
import { withFields } from '../state/copyItem.js';
import type { ItemState } from '../state/itemState.js';
import { insertAll } from '../state/sortedList.js';
import { containerFor } from './R03.js';
import { outermost, requireHolder } from './R05.js';
import { isRecallListFull, recallsBrought, withHolds } from './R21.js';
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

export const R11: RuleSheet = {
  rule: 'R11',
  codes: {
    ALREADY_IN_PARENT: inAll('refuse'),
    PARENT_CYCLE: inAll('refuse'),
    NESTING_TOO_DEEP: inAll('refuse')
  }
};

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
  const notOurs = requireHolder(scope, uri, container, 'pack');
  if (notOurs !== null) return notOurs;
  if (container.status !== 'ACTIVE' && container.status !== 'IN_PARENT') {
    return violation('NOT_ACTIVE', [uri], container.status);
  }
  const { transfer } = outermost(book, container);
  if (transfer !== null) return violation('TRANSFER_OPEN', [uri], transfer.from, transfer.to);
  book.put(uri, observed(withoutStaleOwner(container), event));
  const above = ancestors(scope, container);
  const { custodian } = outermost(book, container);
  return (
    packInstances(scope, uri, custodian, above) ??
    firstOf(event.childQuantities, (child) => packQuantity(scope, uri, custodian, child)) ??
    growAncestors(scope, uri, above)
  );
}

/**
 * A container's owner is the one that a transfer of it named for its contents (rule R12 hands it on). What an empty one
 * was commissioned with says nothing about what is packed into it.
 */
const withoutStaleOwner = (container: ItemState): ItemState =>
  container.children.length + container.contents.length === 0 && hasOwner(container)
    ? withFields(container, { owner: '', ownerBy: '', holds: [] })
    : container;

const hasOwner = ({ owner, ownerBy, holds }: ItemState): boolean => owner !== '' || ownerBy !== '' || holds.length > 0;

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

function packInstances(
  scope: EventScope,
  parent: string,
  holder: string,
  above: readonly string[]
): Violation | null {
  const { book, event } = scope;
  if (event.children.length === 0) return null;
  const container = book.at(parent, 'instance');
  const added = new Set<string>();
  const recalls = new Set<string>();
  let { height } = container;
  const refused = firstOf(event.children, (child) => {
    const item = packable(scope, parent, holder, above, child);
    if (isViolation(item)) return item;
    if (container.children.length + added.size >= LIMITS.expandedChildren) return violation('LIST_CHILDREN', [parent]);
    const { uri } = child.item;
    added.add(uri);
    height = Math.max(height, item.height + 1);
    for (const id of recallsBrought(scope, uri, item)) recalls.add(id);
    const packed = observed(item, event, true);
    packed.status = 'IN_PARENT';
    packed.parent = parent;
    packed.outbound = null;
    book.put(uri, packed);
    return null;
  });
  if (refused !== null) return refused;
  const packed = withHolds(withFields(container, { children: insertAll(container.children, added), height }), [...recalls]);
  if (isRecallListFull(packed)) return violation('LIST_RECALLS', [parent]);
  book.put(parent, packed);
  return null;
}

/**
 * A child that its holder puts into or onto something of its own (`holder` null: onto a place, which nobody holds): as it
 * is, unless it would then be above itself.
 */
export function joining(
  scope: EventScope,
  parent: string,
  holder: string | null,
  above: readonly string[],
  child: NamedItem
): ItemState | Violation {
  const item = instance(scope, child);
  if (isViolation(item)) return item;
  const { uri } = child.item;
  if (uri === parent || above.includes(uri)) return violation('PARENT_CYCLE', [uri]);
  const notOurs = requireHolder(scope, uri, item, 'pack');
  if (notOurs !== null) return notOurs;
  // An agent of two holders does not mix their goods: custody would follow the container.
  const { custodian } = outermost(scope.book, item);
  return holder === null || custodian === holder ? item : violation('NOT_HOLDER', [uri], custodian);
}

/** The child as it is before it goes in, or why it may not. */
function packable(
  scope: EventScope,
  parent: string,
  holder: string,
  above: readonly string[],
  child: NamedItem
): ItemState | Violation {
  const item = joining(scope, parent, holder, above, child);
  if (isViolation(item)) return item;
  const { uri } = child.item;
  if (item.parent !== '') return violation('ALREADY_IN_PARENT', [uri], item.parent);
  if (item.status !== 'ACTIVE') return violation('NOT_ACTIVE', [uri], item.status);
  if (above.length + 2 + item.height > LIMITS.nestingDepth) return violation('NESTING_TOO_DEEP', [uri]);
  return item;
}

function packQuantity(scope: EventScope, parent: string, holder: string, child: NamedQuantity): Violation | null {
  const { book } = scope;
  const item = classItem(scope, child);
  if (isViolation(item)) return item;
  const { uri } = child.item;
  if (child.amount === null) return violation('QUANTITY_REQUIRED', [uri]);
  const moved = moveBalance(item, freeAt(holder), packedIn(parent), child.uom, child.amount);
  if (moved === null) return violation('BALANCE_TOO_LOW', [uri], child.uom);
  const container = book.at(parent, 'instance');
  const contents = addContent(container.contents, uri, child.uom, child.amount);
  if (contents === null || contents.length > BALANCE_ENTRIES || moved.balances.length > BALANCE_ENTRIES) {
    return violation('LIST_BALANCES', [uri]);
  }
  const packed = withFields(container, { contents, height: Math.max(container.height, 1) });
  book.put(parent, withHolds(packed, recallsBrought(scope, uri, item)));
  book.put(uri, moved);
  return null;
}

/**
 * Containers around the parent may have become higher, or hold something recalled; those that did are changed, so their
 * chains are extended.
 */
function growAncestors(scope: EventScope, parent: string, above: readonly string[]): null {
  let { height, holds } = scope.book.at(parent, 'instance');
  for (const uri of above) {
    const item = scope.book.at(uri, 'instance');
    height += 1;
    const grown = withHolds(item.height >= height ? item : withFields(item, { height }), holds);
    if (grown === item) break;
    ({ height, holds } = grown);
    scope.book.put(uri, grown);
    scope.link('ancestor', uri);
  }
  return null;
}
