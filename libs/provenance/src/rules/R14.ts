import { LIMITS } from '@lading/kernel';
import type { NamedItem } from '../event/model.js';
import { withFields } from '../state/copyItem.js';
import type { ItemState } from '../state/itemState.js';
import { holds, insertAll, removeAll } from '../state/sortedList.js';
import { containerFor } from './R03.js';
import { outermost, requireHolder } from './R05.js';
import { joining } from './R11.js';
import { firstOf, instance, isViolation, observed, violation, type EventScope, type Violation } from './rule.js';
import { inAll, type RuleSheet } from './ruleSheet.js';

export const R14: RuleSheet = {
  rule: 'R14',
  codes: { ALREADY_ATTACHED: inAll('refuse'), NOT_ATTACHED: inAll('refuse') }
};

/**
 * R14: an association fixes things to an item or a place: a logger to a container, a machine to a hall. It goes beside
 * an aggregation and moves no custody. Who adds or ends it holds the children, and the parent unless that is a place.
 */
export function associate(scope: EventScope): Violation | null {
  const { event } = scope;
  const { parent } = event;
  if (parent === null || event.action === 'OBSERVE') return null;
  const held = parentOf(scope, parent);
  if (isViolation(held)) return held;
  return event.action === 'ADD' ? attach(scope, parent.item.uri, held) : detach(scope, parent.item.uri, held);
}

function parentOf(scope: EventScope, parent: NamedItem): ItemState | Violation {
  const { uri, kind } = parent.item;
  if (kind === 'place') return scope.book.at(uri, 'place');
  const item = scope.event.action === 'ADD' ? containerFor(scope, parent) : instance(scope, parent);
  return isViolation(item) ? item : (requireHolder(scope, uri, item, 'pack') ?? item);
}

function attach(scope: EventScope, parent: string, held: ItemState): Violation | null {
  const { event, book } = scope;
  const above = fixedAbove(scope, parent);
  const holder = held.kind === 'place' ? null : outermost(book, held).custodian;
  const added = new Set<string>();
  const refused = firstOf(event.children, (child) => {
    const item = joining(scope, parent, holder, above, child);
    if (isViolation(item)) return item;
    const { uri } = child.item;
    if (item.attachedTo !== '') return violation('ALREADY_ATTACHED', [uri], item.attachedTo);
    if (item.status !== 'ACTIVE' && item.status !== 'IN_PARENT') return violation('NOT_ACTIVE', [uri], item.status);
    if (held.attached.length + added.size >= LIMITS.expandedChildren) return violation('LIST_CHILDREN', [parent]);
    added.add(uri);
    book.put(uri, withFields(item, { attachedTo: parent }));
    return null;
  });
  if (refused !== null) return refused;
  if (above.length + 1 > LIMITS.nestingDepth) return violation('NESTING_TOO_DEEP', [parent]);
  book.put(parent, observed(withFields(held, { attached: insertAll(held.attached, added) }), event));
  return null;
}

/** What the parent itself is fixed to, innermost first. */
function fixedAbove(scope: EventScope, parent: string): readonly string[] {
  const list: string[] = [];
  let next = scope.book.get(parent)?.attachedTo ?? '';
  while (next !== '' && list.length <= LIMITS.nestingDepth) {
    list.push(next);
    next = scope.book.get(next)?.attachedTo ?? '';
  }
  return list;
}

/** Without children listed: everything that is fixed to the parent. */
function detach(scope: EventScope, parent: string, held: ItemState): Violation | null {
  const { event, book } = scope;
  const isAll = event.children.length === 0 && event.childQuantities.length === 0;
  const listed = isAll ? held.attached : event.children.map((child) => child.item.uri);
  if (isAll) for (const uri of listed) scope.link('expandedChild', uri);
  const gone = new Set<string>();
  const refused = firstOf(listed, (uri) => {
    if (gone.has(uri) || !holds(held.attached, uri)) return violation('NOT_ATTACHED', [uri]);
    const item = book.at(uri, 'instance');
    const notOurs = requireHolder(scope, uri, item, 'pack');
    if (notOurs !== null) return notOurs;
    gone.add(uri);
    book.put(uri, withFields(item, { attachedTo: '' }));
    return null;
  });
  if (refused !== null) return refused;
  book.put(parent, observed(withFields(held, { attached: removeAll(held.attached, gone) }), event));
  return null;
}
