import type { EventLinks } from '@lading/ledger/reading';
import { ITEM, listOf, textOf, textsOf, type StateValue } from './stateValue.js';

/** From the first packing to the last unpacking, as places on the chain of what was packed; `end` null: until now. */
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

/**
 * spec/proofs.md 7.4, over the events of an item's chain in order. An event on a chain may have changed nothing (history,
 * error declarations), and nothing on the chain tells: so a stay ends where none can end later, unless the value says
 * that there was no end.
 */
export function staysOf(uri: string, value: StateValue, events: readonly EventLinks[]): readonly Stay[] {
  const isClass = textOf(value[ITEM.kind]) === 'class';
  const stays = new Map<string, { readonly start: number; end: number | null }>();
  for (const [place, event] of events.entries()) {
    const [container] = event.type === 'AggregationEvent' ? named(event, 'parentID') : [];
    if (container === undefined) continue;
    const stay = stays.get(container);
    if (event.action === 'ADD' && stay === undefined && names(event, uri, 'childEPC', 'childEPCClass')) {
      stays.set(container, { start: place, end: null });
    }
    if (event.action === 'DELETE' && stay !== undefined && names(event, uri, ...LEAVES)) stay.end = place;
  }
  return [...stays].map(([container, { start, end }]) => {
    const isIn = isClass ? holdsAmount(value, container) : textOf(value[ITEM.parent]) === container;
    return { container, start, end: isIn ? null : end, isIn };
  });
}

const LEAVES = ['childEPC', 'expandedChild', 'childEPCClass', 'expandedChildClass'];

const holdsAmount = (value: StateValue, container: string): boolean =>
  listOf(value[ITEM.balances]).some((balance) => textOf(listOf(balance)[0]) === `in:${container}`);

/** Something that was in a container when that was used up, and the place on the container's chain of its last packing. */
export interface Content {
  readonly item: string;
  readonly isClass: boolean;
  readonly packed: number;
}

const packs = (event: EventLinks, uri: string, action: string): boolean =>
  event.type === 'AggregationEvent' && event.action === action && names(event, uri, 'parentID');

export const hasPacked = (uri: string, events: readonly EventLinks[]): boolean => events.some((event) => packs(event, uri, 'ADD'));

/**
 * What was packed into an input as far as the place `to` of its chain, and not surely taken out before its first use
 * (`isInput`), or, of what was itself inside an input, before its first packing (spec/proofs.md 7.4a).
 */
export function contentsOf(
  uri: string,
  value: StateValue,
  events: readonly EventLinks[],
  to: number,
  isInput: boolean
): readonly Content[] {
  const used = events.findIndex((event) =>
    isInput
      ? event.type === 'TransformationEvent' && names(event, uri, 'inputEPC')
      : event.type === 'AggregationEvent' && event.action === 'ADD' && names(event, uri, 'childEPC')
  );
  const inside = new Set([...textsOf(value[ITEM.children]), ...listOf(value[ITEM.contents]).map((content) => textOf(listOf(content)[0]))]);
  const found = new Map<string, { readonly isClass: boolean; packed: number; out: number }>();
  for (const [place, event] of events.entries()) {
    if (packs(event, uri, 'ADD') && place <= to) {
      for (const { role, itemKey } of event.links) {
        if (role !== 'childEPC' && role !== 'childEPCClass') continue;
        found.set(itemKey, { out: -1, ...found.get(itemKey), isClass: role === 'childEPCClass', packed: place });
      }
    }
    if (packs(event, uri, 'DELETE')) for (const item of named(event, ...LEAVES)) (found.get(item) ?? { out: 0 }).out = place;
  }
  const isContent = ([item, { out }]: [string, { readonly out: number }]): boolean => inside.has(item) || out > used;
  return used < 0 ? [] : [...found].filter(isContent).map(([item, { isClass, packed }]) => ({ item, isClass, packed }));
}
