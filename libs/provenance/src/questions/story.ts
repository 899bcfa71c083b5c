import { childrenOf, parentOf, rolesOf, type TraceEvent } from '../trace/model.js';

/** What auditors' questions need of an event (spec/provenance.md §10): what tracing needs, with amounts, places and times. */
export interface StoryEvent extends TraceEvent {
  readonly height: number;
  readonly recordTimeMs: number;
  readonly disposition: string;
  /** Canonical URIs, or ''. */
  readonly readPoint: string;
  readonly bizLocation: string;
  readonly items: readonly StoryItem[];
  /** Organization of the source and of the destination of possession; '' where none of the network is named. */
  readonly sender: string;
  readonly receiver: string;
}

export interface StoryItem {
  readonly role: string;
  readonly uri: string;
  readonly isClass: boolean;
  /** Millionths, or null. */
  readonly amount: bigint | null;
  readonly uom: string;
}

const OBJECTS: ReadonlySet<string> = new Set([
  ...['epc', 'epcClass', 'childEPC', 'childEPCClass', 'parentID'],
  ...['inputEPC', 'inputEPCClass', 'outputEPC', 'outputEPCClass']
]);

/** The mentions of goods: not places, parties and groups. */
export const goodsOf = (event: StoryEvent): readonly StoryItem[] => event.items.filter(({ role }) => OBJECTS.has(role));

/** By event time, then as recorded. */
export const inStoryOrder = (events: readonly StoryEvent[]): readonly StoryEvent[] =>
  [...events]
    .filter(({ isDeclaredError, type }) => !isDeclaredError && type !== 'TransactionEvent')
    .sort((a, b) => a.eventTimeMs - b.eventTimeMs || a.height - b.height || placeIn(a) - placeIn(b));

/** Place within the block. */
function placeIn({ ref }: StoryEvent): number {
  const [, index = 0, eventIndex = 0] = ref.split('/').map(Number);
  return index * 10_000 + eventIndex;
}

/** What an event moves: a container stands for what is in it. */
export function movedBy(event: StoryEvent): readonly string[] {
  const parent = parentOf(event);
  return parent !== undefined ? [parent] : rolesOf(event, 'epc', 'epcClass', 'childEPC', 'childEPCClass');
}

/** A time in a container; until Infinity while it lasts. */
export interface Stay {
  readonly parent: string;
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** Times that an item was packed into something, by its own events and those of the containers. */
export function staysOf(item: string, ordered: readonly StoryEvent[]): readonly Stay[] {
  const stays: Stay[] = [];
  const end = (untilMs: number): void => {
    const last = stays.at(-1);
    if (last?.untilMs === Infinity) stays[stays.length - 1] = { ...last, untilMs };
  };
  for (const event of ordered) {
    const parent = parentOf(event);
    if (event.type !== 'AggregationEvent' || parent === undefined) continue;
    const children = childrenOf(event);
    const isNamed = children.includes(item);
    const isInside = stays.at(-1)?.untilMs === Infinity && stays.at(-1)?.parent === parent;
    if (event.action === 'ADD' && isNamed && !isInside) {
      end(event.eventTimeMs);
      stays.push({ parent, sinceMs: event.eventTimeMs, untilMs: Infinity });
    }
    if (event.action === 'DELETE' && isInside && (isNamed || children.length === 0)) end(event.eventTimeMs);
  }
  return stays;
}

/** Containers whose events bear on an item: those that any event packs it into. */
export const containersOf = (item: string, events: readonly StoryEvent[]): readonly string[] => {
  const parents = events.flatMap((event) =>
    event.type === 'AggregationEvent' && event.action === 'ADD' && childrenOf(event).includes(item) ? (parentOf(event) ?? []) : []
  );
  return [...new Set(parents)];
};
