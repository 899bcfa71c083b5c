import type { EpcisEvent, NamedItem, NamedQuantity } from '../event/model.js';
import { addBalance, freeAt, moveBalance, shippedTo } from '../state/balances.js';
import type { EventEffect, EventRecord } from '../state/eventRecord.js';
import { withFields } from '../state/copyItem.js';
import type { Before, ItemState } from '../state/itemState.js';
import { namedParties } from '../state/parties.js';
import { RECEIVING_STEPS, SALE_STEPS, SHIPPING_STEPS, VOIDING_STEP } from './steps.js';
import type { EventScope, Violation } from './rule.js';

/**
 * Takes back what a declared event did (rule R23): all of it or nothing. Instances go back to what they were, if no
 * event has changed them since; amounts are moved the other way, if they are still there. What cannot be taken back is
 * flagged as disputed: somebody's later event stands on it.
 */
export function undo(scope: EventScope, record: EventRecord): EventEffect | Violation {
  if (record.effect !== 'standing') return record.effect;
  if (restoreInstances(scope, record) && restoreAmounts(scope)) return 'undone';
  scope.book.drop();
  const uris = instancesOf(scope.event).concat(amountsOf(scope.event)).map(({ item }) => item.uri);
  const known = uris.filter((uri) => (scope.book.get(uri)?.status ?? 'UNKNOWN') !== 'UNKNOWN');
  return scope.raise('DISPUTED', known, ...record.place) ?? 'disputed';
}

const instancesOf = (event: EpcisEvent): readonly NamedItem[] => [
  ...event.epcs,
  ...(event.parent === null ? [] : [event.parent]),
  ...event.children,
  ...event.inputs,
  ...event.outputs
];

const amountsOf = (event: EpcisEvent): readonly NamedQuantity[] => [
  ...event.quantities,
  ...event.childQuantities,
  ...event.inputQuantities,
  ...event.outputQuantities
];

const isSamePlace = (before: Before | null, { place }: EventRecord): before is Before =>
  before !== null && before.place.every((part, i) => part === place[i]);

function restoreInstances({ book, event }: EventScope, record: EventRecord): boolean {
  const isPacking = event.type === 'AggregationEvent' || event.type === 'AssociationEvent';
  if ((isPacking && event.action !== 'OBSERVE') || event.transformationID !== '') return false;
  for (const { item: { uri } } of instancesOf(event)) {
    const item = book.get(uri);
    if (item === null || !isSamePlace(item.before, record)) return false;
    book.put(uri, restored(item, item.before));
  }
  return true;
}

function restored(item: ItemState, { place: _place, ...before }: Before): ItemState {
  return withFields(item, { ...before, before: null, outbound: null });
}

type Reverse = (item: ItemState, uom: string, amount: bigint) => ItemState | null;

/** Amounts the other way round. A receipt may have closed several shipments: nobody says which to open again. */
function restoreAmounts(scope: EventScope): boolean {
  const { event, signer, context } = scope;
  const free = freeAt(signer);
  const give: Reverse = (item, uom, amount) => addBalance(item, free, uom, amount);
  const take: Reverse = (item, uom, amount) => addBalance(item, free, uom, -amount);
  if (event.type === 'TransformationEvent') {
    return reverseAll(scope, event.inputQuantities, give) && reverseAll(scope, event.outputQuantities, take);
  }
  if (event.quantities.length + event.childQuantities.length === 0) return true;
  if (event.type !== 'ObjectEvent') return false;
  if (event.action === 'ADD') return reverseAll(scope, event.quantities, take);
  if (event.action === 'DELETE' || SALE_STEPS.has(event.bizStep)) return reverseAll(scope, event.quantities, give);
  if (RECEIVING_STEPS.has(event.bizStep) || event.bizStep === VOIDING_STEP) return false;
  if (!SHIPPING_STEPS.has(event.bizStep)) return true;
  const { possessor, owner } = namedParties(event.destinations, context.config.organizations);
  const sent = shippedTo(signer, possessor ?? owner ?? '');
  return reverseAll(scope, event.quantities, (item, uom, amount) => moveBalance(item, sent, free, uom, amount));
}

function reverseAll({ book }: EventScope, quantities: readonly NamedQuantity[], reverse: Reverse): boolean {
  for (const { item: { uri }, uom, amount } of quantities) {
    const item = book.get(uri);
    const before = item === null || amount === null ? null : reverse(item, uom, amount);
    if (before === null) return false;
    book.put(uri, before);
  }
  return true;
}
