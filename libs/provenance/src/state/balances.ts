import { withFields } from './copyItem.js';
import type { Balance, Content, ItemState } from './itemState.js';
import { lowerBound } from './sortedList.js';

/** Entries that one class may have at a time; more is refused with LIST_BALANCES. */
export const BALANCE_ENTRIES = 1000;

export const freeAt = (organization: string): string => `org:${organization}`;
export const packedIn = (container: string): string => `in:${container}`;
export const shippedTo = (from: string, to: string): string => `to:${from}/${to}`;
export const disputedBetween = (from: string, to: string): string => `dispute:${from}/${to}`;

const isBefore = (entry: Balance, place: string, uom: string): boolean =>
  entry.place < place || (entry.place === place && entry.uom < uom);

export function balanceAt(item: ItemState, place: string, uom: string): bigint {
  const entry = item.balances[lowerBound(item.balances, (candidate) => isBefore(candidate, place, uom))];
  return entry?.place === place && entry.uom === uom ? entry.amount : 0n;
}

/** The item with `delta` added at a place, or null when the result would be negative. */
export function addBalance(item: ItemState, place: string, uom: string, delta: bigint): ItemState | null {
  const at = lowerBound(item.balances, (candidate) => isBefore(candidate, place, uom));
  const entry = item.balances[at];
  const present = entry?.place === place && entry.uom === uom;
  const amount = (present ? entry.amount : 0n) + delta;
  if (amount < 0n) return null;
  const changed = amount === 0n ? [] : [{ place, uom, amount }];
  return withFields(item, { balances: item.balances.toSpliced(at, present ? 1 : 0, ...changed) });
}

/** Moves an amount of one unit between places; null when there is not enough. */
export function moveBalance(item: ItemState, from: string, to: string, uom: string, amount: bigint): ItemState | null {
  const taken = addBalance(item, from, uom, -amount);
  return taken === null ? null : addBalance(taken, to, uom, amount);
}

/** Contents with `delta` of a class added, or null when the result would be negative. */
export function addContent(
  contents: readonly Content[],
  uri: string,
  uom: string,
  delta: bigint
): readonly Content[] | null {
  const at = lowerBound(contents, (entry) => entry.uri < uri || (entry.uri === uri && entry.uom < uom));
  const entry = contents[at];
  const present = entry?.uri === uri && entry.uom === uom;
  const amount = (present ? entry.amount : 0n) + delta;
  if (amount < 0n) return null;
  return contents.toSpliced(at, present ? 1 : 0, ...(amount === 0n ? [] : [{ uri, uom, amount }]));
}

/** Amount of a class in a container, or null when there is none. */
export function contentAt(contents: readonly Content[], uri: string, uom: string): Content | null {
  const entry = contents[lowerBound(contents, (one) => one.uri < uri || (one.uri === uri && one.uom < uom))];
  return entry?.uri === uri && entry.uom === uom ? entry : null;
}
