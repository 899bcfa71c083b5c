import { edgesOf } from './edges.js';
import { inTime, readRoles, type ReadEvent } from './readRoles.js';
import { Stays } from './stays.js';
import {
  TRACE_LIMITS,
  type Direction,
  type TraceEvent,
  type TraceItem,
  type TraceLimits,
  type TraceResult
} from './model.js';

/**
 * A trace in progress. Ask for `wanted`, bring all events that name those items to `advanceTrace`, until nothing is
 * wanted. Back: inputs of what made an item, and children of containers. Forward: outputs of what an item went into.
 * Both: containers, for as long as they held an item, because place and custody are then theirs.
 *
 * Every round looks only at the items that it brought the events of: once an item is loaded, no later round brings an
 * event that names it, so what follows from it stands. That is why a stay in a container waits for the container.
 */
export class Trace {
  readonly #known = new Set<string>();
  readonly #declared: TraceEvent[] = [];
  /** Standing events of what has been loaded, and of what these name besides. In time order once it is loaded. */
  readonly #byItem = new Map<string, ReadEvent[]>();
  readonly #loaded = new Set<string>();
  /** Items of the trace, with what each leads to. */
  readonly #items = new Map<string, readonly string[]>();
  readonly #unexplained: string[] = [];
  readonly #reached = new Map<string, ReadEvent>();
  readonly #stays: Stays;
  #wanted = new Set<string>();
  /** Loaded items that have not been followed. */
  readonly #due: string[] = [];
  #isTruncated = false;

  constructor(
    readonly root: string,
    readonly direction: Direction,
    readonly limits: TraceLimits
  ) {
    const eventsOf = (uri: string): readonly ReadEvent[] | null =>
      this.#loaded.has(uri) ? (this.#byItem.get(uri) ?? []) : null;
    this.#stays = new Stays(eventsOf, (uri) => this.#want(uri), (event) => this.#reach(event));
    this.#enter(root);
  }

  /** Items whose events are needed next; none: the trace is complete. */
  get wanted(): readonly string[] {
    return this.#isTruncated ? [] : [...this.#wanted];
  }

  add(events: readonly TraceEvent[]): void {
    const brought = this.#wanted;
    this.#wanted = new Set();
    for (const event of events) this.#keep(event);
    for (const uri of brought) {
      this.#loaded.add(uri);
      this.#byItem.get(uri)?.sort((a, b) => inTime(a.event, b.event));
    }
    for (const uri of brought) if (this.#items.has(uri)) this.#due.push(uri);
    for (let uri = this.#due.pop(); uri !== undefined; uri = this.#due.pop()) this.#follow(uri);
    this.#stays.settle(brought);
    const size = this.#items.size + this.#stays.containers.size;
    if (size > this.limits.items || this.#known.size > this.limits.events) this.#isTruncated = true;
  }

  /** What has been found so far; a part while items are still wanted. */
  result(): TraceResult {
    const reached = [...this.#reached.values()].sort((a, b) => inTime(a.event, b.event));
    const { root, direction, limits } = this;
    const edges = edgesOf(reached, limits.edges);
    return {
      root,
      direction,
      items: this.#nodes(),
      edges,
      events: reached.map(({ event }) => event),
      declaredErrors: this.#declared.sort(inTime),
      isTruncated: this.#wanted.size > 0 || this.#isTruncated || edges.length >= limits.edges,
      frontier: [...this.#wanted],
      unexplained: this.#unexplained
    };
  }

  #keep(event: TraceEvent): void {
    if (this.#known.has(event.ref)) return;
    this.#known.add(event.ref);
    if (event.isDeclaredError) {
      this.#declared.push(event);
      return;
    }
    const read = readRoles(event);
    for (const { uri } of event.items) {
      const list = this.#byItem.get(uri);
      if (list === undefined) this.#byItem.set(uri, [read]);
      else if (list.at(-1) !== read) list.push(read);
    }
  }

  #want(uri: string): void {
    if (!this.#loaded.has(uri)) this.#wanted.add(uri);
  }

  #reach(read: ReadEvent): void {
    this.#reached.set(read.event.ref, read);
  }

  #enter(uri: string): void {
    if (this.#items.has(uri)) return;
    this.#items.set(uri, []);
    // Known as a container so far: its events are here.
    if (this.#loaded.has(uri)) this.#due.push(uri);
    else this.#wanted.add(uri);
  }

  /** What the events of an item say of it. */
  #follow(uri: string): void {
    const events = this.#byItem.get(uri) ?? [];
    const next = new Set<string>();
    for (const read of events) {
      this.#reach(read);
      for (const other of this.#next(uri, read)) next.add(other);
    }
    this.#items.set(uri, [...next]);
    if (!events.some((read) => isBirth(uri, read)) && !isGroup(uri)) this.#unexplained.push(uri);
    this.#stays.enter(uri, events);
    for (const other of next) this.#enter(other);
  }

  /** Items that an event leads to from one of its items. */
  #next(uri: string, { event, groups, inputs, outputs, parent, children }: ReadEvent): readonly string[] {
    const isBack = this.direction === 'back';
    if (event.type === 'TransformationEvent') {
      const [here, there] = isBack ? [outputs, inputs] : [inputs, outputs];
      return here.includes(uri) || groups.includes(uri) ? [...groups, ...there] : [];
    }
    return isBack && parent === uri ? children : [];
  }

  /** Breadth first: distances are those of the shortest ways, whatever the rounds brought first. */
  #nodes(): readonly TraceItem[] {
    const items = new Map([[this.root, 0]]);
    for (const [uri, distance] of items) {
      for (const next of this.#items.get(uri) ?? []) if (!items.has(next)) items.set(next, distance + 1);
    }
    const nodes: TraceItem[] = [...items].map(([uri, distance]) => ({ uri, distance, kind: 'item' }));
    for (const [uri, distance] of this.#stays.distances(items)) {
      if (!items.has(uri)) nodes.push({ uri, distance, kind: 'container' });
    }
    return nodes;
  }
}

/** A group of transformations is no thing. */
const isGroup = (uri: string): boolean => uri.startsWith('tgroup/');

/** Containers are born by their first packing. */
const isBirth = (uri: string, { event, outputs, parent }: ReadEvent): boolean =>
  outputs.includes(uri) ||
  (event.action === 'ADD' && (parent === uri || (event.type === 'ObjectEvent' && parent === undefined)));

/** `item` is a canonical URI (see canonicalUri). */
export const startTrace = (item: string, direction: Direction, limits: TraceLimits = TRACE_LIMITS): Trace =>
  new Trace(item, direction, limits);

/** Takes all events that name an item of `trace.wanted`; the finished result, or null while more is wanted. */
export function advanceTrace(trace: Trace, events: readonly TraceEvent[]): TraceResult | null {
  trace.add(events);
  return trace.wanted.length === 0 ? trace.result() : null;
}
