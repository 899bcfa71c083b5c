import type { Closure, Relation, StoryView } from './closure.js';
import { ITEM, ITEM_KEY, RECALL, RECALLS_KEY, recallKey, recallSubject, textOf, textsOf, type StateValue } from './stateValue.js';

/** An open recall that concerns something in the story. */
export interface RecallFound {
  readonly id: string;
  /** The item that is recalled, and what it is to the subject. */
  readonly item: string;
  readonly relations: readonly Relation[];
}

/** spec/proofs.md 7.5: every open recall of what the subject is, was made of, and is in. */
export function recallsIn(closure: Closure, view: StoryView): readonly RecallFound[] {
  const found: RecallFound[] = [];
  for (const [item, { relations }] of closure.items) {
    const counted = [...relations].filter((relation) => relation !== 'former container' && relation !== 'place');
    if (counted.length === 0) continue;
    for (const id of recallsOf(item, view)) found.push({ id, item, relations: counted });
  }
  return found;
}

function recallsOf(uri: string, view: StoryView): ReadonlySet<string> {
  const value = view.state(ITEM_KEY + uri) ?? [];
  const chain = view.state(RECALLS_KEY + recallSubject(uri)) ?? [];
  const carried = [...textsOf(value[ITEM.recalls]), ...textsOf(value[ITEM.holds])];
  const record = (id: string): StateValue => view.state(recallKey(id)) ?? [];
  const isOpen = (id: string): boolean => record(id)[RECALL.open] === true;
  const scoped = textsOf(chain[2]).filter((id) => isNamed(record(id), uri, textOf(value[ITEM.lot])));
  return new Set([...carried, ...scoped].filter(isOpen));
}

/** Whether the scope of a recall names the item by itself. */
function isNamed(record: StateValue, uri: string, lot: string): boolean {
  const bounds = textsOf(record[RECALL.scope]);
  switch (textOf(record[RECALL.kind])) {
    case 'gtin':
      return true;
    case 'lots':
      return bounds.includes(uri) || (lot !== '' && bounds.includes(lot));
    case 'serials':
      return bounds.includes(uri);
    case 'range': {
      const serial = /\/21\/([^/]+)$/.exec(uri)?.[1] ?? '';
      const [from = '', to = ''] = bounds;
      return serial.length === from.length && serial >= from && serial <= to;
    }
    default:
      return false;
  }
}
