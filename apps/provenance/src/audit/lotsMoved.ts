import { childrenOf, inStoryOrder, parentOf, type StoryEvent, type StoryItem } from '@lading/provenance';

const LOT = /\/10\/[^/]+$/;
/** Containers in containers that are looked into. */
const LEVELS = 8;

/**
 * Lots that each event moves or makes: those it names, else those that were in its containers when it happened, by the
 * packing events among `told`.
 */
export function lotsMoved(
  events: readonly StoryEvent[],
  told: readonly StoryEvent[]
): ReadonlyMap<string, readonly StoryItem[]> {
  const asked = new Set(events.map(({ ref }) => ref));
  const all = new Map([...told, ...events].map((event) => [event.ref, event]));
  const inside = new Map<string, StoryItem[]>();
  const moved = new Map<string, readonly StoryItem[]>();
  for (const event of inStoryOrder([...all.values()])) {
    const emptied = event.action === 'DELETE' ? lotsIn(event, inside) : null;
    repack(event, inside);
    if (asked.has(event.ref)) moved.set(event.ref, emptied ?? lotsIn(event, inside));
  }
  return moved;
}

function lotsIn(event: StoryEvent, inside: ReadonlyMap<string, readonly StoryItem[]>): readonly StoryItem[] {
  const named = event.items.filter(({ role, uri }) => role !== 'bizLocation' && role !== 'readPoint' && LOT.test(uri));
  if (named.length > 0) return named;
  const containers = event.items.filter(({ role }) => role === 'parentID' || role === 'epc' || role === 'childEPC');
  return containers.flatMap(({ uri }) => contents(uri, inside, LEVELS));
}

function contents(container: string, inside: ReadonlyMap<string, readonly StoryItem[]>, levels: number): readonly StoryItem[] {
  if (levels === 0) return [];
  return (inside.get(container) ?? []).flatMap((item) => (LOT.test(item.uri) ? [item] : contents(item.uri, inside, levels - 1)));
}

/** What a packing event puts in and takes out. */
function repack(event: StoryEvent, inside: Map<string, StoryItem[]>): void {
  const parent = parentOf(event);
  if (event.type !== 'AggregationEvent' || parent === undefined || event.action === 'OBSERVE') return;
  const children = event.items.filter(({ role }) => role === 'childEPC' || role === 'childEPCClass');
  const before = inside.get(parent) ?? [];
  if (event.action === 'ADD') inside.set(parent, [...before, ...children]);
  else if (childrenOf(event).length === 0) inside.delete(parent);
  else inside.set(parent, children.reduce<StoryItem[]>(without, before));
}

/** Less one item, or less an amount of a lot. */
function without(list: StoryItem[], out: StoryItem): StoryItem[] {
  let left = out.amount;
  return list.flatMap((item) => {
    if (item.uri !== out.uri) return [item];
    if (left === null || item.amount === null || item.uom !== out.uom) return [];
    const rest = item.amount - left;
    left = rest < 0n ? -rest : 0n;
    return rest > 0n ? [{ ...item, amount: rest }] : [];
  });
}
