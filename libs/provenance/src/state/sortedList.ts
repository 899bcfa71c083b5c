/**
 * Lists that an item's value holds in ascending order. Long ones (10,000 children) are searched by halves and copied
 * once a change, never once an element: the cost of an event is that of what it names, not of what was there before.
 */

/** Index of the first element that does not lie before the sought one; `isBefore` is true on a prefix of the list. */
export function lowerBound<T>(list: readonly T[], isBefore: (element: T) => boolean): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(list[middle] as T)) low = middle + 1;
    else high = middle;
  }
  return low;
}

const placeOf = (list: readonly string[], text: string): number => lowerBound(list, (element) => element < text);

export const holds = (list: readonly string[], text: string): boolean => list[placeOf(list, text)] === text;

function copyRange(out: string[], list: readonly string[], from: number, to: number): void {
  for (let i = from; i < to; i++) out.push(list[i] as string);
}

/** Adds texts that are not in the list yet, each once. The list itself when there are none. */
export function insertAll(list: readonly string[], added: Iterable<string>): readonly string[] {
  const sorted = [...added].sort();
  if (sorted.length === 0) return list;
  const out: string[] = [];
  let from = 0;
  for (const text of sorted) {
    const at = placeOf(list, text);
    copyRange(out, list, from, at);
    out.push(text);
    from = at;
  }
  copyRange(out, list, from, list.length);
  return out;
}

/** Takes out texts that are in the list. The list itself when there are none. */
export function removeAll(list: readonly string[], gone: Iterable<string>): readonly string[] {
  const sorted = [...gone].sort();
  if (sorted.length === 0) return list;
  const out: string[] = [];
  let from = 0;
  for (const text of sorted) {
    const at = placeOf(list, text);
    copyRange(out, list, from, at);
    from = at + 1;
  }
  copyRange(out, list, from, list.length);
  return out;
}
