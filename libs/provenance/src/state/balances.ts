import type { Balance, Content, ItemState } from './itemState.js';

/** Entries that one class may have at a time; more is refused with LIST_BALANCES. */
export const BALANCE_ENTRIES = 1000;

export const freeAt = (organization: string): string => `org:${organization}`;
export const packedIn = (container: string): string => `in:${container}`;
export const shippedTo = (from: string, to: string): string => `to:${from}/${to}`;

export function balanceAt(item: ItemState, place: string, uom: string): bigint {
  return item.balances.find((entry) => entry.place === place && entry.uom === uom)?.amount ?? 0n;
}

const byPlace = (a: Balance, b: Balance): number =>
  a.place < b.place ? -1 : a.place > b.place ? 1 : a.uom < b.uom ? -1 : a.uom > b.uom ? 1 : 0;

/** The item with `delta` added at a place, or null when the result would be negative. */
export function addBalance(item: ItemState, place: string, uom: string, delta: bigint): ItemState | null {
  const amount = balanceAt(item, place, uom) + delta;
  if (amount < 0n) return null;
  const others = item.balances.filter((entry) => entry.place !== place || entry.uom !== uom);
  const balances = amount === 0n ? others : [...others, { place, uom, amount }].sort(byPlace);
  return { ...item, balances };
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
  const present = contents.find((content) => content.uri === uri && content.uom === uom)?.amount ?? 0n;
  const amount = present + delta;
  if (amount < 0n) return null;
  const others = contents.filter((content) => content.uri !== uri || content.uom !== uom);
  if (amount === 0n) return others;
  const order = (a: Content, b: Content): number =>
    a.uri < b.uri ? -1 : a.uri > b.uri ? 1 : a.uom < b.uom ? -1 : a.uom > b.uom ? 1 : 0;
  return [...others, { uri, uom, amount }].sort(order);
}
