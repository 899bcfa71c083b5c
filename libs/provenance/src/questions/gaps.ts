import { RECEIVING_STEPS, SHIPPING_STEPS, VOIDING_STEP } from '../rules/steps.js';
import { inputsOf, outputsOf, parentOf } from '../trace/model.js';
import { goodsOf, inStoryOrder, movedBy, type StoryEvent } from './story.js';

export type GapKind = 'NO_RECEIPT' | 'NO_SHIPMENT' | 'UNKNOWN_ORIGIN' | 'JUMP' | 'NOT_COMMISSIONED';

/** Something that the events of an item should say and do not. */
export interface Gap {
  readonly kind: GapKind;
  readonly item: string;
  /** Event that shows it. */
  readonly ref: string;
  readonly sinceMs: number;
  readonly detail: string;
}

/** Steps between two places that explain being at another one. */
const TRAVEL: ReadonlySet<string> = new Set(['transporting', 'arriving', 'staging_outbound', 'loading', 'unloading']);

/**
 * Gaps in the story of one item. `events`: those that name it. `nowMs`: shipments older than `patienceMs` by then should
 * have been received. `isContainer`: those are born by their first packing.
 */
export function gapsOf(item: string, events: readonly StoryEvent[], nowMs: number, patienceMs: number): readonly Gap[] {
  const ordered = inStoryOrder(events).filter((event) => goodsOf(event).some(({ uri }) => uri === item));
  return [...beginnings(item, ordered), ...handovers(item, ordered, nowMs - patienceMs), ...jumps(item, ordered)];
}

function beginnings(item: string, ordered: readonly StoryEvent[]): readonly Gap[] {
  const [first] = ordered;
  if (first === undefined) return [];
  const isBorn = ordered.some((event) => event.action === 'ADD' && (parentOf(event) === item || event.type === 'ObjectEvent'));
  if (isBorn || ordered.some((event) => outputsOf(event).includes(item))) return [];
  const isInput = ordered.find((event) => inputsOf(event).includes(item));
  const at = isInput ?? first;
  const kind = isInput === undefined ? 'NOT_COMMISSIONED' : 'UNKNOWN_ORIGIN';
  return [{ kind, item, ref: at.ref, sinceMs: at.eventTimeMs, detail: 'no event says where it came into being' }];
}

function handovers(item: string, ordered: readonly StoryEvent[], latestMs: number): readonly Gap[] {
  const gaps: Gap[] = [];
  let open: StoryEvent | null = null;
  const missing = (shipment: StoryEvent): void => {
    const { ref, organization, receiver, eventTimeMs: sinceMs } = shipment;
    const to = receiver === '' ? 'outside' : receiver;
    gaps.push({ kind: 'NO_RECEIPT', item, ref, sinceMs, detail: `${organization} shipped it to ${to}` });
  };
  for (const event of ordered) {
    if (!movedBy(event).includes(item)) continue;
    if (SHIPPING_STEPS.has(event.bizStep)) {
      // Departing after shipping is one way, told twice.
      if (open !== null && open.organization !== event.organization) missing(open);
      open ??= event;
    } else if (RECEIVING_STEPS.has(event.bizStep)) {
      const { ref, organization, eventTimeMs: sinceMs } = event;
      const isAstray: boolean = open !== null && !isFor(open, event);
      if (open !== null && isAstray) missing(open);
      const detail = isAstray ? `${organization} received it, nobody shipped it there` : `${organization} received it, nobody shipped it`;
      if (open === null || isAstray) gaps.push({ kind: 'NO_SHIPMENT', item, ref, sinceMs, detail });
      open = null;
    } else if (event.bizStep === VOIDING_STEP) open = null;
  }
  if (open !== null && open.eventTimeMs < latestMs) missing(open);
  return gaps;
}

/**
 * Whether a receipt ends the shipment: by whom it was sent to, or by an agent that names him, or by somebody else who says
 * that he has it from the shipper. Otherwise hands between them tell nothing.
 */
function isFor({ receiver, organization }: StoryEvent, receipt: StoryEvent): boolean {
  return receiver === '' || receipt.organization === receiver || receipt.receiver === receiver || receipt.sender === organization;
}

function jumps(item: string, ordered: readonly StoryEvent[]): readonly Gap[] {
  const gaps: Gap[] = [];
  let place = '';
  let travelled = false;
  for (const event of ordered) {
    const here = event.bizLocation === '' ? event.readPoint : event.bizLocation;
    const moves = SHIPPING_STEPS.has(event.bizStep) || RECEIVING_STEPS.has(event.bizStep) || TRAVEL.has(event.bizStep);
    if (here !== '' && place !== '' && here !== place && !travelled && !moves) {
      const detail = `from ${place} to ${here}, and no event moved it`;
      gaps.push({ kind: 'JUMP', item, ref: event.ref, sinceMs: event.eventTimeMs, detail });
    }
    if (here !== '') place = here;
    travelled = moves || event.type === 'AggregationEvent';
  }
  return gaps;
}
