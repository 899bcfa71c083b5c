import { RECEIVING_STEPS, SALE_STEPS, SHIPPING_STEPS } from '../rules/steps.js';
import { childrenOf } from '../trace/model.js';
import { goodsOf, inStoryOrder, type StoryEvent, type StoryItem } from './story.js';
import { toldIn, unitOf, type Unit } from '../units/units.js';

export const FLOWS = ['received', 'produced', 'shipped', 'consumed', 'sold', 'destroyed'] as const;
export type Flow = (typeof FLOWS)[number];

/**
 * Flows of one product class at a site, as far as its amounts can be added: of one dimension. Serialized things count by
 * their product as pieces. Amounts are integers of `digits` digits behind the point.
 */
export interface BalanceLine extends Readonly<Record<Flow, bigint>> {
  readonly subject: string;
  readonly uom: string;
  /** Mentions that moved it without an amount: they are in no sum. */
  readonly untold: number;
  /** 6 where everything was told in one unit. */
  readonly digits: number;
  /** Units that events told the amounts in; several have been converted into `uom`. */
  readonly units: readonly string[];
  readonly opening: bigint;
  /** By the flows: opening + received + produced − shipped − consumed − sold − destroyed. */
  readonly closing: bigint;
  /** What a stocktaking at the end of the period found, or null when there was none. */
  readonly counted: bigint | null;
  /** closing − counted; or how far below zero the stock would have been; null: nothing to find. */
  readonly difference: bigint | null;
}

const SIGN: Readonly<Record<Flow, bigint>> = { received: 1n, produced: 1n, shipped: -1n, consumed: -1n, sold: -1n, destroyed: -1n };
const COUNTING: ReadonlySet<string> = new Set(['cycle_counting', 'stock_taking']);
const PIECE = 1_000_000n;

/** Amounts in millionths of parts of the dimension. */
interface Draft {
  readonly subject: string;
  readonly dimension: Unit['dimension'];
  readonly units: Set<string>;
  opening: bigint;
  readonly flows: Record<Flow, bigint>;
  lowest: bigint;
  counted: bigint | null;
  untold: number;
}

/** Mass balance of a site over [fromMs, toMs). `events`: those that name the site as read point or business location. */
export function siteBalance(events: readonly StoryEvent[], fromMs: number, toMs: number): readonly BalanceLine[] {
  const drafts = new Map<string, Draft>();
  for (const event of inStoryOrder(events)) {
    if (event.eventTimeMs >= toMs) break;
    const isCount = event.action === 'OBSERVE' && COUNTING.has(event.bizStep);
    for (const item of goodsOf(event)) {
      const flow = isCount ? null : flowOf(event, item);
      if (flow === null && !isCount) continue;
      const draft = draftOf(drafts, item);
      if (item.isClass && item.amount === null) {
        draft.untold += 1;
        continue;
      }
      const amount = (item.amount ?? PIECE) * unitOf(item.uom).parts;
      draft.units.add(item.uom);
      if (flow === null) draft.counted = event.eventTimeMs < fromMs ? null : amount;
      else if (event.eventTimeMs < fromMs) draft.opening += SIGN[flow] * amount;
      else draft.flows[flow] += amount;
      if (flow !== null) draft.counted = null;
      const now = closingOf(draft);
      if (now < draft.lowest) draft.lowest = now;
    }
  }
  return [...drafts.values()].map(lineOf).sort((a, b) => compare(a.subject, b.subject) || compare(a.uom, b.uom));
}

function draftOf(drafts: Map<string, Draft>, { uri, isClass, uom }: StoryItem): Draft {
  const subject = isClass ? uri : uri.replace(/\/21\/[^/]*$/, '');
  const { dimension } = unitOf(uom);
  const key = JSON.stringify([subject, dimension]);
  const flows = { received: 0n, produced: 0n, shipped: 0n, consumed: 0n, sold: 0n, destroyed: 0n };
  const draft = drafts.get(key) ?? { subject, dimension, units: new Set(), opening: 0n, flows, lowest: 0n, counted: null, untold: 0 };
  drafts.set(key, draft);
  return draft;
}

/** Packing and unpacking move nothing across the fence of the site. */
function flowOf(event: StoryEvent, { role }: StoryItem): Flow | null {
  if (role.startsWith('input')) return 'consumed';
  if (role.startsWith('output')) return 'produced';
  const counts = event.type === 'ObjectEvent' || (event.type === 'AggregationEvent' && event.action === 'OBSERVE');
  if (!counts || (role === 'parentID' && childrenOf(event).length > 0)) return null;
  if (event.action === 'ADD') return 'produced';
  if (event.action === 'DELETE') return 'destroyed';
  if (SHIPPING_STEPS.has(event.bizStep)) return 'shipped';
  if (RECEIVING_STEPS.has(event.bizStep)) return 'received';
  return SALE_STEPS.has(event.bizStep) ? 'sold' : null;
}

const closingOf = ({ opening, flows }: Draft): bigint =>
  FLOWS.reduce((sum, flow) => sum + SIGN[flow] * flows[flow], opening);

function lineOf(draft: Draft): BalanceLine {
  const { subject, dimension, units, flows, counted, lowest } = draft;
  const { uom, digits, divisor } = toldIn(dimension, units);
  const told = (amount: bigint): bigint => amount / divisor;
  const closing = closingOf(draft);
  const missing = lowest < 0n ? lowest : null;
  const difference = counted === null ? missing : closing === counted ? null : closing - counted;
  const amounts = FLOWS.map((flow) => [flow, told(flows[flow])] as const);
  return {
    ...{ subject, uom, digits, untold: draft.untold, units: [...units].sort(), opening: told(draft.opening), closing: told(closing) },
    ...(Object.fromEntries(amounts) as Record<Flow, bigint>),
    counted: counted === null ? null : told(counted),
    difference: difference === null ? null : told(difference)
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
