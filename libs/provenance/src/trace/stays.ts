import { inTime, type ReadEvent } from './readRoles.js';

/** A time span in which a container held an item of the trace; both ends count. */
interface Span {
  readonly sinceMs: number;
  readonly untilMs: number;
}

interface Packing {
  readonly child: string;
  readonly added: ReadEvent;
}

interface Container {
  readonly spans: Map<string, Span>;
  /** Packings into it that wait for its events. */
  waiting: Packing[];
}

/**
 * The containers around the items of a trace, each for the times in which it held one: from a packing until the next
 * event on the item itself, or until the container is emptied, which names no children. Containers stand in containers.
 */
export class Stays {
  readonly containers = new Map<string, Container>();
  /** Child → containers around it. */
  readonly #around = new Map<string, Set<string>>();
  readonly #packings = new Set<string>();
  /** Loaded, with packings that may wait for them. */
  readonly #due = new Set<string>();

  /** `eventsOf`: in time order, or null while they have not been brought. */
  constructor(
    private readonly eventsOf: (uri: string) => readonly ReadEvent[] | null,
    private readonly want: (uri: string) => void,
    private readonly reach: (event: ReadEvent) => void
  ) {}

  /** Records the containers that an item was packed into by these events. */
  enter(child: string, events: readonly ReadEvent[]): void {
    for (const added of events) {
      const { event, parent, children } = added;
      if (event.action !== 'ADD' || parent === undefined || !children.includes(child)) continue;
      const key = `${event.ref} ${child}`;
      if (this.#packings.has(key)) continue;
      this.#packings.add(key);
      const around = this.#around.get(child);
      if (around === undefined) this.#around.set(child, new Set([parent]));
      else around.add(parent);
      const known = this.containers.get(parent);
      if (known !== undefined) known.waiting.push({ child, added });
      else this.containers.set(parent, { spans: new Map(), waiting: [{ child, added }] });
      if (this.eventsOf(parent) === null) this.want(parent);
      else this.#due.add(parent);
    }
  }

  /** Now that the events of these are known: until when the contents of containers stayed, and what befell those meanwhile. */
  settle(brought: Iterable<string>): void {
    for (const uri of brought) this.#due.add(uri);
    // A set also gives the entries that are added to it meanwhile; one that comes again was taken off first.
    for (const uri of this.#due) {
      this.#due.delete(uri);
      this.#settleOne(uri);
    }
  }

  #settleOne(uri: string): void {
    const container = this.containers.get(uri);
    const events = this.eventsOf(uri);
    if (container === undefined || events === null || container.waiting.length === 0) return;
    const { waiting } = container;
    container.waiting = [];
    const emptied = events.filter(({ event, parent, children }) => {
      return event.action === 'DELETE' && parent === uri && children.length === 0;
    });
    for (const { child, added } of waiting) {
      const own = this.eventsOf(child) ?? [];
      const untilMs = Math.min(nextAfter(own, added), nextAfter(emptied, added));
      const span = { sinceMs: added.event.eventTimeMs, untilMs };
      const key = `${span.sinceMs} ${untilMs}`;
      if (container.spans.has(key)) continue;
      container.spans.set(key, span);
      const during = eventsIn(events, span);
      for (const read of during) this.reach(read);
      this.enter(uri, during);
    }
  }

  /** Steps from the root to each container, by those of the items. */
  distances(items: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
    const found = new Map<string, number>();
    const outwards = (from: ReadonlyMap<string, number>): void => {
      // A map also gives the entries that are added to it meanwhile.
      for (const [uri, distance] of from) {
        for (const parent of this.#around.get(uri) ?? []) if (!found.has(parent)) found.set(parent, distance + 1);
      }
    };
    outwards(items);
    outwards(found);
    return found;
  }
}

/** Time of the first event after another one; paperwork on an item does not end its stay. */
function nextAfter(ordered: readonly ReadEvent[], { event: added }: ReadEvent): number {
  for (let i = firstFrom(ordered, added.eventTimeMs); i < ordered.length; i++) {
    const event = ordered[i]?.event;
    if (event !== undefined && event.type !== 'TransactionEvent' && inTime(event, added) > 0) return event.eventTimeMs;
  }
  return Infinity;
}

function eventsIn(ordered: readonly ReadEvent[], { sinceMs, untilMs }: Span): readonly ReadEvent[] {
  const from = firstFrom(ordered, sinceMs);
  let to = from;
  while ((ordered[to]?.event.eventTimeMs ?? Infinity) <= untilMs && to < ordered.length) to += 1;
  return ordered.slice(from, to);
}

/** Index of the first event that is not before a time. */
function firstFrom(ordered: readonly ReadEvent[], timeMs: number): number {
  let [low, high] = [0, ordered.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ordered[middle]?.event.eventTimeMs ?? Infinity) < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
