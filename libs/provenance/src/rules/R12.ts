import type { Content, ItemState } from '../state/itemState.js';
import { addContent, freeAt, moveBalance, packedIn } from '../state/balances.js';
import { outermost, requireHolder } from './R05.js';
import { firstOf, instance, isViolation, observed, violation, type EventScope, type Violation } from './rule.js';

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
  const notOurs = requireHolder(scope, uri, container);
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
    firstOf(listed, (child) => takeInstance(scope, uri, top, child)) ??
    firstOf(amounts, (content) => takeContent(scope, uri, content));
  if (taken !== null) return taken;
  const emptied = book.at(uri, 'instance');
  const height = emptied.children.length + emptied.contents.length === 0 ? 0 : emptied.height;
  const owner = height === 0 ? '' : emptied.owner;
  book.put(uri, observed({ ...emptied, height, owner }, event));
  return null;
}

/** Without a quantity, all of that class and unit. */
function listedContents(scope: EventScope, container: ItemState): readonly Content[] | Violation {
  const out: Content[] = [];
  for (const named of scope.event.childQuantities) {
    const { uri } = named.item;
    const present = container.contents.find((content) => content.uri === uri && content.uom === named.uom);
    if (present === undefined) return violation('NOT_IN_PARENT', [uri]);
    out.push({ uri, uom: named.uom, amount: named.amount ?? present.amount });
  }
  return out;
}

function takeInstance(scope: EventScope, parent: string, top: ItemState, uri: string): Violation | null {
  const { book, event } = scope;
  const container = book.at(parent, 'instance');
  if (!container.children.includes(uri)) return violation('NOT_IN_PARENT', [uri]);
  const item = book.at(uri, 'instance');
  const free = {
    ...item,
    parent: '',
    status: 'ACTIVE' as const,
    custodian: top.custodian,
    owner: top.owner === '' ? item.owner : top.owner,
    location: top.location
  };
  book.put(parent, { ...container, children: container.children.filter((child) => child !== uri) });
  book.put(uri, observed(free, event));
  return null;
}

function takeContent(scope: EventScope, parent: string, content: Content): Violation | null {
  const { book, signer } = scope;
  const container = book.at(parent, 'instance');
  const { uri, uom, amount } = content;
  const contents = addContent(container.contents, uri, uom, -amount);
  const moved = moveBalance(book.at(uri, 'class'), packedIn(parent), freeAt(signer), uom, amount);
  if (contents === null || moved === null) return violation('BALANCE_TOO_LOW', [uri], uom);
  book.put(parent, { ...container, contents });
  book.put(uri, moved);
  return null;
}
