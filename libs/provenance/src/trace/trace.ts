import { edgesOf } from './edges.js';
import {
  childrenOf,
  inputsOf,
  outputsOf,
  parentOf,
  rolesOf,
  TRACE_LIMITS,
  type Direction,
  type TraceEvent,
  type TraceItem,
  type TraceLimits,
  type TraceResult
} from './model.js';

/** A time span in which a container held an item of the trace; both ends count. */
interface Span {
  readonly sinceMs: number;
  readonly untilMs: number;
}

/**
 * A trace in progress. Ask for `wanted`, bring all events that name those items to `advanceTrace`, until nothing is
 * wanted. Back: inputs of what made an item, and children of containers. Forward: outputs of what an item went into.
 * Both: containers, for as long as they held an item, because place and custody are then theirs.
 */
export class Trace {
  readonly #events = new Map<string, TraceEvent>();
  readonly #byItem = new Map<string, TraceEvent[]>();
  readonly #loaded = new Set<string>();
  #isTruncated = false;
  #reach: Reach;

  constructor(
    readonly root: string,
    readonly direction: Direction,
    readonly limits: TraceLimits
  ) {
    this.#reach = { items: new Map([[root, 0]]), containers: new Map(), refs: new Set() };
  }

  /** Items whose events are needed next; none: the trace is complete. */
  get wanted(): readonly string[] {
    if (this.#isTruncated) return [];
    return [...this.#reach.items.keys(), ...this.#reach.containers.keys()].filter((uri) => !this.#loaded.has(uri));
  }

  add(events: readonly TraceEvent[]): void {
    for (const uri of this.wanted) this.#loaded.add(uri);
    for (const event of events) {
      if (this.#events.has(event.ref)) continue;
      this.#events.set(event.ref, event);
      for (const uri of new Set(event.items.map((item) => item.uri))) {
        const list = this.#byItem.get(uri);
        if (list === undefined) this.#byItem.set(uri, [event]);
        else list.push(event);
      }
    }
    this.#reach = this.#spread();
    const size = this.#reach.items.size + this.#reach.containers.size;
    if (size > this.limits.items || this.#events.size > this.limits.events) this.#isTruncated = true;
  }

  result(): TraceResult {
    const { items, containers, refs } = this.#reach;
    const events = [...refs].flatMap((ref) => this.#events.get(ref) ?? []).sort(inTime);
    const declaredErrors = [...this.#events.values()].filter((event) => event.isDeclaredError).sort(inTime);
    const nodes: TraceItem[] = [...items].map(([uri, distance]) => ({ uri, distance, kind: 'item' }));
    for (const [uri, { distance }] of containers) {
      if (!items.has(uri)) nodes.push({ uri, distance, kind: 'container' });
    }
    const { root, direction } = this;
    const isTruncated = this.#isTruncated || this.wanted.length > 0;
    return { root, direction, items: nodes, edges: edgesOf(events), events, declaredErrors, isTruncated };
  }

  #of(uri: string): readonly TraceEvent[] {
    return (this.#byItem.get(uri) ?? []).filter((event) => !event.isDeclaredError);
  }

  /** Everything that can be reached with the events brought so far. */
  #spread(): Reach {
    const reach: Reach = { items: new Map([[this.root, 0]]), containers: new Map(), refs: new Set() };
    // Maps iterate over entries that are added meanwhile: this is the work list.
    for (const [uri, distance] of reach.items) {
      for (const event of this.#of(uri)) {
        reach.refs.add(event.ref);
        for (const next of this.#next(uri, event)) if (!reach.items.has(next)) reach.items.set(next, distance + 1);
      }
    }
    for (const [uri, distance] of reach.items) this.#enterContainers(uri, this.#of(uri), distance, reach);
    // Containers stand in containers, and a span found late may lengthen one seen before: until nothing is new.
    for (let before = -1, spans = spanCount(reach); spans !== before; before = spans, spans = spanCount(reach)) {
      for (const [uri, container] of reach.containers) {
        const during = this.#of(uri).filter((event) => container.spans.some((span) => isIn(event.eventTimeMs, span)));
        for (const event of during) reach.refs.add(event.ref);
        this.#enterContainers(uri, during, container.distance, reach);
      }
    }
    return reach;
  }

  /** Items that an event leads to from one of its items. */
  #next(uri: string, event: TraceEvent): readonly string[] {
    const isBack = this.direction === 'back';
    if (event.type === 'TransformationEvent') {
      const groups = rolesOf(event, 'transformation');
      const here = isBack ? outputsOf(event) : inputsOf(event);
      const there = isBack ? inputsOf(event) : outputsOf(event);
      return here.includes(uri) || groups.includes(uri) ? [...groups, ...there] : [];
    }
    return isBack && parentOf(event) === uri ? childrenOf(event) : [];
  }

  /** Time of the next event on the item, or of the emptying of its container, which names no children. */
  #endOfStay(uri: string, parent: string, added: TraceEvent): number {
    const isEnd = (event: TraceEvent): boolean =>
      isOn(uri, event) || (event.action === 'DELETE' && parentOf(event) === parent && childrenOf(event).length === 0);
    const after = [...this.#of(uri), ...this.#of(parent)].filter((event) => inTime(event, added) > 0 && isEnd(event));
    return after.reduce((ms, event) => Math.min(ms, event.eventTimeMs), Infinity);
  }

  /** Records the containers that an item was packed into, until the next event on the item itself. */
  #enterContainers(uri: string, events: readonly TraceEvent[], distance: number, reach: Reach): void {
    for (const event of events) {
      const parent = parentOf(event);
      if (event.action !== 'ADD' || parent === undefined || !childrenOf(event).includes(uri)) continue;
      const untilMs = this.#endOfStay(uri, parent, event);
      const known = reach.containers.get(parent);
      const span = { sinceMs: event.eventTimeMs, untilMs };
      if (known === undefined) reach.containers.set(parent, { distance: distance + 1, spans: [span] });
      else if (!known.spans.some((other) => isSame(other, span))) known.spans.push(span);
    }
  }
}

interface Reach {
  /** Canonical URI → steps from the root. */
  readonly items: Map<string, number>;
  readonly containers: Map<string, { readonly distance: number; readonly spans: Span[] }>;
  readonly refs: Set<string>;
}

const isIn = (ms: number, span: Span): boolean => ms >= span.sinceMs && ms <= span.untilMs;

const isSame = (a: Span, b: Span): boolean => a.sinceMs === b.sinceMs && a.untilMs === b.untilMs;

const spanCount = (reach: Reach): number =>
  [...reach.containers.values()].reduce((count, { spans }) => count + spans.length, 0);

/** Paperwork on an item does not end its stay in a container. */
const isOn = (uri: string, event: TraceEvent): boolean =>
  event.type !== 'TransactionEvent' && event.items.some((item) => item.uri === uri);

/** Ledger places are compared number by number. */
function inTime(a: TraceEvent, b: TraceEvent): number {
  if (a.eventTimeMs !== b.eventTimeMs) return a.eventTimeMs - b.eventTimeMs;
  const [left, right] = [a.ref.split('/').map(Number), b.ref.split('/').map(Number)];
  for (const [i, value] of left.entries()) {
    const difference = value - (right[i] ?? 0);
    if (difference !== 0) return Number.isNaN(difference) ? 0 : difference;
  }
  return 0;
}

/** `item` is a canonical URI (see canonicalUri). */
export const startTrace = (item: string, direction: Direction, limits: TraceLimits = TRACE_LIMITS): Trace =>
  new Trace(item, direction, limits);

/** Takes all events that name an item of `trace.wanted`; the finished result, or null while more is wanted. */
export function advanceTrace(trace: Trace, events: readonly TraceEvent[]): TraceResult | null {
  trace.add(events);
  return trace.wanted.length === 0 ? trace.result() : null;
}
