import { parentOf, childrenOf } from '../trace/model.js';
import { SALE_STEPS } from '../rules/steps.js';
import { inStoryOrder, type StoryEvent } from './story.js';

export interface CloneSignal {
  readonly kind: string;
  readonly count: number;
  /** How much one of them adds to the suspicion that is left, per hundred. */
  readonly weight: number;
}

export interface CloneSuspicion {
  /** 0 to 100: a score to look by, not a verdict. Missed reads and misdeliveries look like clones, too. */
  readonly score: number;
  readonly signals: readonly CloneSignal[];
}

const WEIGHTS: Readonly<Record<string, number>> = {
  DOUBLE_COMMISSION: 60,
  AFTER_FINAL: 50,
  IMPOSSIBLE_SPEED: 50,
  TWO_PARENTS: 40,
  NOT_HOLDER: 20,
  CHAIN_GAP: 10,
  SCANS_UNSOLD: 30,
  SCANS_MANY_PLACES: 30
};
const MANY_PLACES = 5;

/** Suspicion that a serial exists twice: by the anomalies that the ledger has recorded, and by what the events say. */
export function cloneSuspicion(item: string, events: readonly StoryEvent[], anomalies: ReadonlyMap<string, number>): CloneSuspicion {
  const counts = new Map([...anomalies].filter(([kind]) => Object.hasOwn(WEIGHTS, kind)));
  const atLeast = (kind: string, count: number): void => {
    if (count > (counts.get(kind) ?? 0)) counts.set(kind, count);
  };
  const ordered = inStoryOrder(events);
  const births = ordered.filter(({ type, action, items }) => {
    const isNamed = items.some(({ uri, role }) => uri === item && (role === 'epc' || role === 'outputEPC'));
    return isNamed && (type === 'TransformationEvent' || (type === 'ObjectEvent' && action === 'ADD'));
  });
  atLeast('DOUBLE_COMMISSION', births.length - 1);
  atLeast('TWO_PARENTS', doubleStays(item, ordered));
  const scans = ordered.filter(({ bizStep }) => bizStep === 'inspecting' || bizStep === 'consumer_scan');
  const soldMs = ordered.find(({ bizStep }) => SALE_STEPS.has(bizStep))?.eventTimeMs ?? Infinity;
  const consumer = scans.filter(({ bizStep }) => bizStep === 'consumer_scan');
  atLeast('SCANS_UNSOLD', consumer.filter(({ eventTimeMs }) => eventTimeMs < soldMs).length);
  const places = new Set(scans.map(({ readPoint }) => readPoint).filter((place) => place !== ''));
  if (places.size >= MANY_PLACES) atLeast('SCANS_MANY_PLACES', 1);
  const signals = [...counts]
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => ({ kind, count, weight: WEIGHTS[kind] ?? 0 }));
  const innocent = signals.reduce((rest, { count, weight }) => rest * (1 - weight / 100) ** count, 1);
  return { score: Math.round(100 * (1 - innocent)), signals };
}

/** Packings into another container while it was still in one. */
function doubleStays(item: string, ordered: readonly StoryEvent[]): number {
  let inside = '';
  let doubles = 0;
  for (const event of ordered) {
    const parent = parentOf(event);
    if (event.type !== 'AggregationEvent' || parent === undefined) continue;
    const children = childrenOf(event);
    if (event.action === 'ADD' && children.includes(item)) {
      if (inside !== '' && inside !== parent) doubles += 1;
      inside = parent;
    } else if (event.action === 'DELETE' && parent === inside && (children.length === 0 || children.includes(item))) inside = '';
  }
  return doubles;
}
