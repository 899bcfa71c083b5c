import { CAPTURE_LIMITS } from '../capture/captureLimits.js';
import type { NamedQuantity } from '../event/model.js';
import { withFields } from '../state/copyItem.js';
import type { ItemState } from '../state/itemState.js';
import { namedParties, type NamedParties } from '../state/parties.js';
import { gtinOf } from '../state/productRecord.js';
import { holds } from '../state/sortedList.js';
import {
  decodeRecall,
  decodeRecallChain,
  recallChainKey,
  recallKey,
  type RecallRecord,
  type RecallScope
} from '../state/recallRecord.js';
import { firstOf, violation, type EventScope, type Violation } from './rule.js';
import { inAll, type RuleSheet } from './ruleSheet.js';

export const R21: RuleSheet = {
  rule: 'R21',
  codes: { RECALLED: inAll('refuse') }
};

/** Whether a scope names an item by itself: by its GTIN, its lot, its serial. Containers carry their recalls. */
export function matches(scope: RecallScope, uri: string, lot: string): boolean {
  switch (scope.kind) {
    case 'gtin':
      return true;
    case 'lots':
      return holds(scope.items, uri) || (lot !== '' && holds(scope.items, lot));
    case 'serials':
      return holds(scope.items, uri);
    case 'range': {
      const serial = /\/21\/([^/]+)$/.exec(uri)?.[1] ?? '';
      return serial.length === scope.from.length && serial >= scope.from && serial <= scope.to;
    }
    case 'container':
      return false;
  }
}

type Reader = Pick<EventScope, 'values'>;

const NONE: readonly string[] = [];

export function openRecall({ values }: Reader, id: string): RecallRecord | null {
  const value = values.get(recallKey(id));
  const record = value === null ? null : decodeRecall(value);
  return record?.isOpen === true ? record : null;
}

/** Ids of open recalls of an item: those that it carries, and those whose scope names it. */
export function recallsOf(scope: Reader, uri: string, item: ItemState): readonly string[] {
  const gtin = gtinOf(uri);
  const named = gtin === '' ? NONE : decodeRecallChain(scope.values.get(recallChainKey(gtin))).open;
  if (item.recalls.length + named.length === 0) return NONE;
  const found = new Set<string>();
  for (const id of item.recalls) if (openRecall(scope, id) !== null) found.add(id);
  for (const id of named) {
    const record = openRecall(scope, id);
    if (record !== null && matches(record.scope, uri, item.lot)) found.add(id);
  }
  return [...found];
}

/** The same, and recalls of what is inside. */
const recallsIn = (scope: EventScope, uri: string, item: ItemState): readonly string[] => {
  const own = recallsOf(scope, uri, item);
  return item.holds.length === 0 ? own : [...own, ...item.holds.filter((id) => openRecall(scope, id) !== null)];
};

/** R21: what is recalled is not sold, dispensed or used. */
export function refuseRecalled(scope: EventScope, uri: string, item: ItemState): Violation | null {
  const [id] = recallsIn(scope, uri, item);
  return id === undefined ? null : scope.raise('RECALLED', [uri], id);
}

/** One answer for all items of an event (its parties are found once): both lists may be long. */
const ANSWERED = new WeakMap<NamedParties, WeakMap<RecallRecord, boolean>>();

/** Whether the parties of a shipment are ones to which a recall lets its goods go. */
function mayGo({ event, context }: EventScope, record: RecallRecord): boolean {
  const parties = namedParties(event.destinations, context.config.organizations);
  const answers = ANSWERED.get(parties) ?? new WeakMap<RecallRecord, boolean>();
  ANSWERED.set(parties, answers);
  const known = answers.get(record);
  if (known !== undefined) return known;
  const named = event.destinations.filter(({ type }) => type !== 'location');
  const isBack = record.initiator === (parties.possessor ?? parties.owner);
  const answer = isBack || named.every(({ item }) => holds(record.destinations, item.uri));
  answers.set(record, answer);
  return answer;
}

/** What is recalled is shipped to nobody but the initiator and the destinations that it has named. */
export function refuseRecalledShipment(scope: EventScope, uri: string, item: ItemState): Violation | null {
  const blocking = recallsIn(scope, uri, item).find((id) => {
    const record = openRecall(scope, id);
    return record !== null && !mayGo(scope, record);
  });
  return blocking === undefined ? null : scope.raise('RECALLED', [uri], blocking);
}

const merged = (list: readonly string[], added: readonly string[]): readonly string[] =>
  added.every((id) => list.includes(id)) ? list : [...new Set([...list, ...added])].sort();

/** What comes out of recalled inputs is recalled, too. */
export const withRecalls = (item: ItemState, ids: readonly string[]): ItemState => {
  const recalls = merged(item.recalls, ids);
  return recalls === item.recalls ? item : withFields(item, { recalls });
};

/** A container says which recalls concern what is inside it: its contents are not read when it moves. */
export const withHolds = (item: ItemState, ids: readonly string[]): ItemState => {
  const list = merged(item.holds, ids);
  return list === item.holds ? item : withFields(item, { holds: list });
};

/** Recalls that packing brings into a container. */
export const recallsBrought = (scope: EventScope, uri: string, item: ItemState): readonly string[] =>
  recallsIn(scope, uri, item);

export const isRecallListFull = (item: ItemState): boolean =>
  item.recalls.length > CAPTURE_LIMITS.recalls || item.holds.length > CAPTURE_LIMITS.recalls;

/** Outputs take on the recalls of every input of the event. */
export function inheritRecalls(scope: EventScope): Violation | null {
  const { event, book } = scope;
  const inputs = [...event.inputs, ...event.inputQuantities];
  const ids = new Set(inputs.flatMap(({ item: { uri } }) => {
    const item = book.get(uri);
    return item === null ? [] : recallsIn(scope, uri, item);
  }));
  if (ids.size === 0) return null;
  for (const { item: { uri } } of [...event.outputs, ...event.outputQuantities]) {
    const item = book.get(uri);
    if (item !== null) book.put(uri, withRecalls(item, [...ids]));
    if (item !== null && isRecallListFull(withRecalls(item, [...ids]))) return violation('LIST_RECALLS', [uri]);
  }
  return null;
}

/** Amounts of recalled lots are neither sold nor used. */
export const refuseRecalledAmounts = (scope: EventScope, quantities: readonly NamedQuantity[]): Violation | null =>
  firstOf(quantities, ({ item: { uri } }) => {
    const item = scope.book.get(uri);
    return item === null ? null : refuseRecalled(scope, uri, item);
  });
