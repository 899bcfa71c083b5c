import type { EventLinks } from '@lading/ledger';
import { ITEM, listOf, textOf, type StateValue } from './stateValue.js';

/** From the packing to the unpacking, as places on the chain of what was packed; `end` null: until now. */
export interface Stay {
  readonly container: string;
  readonly start: number;
  readonly end: number | null;
  /** Whether it is in there still. A packing that was declared wrong, or is history only, has no end either. */
  readonly isIn: boolean;
}

export const named = (event: EventLinks, ...roles: readonly string[]): readonly string[] =>
  event.links.filter(({ role }) => roles.includes(role)).map(({ itemKey }) => itemKey);

export const names = (event: EventLinks, uri: string, ...roles: readonly string[]): boolean =>
  event.links.some(({ role, itemKey }) => itemKey === uri && roles.includes(role));

/** spec/proofs.md 7.4, over the events of an item's chain in order. */
export function staysOf(uri: string, value: StateValue, events: readonly EventLinks[]): readonly Stay[] {
  const isClass = textOf(value[ITEM.kind]) === 'class';
  const open = new Map<string, { start: number; end: number | null }>();
  const stays: Stay[] = [];
  for (const [place, event] of events.entries()) {
    const [container] = event.type === 'AggregationEvent' ? named(event, 'parentID') : [];
    if (container === undefined) continue;
    const stay = open.get(container);
    if (event.action === 'ADD' && stay === undefined && names(event, uri, 'childEPC', 'childEPCClass')) {
      open.set(container, { start: place, end: null });
    }
    const leaves = ['childEPC', 'expandedChild', 'childEPCClass', 'expandedChildClass'];
    if (event.action !== 'DELETE' || stay === undefined || !names(event, uri, ...leaves)) continue;
    if (isClass) {
      stay.end = place;
    } else {
      stays.push({ container, start: stay.start, end: place, isIn: false });
      open.delete(container);
    }
  }
  // Amounts come out bit by bit: a class stays until nothing is left.
  for (const [container, { start, end }] of open) {
    const isIn = isClass ? holdsAmount(value, container) : textOf(value[ITEM.parent]) === container;
    stays.push({ container, start, end: isIn ? null : end, isIn });
  }
  return stays;
}

const holdsAmount = (value: StateValue, container: string): boolean =>
  listOf(value[ITEM.balances]).some((balance) => textOf(listOf(balance)[0]) === `in:${container}`);
