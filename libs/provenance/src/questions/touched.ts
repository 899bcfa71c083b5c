import type { TraceEdge, TraceResult } from '../trace/model.js';
import { gtinOf } from '../state/productRecord.js';
import { unitOf } from '../units/units.js';
import type { StoryEvent } from './story.js';

/** One step on the way of what an item became. */
export interface TouchedStep {
  readonly from: string;
  readonly to: string;
  readonly via: 'transformation' | 'containment';
  readonly ref: string;
  /** Share of `from` in all inputs of that transformation, 0 to 1; null where amounts are unknown or measure different things. */
  readonly share: number | null;
}

/**
 * `instance`: serialized things all the way. `class`: lots in between, which split and merge: possible, not certain.
 * `group`: several events of one transformation, any input of which may be in any output.
 */
export type Confidence = 'instance' | 'class' | 'group';

export interface TouchedProduct {
  /** GTIN, or the URI of what has none. */
  readonly product: string;
  readonly items: readonly string[];
  readonly confidence: Confidence;
  /** Shortest way from the item to one of these. */
  readonly path: readonly TouchedStep[];
  /** Product of the shares on the path, or null when one is unknown. */
  readonly share: number | null;
}

const RANK: readonly Confidence[] = ['instance', 'class', 'group'];

/** Everything that a forward trace has reached, by product. */
export function touchedProducts(trace: TraceResult, events: readonly StoryEvent[]): readonly TouchedProduct[] {
  const byRef = new Map(events.map((event) => [event.ref, event]));
  const ways = waysFrom(trace, byRef);
  const isClass = new Set(events.flatMap(({ items }) => items.flatMap((item) => (item.isClass ? [item.uri] : []))));
  const products = new Map<string, TouchedProduct>();
  for (const { uri } of trace.items) {
    const path = ways.get(uri);
    if (path === undefined || path.length === 0 || uri.startsWith('tgroup/')) continue;
    const gtin = gtinOf(uri);
    const product = gtin === '' ? uri : gtin;
    const confidence = confidenceOf(path, isClass, byRef);
    const known = products.get(product);
    const one: TouchedProduct = { product, items: [uri], confidence, path, share: shareOf(path) };
    if (known === undefined) products.set(product, one);
    else {
      const better = RANK.indexOf(confidence) < RANK.indexOf(known.confidence) ? one : known;
      products.set(product, { ...better, items: [...known.items, uri] });
    }
  }
  return [...products.values()];
}

/** Shortest ways by breadth first. */
function waysFrom(trace: TraceResult, byRef: ReadonlyMap<string, StoryEvent>): ReadonlyMap<string, readonly TouchedStep[]> {
  const steps = new Map<string, TouchedStep[]>();
  for (const edge of trace.edges) {
    const step = stepOf(edge, byRef);
    if (step === null) continue;
    const known = steps.get(step.from);
    if (known === undefined) steps.set(step.from, [step]);
    else known.push(step);
  }
  const ways = new Map<string, readonly TouchedStep[]>([[trace.root, []]]);
  for (const [uri, path] of ways) {
    for (const step of steps.get(uri) ?? []) if (!ways.has(step.to)) ways.set(step.to, [...path, step]);
  }
  return ways;
}

function stepOf(edge: TraceEdge, byRef: ReadonlyMap<string, StoryEvent>): TouchedStep | null {
  if (edge.kind === 'transfer') return null;
  if (edge.kind === 'containment') return { from: edge.child, to: edge.parent, via: edge.kind, ref: edge.ref, share: 1 };
  return { from: edge.from, to: edge.to, via: edge.kind, ref: edge.ref, share: inputShare(edge.from, byRef.get(edge.ref)) };
}

function inputShare(item: string, event: StoryEvent | undefined): number | null {
  const inputs = (event?.items ?? []).filter(({ role }) => role === 'inputEPCClass' || role === 'inputEPC');
  const dimensions = new Set(inputs.map(({ uom }) => unitOf(uom).dimension));
  let [own, all] = [0n, 0n];
  for (const { uri, amount, isClass, uom } of inputs) {
    const told = isClass ? amount : 1_000_000n;
    if (told === null) return null;
    const value = told * unitOf(uom).parts;
    all += value;
    if (uri === item) own += value;
  }
  return dimensions.size !== 1 || all === 0n ? null : Number((own * 1_000_000n) / all) / 1_000_000;
}

function confidenceOf(path: readonly TouchedStep[], isClass: ReadonlySet<string>, byRef: ReadonlyMap<string, StoryEvent>): Confidence {
  const grouped = path.some(({ ref }) => byRef.get(ref)?.items.some(({ role }) => role === 'transformation'));
  if (grouped) return 'group';
  return path.some(({ from, to }) => isClass.has(from) || isClass.has(to)) ? 'class' : 'instance';
}

const shareOf = (path: readonly TouchedStep[]): number | null =>
  path.reduce<number | null>((product, { share }) => (product === null || share === null ? null : product * share), 1);
