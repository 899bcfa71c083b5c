import { RECEIVING_STEPS, SALE_STEPS, SHIPPING_STEPS, VOIDING_STEP } from '../rules/steps.js';
import { childrenOf, inputsOf, outputsOf, parentOf } from '../trace/model.js';
import { inStoryOrder, movedBy, staysOf, type Stay, type StoryEvent } from './story.js';

/** Who held an instance at a time, as events say that were on the ledger by a height. */
export interface CustodyAt {
  /** Organization, or '' before it existed. */
  readonly holder: string;
  readonly sinceMs: number | null;
  /** Shipped and not received: from the holder to another (or '' outside the network). */
  readonly inTransit: { readonly from: string; readonly to: string; readonly sinceMs: number } | null;
  /** Containers around it then, innermost first. */
  readonly containers: readonly string[];
  readonly place: string;
  readonly ended: 'consumed' | 'sold' | 'ended' | null;
  /** Event that gave the holder the item. */
  readonly by: string | null;
}

const LEVELS = 8;
const NOBODY: CustodyAt = { holder: '', sinceMs: null, inTransit: null, containers: [], place: '', ended: null, by: null };

/** `events`: all of the item and of the containers that it was ever in. */
export function custodyAt(item: string, events: readonly StoryEvent[], atMs: number): CustodyAt {
  const ordered = inStoryOrder(events).filter(({ eventTimeMs }) => eventTimeMs <= atMs);
  const bearing = bearingOn(item, ordered, LEVELS);
  let state = NOBODY;
  for (const event of ordered) {
    const uri = bearing.get(event.ref);
    if (uri !== undefined) state = after(state, uri, event);
  }
  const containers: string[] = [];
  for (let uri: string | undefined = item; uri !== undefined && containers.length < LEVELS; ) {
    const last: Stay | undefined = staysOf(uri, ordered).at(-1);
    uri = last?.untilMs === Infinity && !containers.includes(last.parent) ? last.parent : undefined;
    if (uri !== undefined) containers.push(uri);
  }
  return { ...state, containers };
}

/** Events that bear on an item: its own, and those of what it was in, while it was in it; with what stands for it there. */
function bearingOn(item: string, ordered: readonly StoryEvent[], levels: number): ReadonlyMap<string, string> {
  const bearing = new Map<string, string>();
  for (const event of ordered) if (event.items.some(({ uri }) => uri === item)) bearing.set(event.ref, item);
  if (levels === 0) return bearing;
  for (const { parent, sinceMs, untilMs } of staysOf(item, ordered)) {
    const during = ordered.filter(({ eventTimeMs }) => eventTimeMs >= sinceMs && eventTimeMs <= untilMs);
    for (const [ref, uri] of bearingOn(parent, during, levels - 1)) if (!bearing.has(ref)) bearing.set(ref, uri);
  }
  return bearing;
}

/** One event on an item, or on the container that stands for it. */
function after(state: CustodyAt, uri: string, event: StoryEvent): CustodyAt {
  const { organization, bizStep, eventTimeMs: sinceMs, ref } = event;
  const held = (): CustodyAt => ({ ...placed(state, event), holder: organization, sinceMs, inTransit: null, ended: null, by: ref });
  if (event.type === 'TransformationEvent') {
    if (outputsOf(event).includes(uri)) return held();
    return inputsOf(event).includes(uri) ? { ...state, ended: 'consumed' } : state;
  }
  const isChild = childrenOf(event).includes(uri);
  const isParent = parentOf(event) === uri;
  if (event.type === 'AggregationEvent' && event.action !== 'OBSERVE') {
    // Whoever packs or unpacks holds what goes in and comes out.
    if (isChild || (isParent && state.holder === '')) return state.holder === organization ? placed(state, event) : held();
    return isParent ? placed(state, event) : state;
  }
  if (!movedBy(event).includes(uri)) return state;
  if (event.action === 'ADD') return state.holder === '' ? held() : state;
  if (event.action === 'DELETE') return { ...placed(state, event), ended: 'ended' };
  if (SHIPPING_STEPS.has(bizStep)) {
    const from = state.holder === '' ? organization : state.holder;
    return { ...placed(state, event), holder: from, inTransit: { from, to: event.receiver, sinceMs } };
  }
  if (RECEIVING_STEPS.has(bizStep)) return held();
  if (bizStep === VOIDING_STEP) return { ...state, inTransit: null };
  if (SALE_STEPS.has(bizStep)) return { ...placed(state, event), ended: 'sold' };
  return organization === state.holder ? placed(state, event) : state;
}

function placed(state: CustodyAt, { bizLocation, readPoint }: StoryEvent): CustodyAt {
  const place = bizLocation === '' ? readPoint : bizLocation;
  return place === '' ? state : { ...state, place };
}

/** An amount of a class that somebody held; classes split and merge, so these are sums and not things. */
export interface Holding {
  readonly organization: string;
  readonly uom: string;
  readonly amount: bigint;
  /** '' on hand; else the organization or '?' outside that it was under way to. */
  readonly to: string;
}

/** Who held how much of a class at a time. */
export function holdingsAt(item: string, events: readonly StoryEvent[], atMs: number): readonly Holding[] {
  const sums = new Map<string, Holding>();
  const add = (organization: string, uom: string, to: string, amount: bigint): void => {
    const key = JSON.stringify([organization, uom, to]);
    sums.set(key, { organization, uom, to, amount: (sums.get(key)?.amount ?? 0n) + amount });
  };
  for (const event of inStoryOrder(events)) {
    if (event.eventTimeMs > atMs) break;
    for (const { role, uri, amount, uom } of event.items) {
      if (uri !== item || amount === null) continue;
      moveAmount(event, role, uom, amount, sums, add);
    }
  }
  return [...sums.values()].filter(({ amount }) => amount !== 0n);
}

type Add = (organization: string, uom: string, to: string, amount: bigint) => void;

function moveAmount(event: StoryEvent, role: string, uom: string, amount: bigint, sums: Map<string, Holding>, add: Add): void {
  const { organization, bizStep, action } = event;
  if (role === 'outputEPCClass') return add(organization, uom, '', amount);
  if (role === 'inputEPCClass') return add(organization, uom, '', -amount);
  if (role !== 'epcClass' && !(role === 'childEPCClass' && parentOf(event) === undefined)) return;
  if (action === 'ADD') return add(organization, uom, '', amount);
  if (action === 'DELETE' || SALE_STEPS.has(bizStep)) return add(organization, uom, '', -amount);
  if (SHIPPING_STEPS.has(bizStep)) {
    add(organization, uom, '', -amount);
    return add(organization, uom, event.receiver === '' ? '?' : event.receiver, amount);
  }
  if (!RECEIVING_STEPS.has(bizStep)) return;
  let left = amount;
  for (const sent of [...sums.values()]) {
    if (sent.to !== organization || sent.uom !== uom || sent.amount <= 0n || left === 0n) continue;
    const part = sent.amount < left ? sent.amount : left;
    add(sent.organization, uom, organization, -part);
    left -= part;
  }
  add(organization, uom, '', amount);
}
