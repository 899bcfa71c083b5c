import { LIMITS } from '@lading/kernel';
import { addContent, contentAt, freeAt, moveBalance, packedIn } from '../state/balances.js';
import type { ItemBook } from '../state/itemBook.js';
import { withFields } from '../state/copyItem.js';
import type { Content, ItemState } from '../state/itemState.js';
import { holds, removeAll } from '../state/sortedList.js';
import { outermost, requireHolder } from './R05.js';
import { recallsOf, withRecalls } from './R21.js';
import { firstOf, instance, isViolation, observed, violation, type EventScope, type Violation } from './rule.js';
import { inAll, type RuleSheet } from './ruleSheet.js';

export const R12: RuleSheet = {
  rule: 'R12',
  codes: {
    NOT_IN_PARENT: inAll('refuse'),
    BALANCE_TOO_LOW: inAll('refuse')
  }
};

/**
 * R12: unpacking. Children must be in the parent, class amounts at most what it contains; no children listed means
 * everything, and then each is named by a link of the event. What comes out is held by whoever holds the container.
 */
export function unpack(scope: EventScope): Violation | null {
  const { event, book } = scope;
  const { parent } = event;
  if (parent === null) return null;
  const container = instance(scope, parent);
  if (isViolation(container)) return container;
  const { uri } = parent.item;
  const notOurs = requireHolder(scope, uri, container, 'pack');
  if (notOurs !== null) return notOurs;
  const top = outermost(book, container);
  if (top.transfer !== null) return violation('TRANSFER_OPEN', [uri], top.transfer.from, top.transfer.to);
  const all = event.children.length === 0 && event.childQuantities.length === 0;
  const listed = all ? container.children : event.children.map((child) => child.item.uri);
  const amounts = all ? container.contents : listedContents(scope, container);
  if ('code' in amounts) return amounts;
  if (all) {
    for (const child of listed) scope.link('expandedChild', child);
    for (const content of container.contents) scope.link('expandedChildClass', content.uri);
  }
  const taken =
    takeInstances(scope, uri, container, listed) ?? firstOf(amounts, (content) => takeContent(scope, uri, top.custodian, content));
  if (taken !== null) return taken;
  const emptied = book.at(uri, 'instance');
  const height = emptied.children.length + emptied.contents.length === 0 ? 0 : emptied.height;
  const empty = height === 0 ? { owner: '', ownerBy: '', holds: [] } : {};
  book.put(uri, observed(withFields(emptied, { height, ...empty }), event));
  return null;
}

/** Without a quantity, all of that class and unit. */
function listedContents(scope: EventScope, container: ItemState): readonly Content[] | Violation {
  const out: Content[] = [];
  for (const named of scope.event.childQuantities) {
    const { uri } = named.item;
    const present = contentAt(container.contents, uri, named.uom);
    if (present === null) return violation('NOT_IN_PARENT', [uri]);
    out.push({ uri, uom: named.uom, amount: named.amount ?? present.amount });
  }
  return out;
}

function takeInstances(
  scope: EventScope,
  parent: string,
  container: ItemState,
  listed: readonly string[]
): Violation | null {
  const { book, event } = scope;
  const around = outermost(book, container);
  const owners = namedOwners(book, container);
  const recalls = recallsAround(scope, parent, container);
  const taken = new Set<string>();
  for (const uri of listed) {
    if (taken.has(uri) || !holds(container.children, uri)) return violation('NOT_IN_PARENT', [uri]);
    taken.add(uri);
    const item = book.at(uri, 'instance');
    const free = withFields(item, {
      parent: '',
      status: 'ACTIVE',
      custodian: around.custodian,
      owner: ownerAfter(item.owner, owners),
      location: around.location
    });
    book.put(uri, observed(withRecalls(free, recalls), event));
  }
  book.put(parent, withFields(container, { children: removeAll(container.children, taken) }));
  return null;
}

/** What is recalled as a container is recalled with all that is in it, however deep: nothing comes out of the middle free. */
function recallsAround(scope: EventScope, parent: string, container: ItemState): readonly string[] {
  const found: string[] = [];
  let uri = parent;
  let around: ItemState | null = container;
  for (let level = 0; around !== null && level <= LIMITS.nestingDepth; level++) {
    found.push(...recallsOf(scope, uri, around));
    uri = around.parent;
    around = uri === '' ? null : scope.book.get(uri);
  }
  return found;
}

interface Cession {
  readonly from: string;
  readonly to: string;
}

/** What transfers of the containers around the contents have said about ownership, innermost first. */
function namedOwners(book: ItemBook, container: ItemState): readonly Cession[] {
  const cessions: Cession[] = [];
  let around: ItemState | null = container;
  for (let level = 0; around !== null && level <= LIMITS.nestingDepth; level++) {
    if (around.owner !== '') cessions.push({ from: around.ownerBy, to: around.owner });
    around = around.parent === '' ? null : book.get(around.parent);
  }
  return cessions;
}

/** Nobody cedes what is not its own: contents of other owners stay theirs. */
const ownerAfter = (owner: string, cessions: readonly Cession[]): string =>
  cessions.reduce((present, { from, to }) => (present === '' || present === from ? to : present), owner);

function takeContent(scope: EventScope, parent: string, holder: string, content: Content): Violation | null {
  const { book } = scope;
  const container = book.at(parent, 'instance');
  const { uri, uom, amount } = content;
  const contents = addContent(container.contents, uri, uom, -amount);
  const moved = moveBalance(book.at(uri, 'class'), packedIn(parent), freeAt(holder), uom, amount);
  if (contents === null || moved === null) return violation('BALANCE_TOO_LOW', [uri], uom);
  book.put(parent, withFields(container, { contents }));
  book.put(uri, moved);
  return null;
}
