import type { EventLinks } from '@lading/ledger';
import {
  ANOMALY_KEY, ITEM, ITEM_KEY, RECALLS_KEY, recallKey, recallSubject, textOf, textsOf, type StateValue
} from './stateValue.js';
import { contentsOf, hasPacked, named, names, staysOf } from './stays.js';

/** What is known of a story: a file, to a verifier; what has been fetched so far, to the node that writes one. */
export interface StoryView {
  /** Elements of the value; null: the key is absent; undefined: not known. */
  state(key: string): StateValue | null | undefined;
  /** Shown part of a chain, as numbers of events; undefined: not known. */
  chain(key: string): ChainView | undefined;
  links(event: number): EventLinks;
  height(event: number): number;
}

export interface ChainView {
  readonly skipped: number;
  readonly events: readonly number[];
}

/** How an item came into the story. `content` was inside an input. A container whose stay has ended holds up nobody. */
export type Relation = 'subject' | 'lot' | 'input' | 'content' | 'group' | 'container' | 'former container' | 'place';
export type Scope = 'history' | 'conditions';

/** Places on a chain, both inside; {@link END} is its last one. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

export const END = Number.MAX_SAFE_INTEGER;

export interface ClosureItem extends Window {
  readonly relations: ReadonlySet<Relation>;
}

/** What a proof of provenance must show, no more and no less (spec/proofs.md 7.3–7.7). */
export interface Closure {
  readonly items: ReadonlyMap<string, ClosureItem>;
  readonly state: ReadonlySet<string>;
  readonly chains: ReadonlyMap<string, Window>;
  /** Keys whose value or chain the view does not know: what they would lead to is not in the closure yet. */
  readonly missing: readonly string[];
  readonly faults: readonly string[];
}

export function closureOf(subject: string, scope: Scope, view: StoryView): Closure {
  const walk = new Walk(scope, view);
  walk.ask(subject, 'subject', { from: 0, to: END });
  return walk.run();
}

interface Growing {
  window: Window;
  readonly relations: Set<Relation>;
}

class Walk {
  readonly #items = new Map<string, Growing>();
  readonly #state = new Set<string>();
  readonly #chains = new Map<string, Window>();
  readonly #missing = new Set<string>();
  readonly #faults = new Set<string>();
  readonly #waiting = new Set<string>();
  /** Places of events on chains, found once a chain. */
  readonly #places = new Map<string, ReadonlyMap<number, number>>();

  constructor(
    private readonly scope: Scope,
    private readonly view: StoryView
  ) {}

  /** An item is looked at again whenever its window or its relations have grown. */
  ask(uri: string, relation: Relation, window: Window): void {
    const known = this.#items.get(uri);
    const united = known === undefined ? window : unite(known.window, window);
    if (known === undefined) this.#items.set(uri, { window, relations: new Set([relation]) });
    else if (known.relations.has(relation) && covers(known.window, window)) return;
    else {
      known.relations.add(relation);
      known.window = united;
    }
    this.#waiting.add(uri);
  }

  run(): Closure {
    for (const uri of this.#waiting) {
      this.#waiting.delete(uri);
      const item = this.#items.get(uri);
      if (item !== undefined) this.#visit(uri, item);
    }
    return {
      items: new Map([...this.#items].map(([uri, { window, relations }]) => [uri, { ...window, relations }])),
      state: this.#state,
      chains: this.#chains,
      missing: [...this.#missing],
      faults: [...this.#faults]
    };
  }

  #visit(uri: string, { window, relations }: Growing): void {
    const key = ITEM_KEY + uri;
    const value = this.#value(key);
    if (value === undefined) return;
    if (value === null) {
      if (relations.size !== 1 || !relations.has('lot')) this.#faults.add(`${uri} has no state`);
      if (!relations.has('place') || relations.size > 1) this.#recalls(uri, []);
      if (!relations.has('place') || relations.size > 1) this.#side(ANOMALY_KEY + uri);
      return;
    }
    const isPlace = relations.size === 1 && relations.has('place');
    const chain = this.#chain(key, isPlace ? window : { from: 0, to: window.to });
    if (isPlace) return;
    this.#side(ANOMALY_KEY + uri);
    this.#recalls(uri, [...textsOf(value[ITEM.recalls]), ...textsOf(value[ITEM.holds])]);
    const lot = textOf(value[ITEM.lot]);
    if (lot !== '') this.ask(lot, 'lot', { from: 0, to: END });
    if (chain !== undefined) {
      this.#follow(uri, value, window, relations, chain.events);
      this.#contents(uri, value, window.to, relations, chain.events);
    }
    const isThere = relations.has('subject') || relations.has('container') || relations.has('former container');
    if (chain !== undefined && isThere && this.scope === 'conditions') this.#visitPlaces(window, chain.events);
  }

  #follow(uri: string, value: StateValue, window: Window, relations: ReadonlySet<Relation>, events: readonly number[]): void {
    // Whoever writes a proof knows more of the chain than who reads it: both look at the window alone.
    const links = events.slice(0, window.to + 1).map((event) => this.view.links(event));
    for (const [place, event] of links.entries()) {
      if (event.type !== 'TransformationEvent') continue;
      const number = events[place] as number;
      if (names(event, uri, 'transformation')) this.#inputs(event, number);
      if (!names(event, uri, 'outputEPC', 'outputEPCClass')) continue;
      const [group] = named(event, 'transformation');
      if (group === undefined) this.#inputs(event, number);
      else this.ask(group, 'group', { from: 0, to: END });
    }
    for (const { container, start, end, isIn } of staysOf(uri, value, links)) {
      if (start > window.to || (end !== null && end < window.from)) continue;
      const from = this.#placeOn(container, events[start] as number);
      const to = end === null ? END : this.#placeOn(container, events[end] as number);
      if (from === undefined || to === undefined) continue;
      const isHeld = [...relations].some((relation) => relation !== 'former container' && relation !== 'place');
      this.ask(container, isIn && isHeld ? 'container' : 'former container', { from, to });
    }
  }

  /** What was inside an input went with it, though no transformation names it. */
  #contents(uri: string, value: StateValue, to: number, relations: ReadonlySet<Relation>, events: readonly number[]): void {
    if (!relations.has('input') && !relations.has('content')) return;
    const links = events.map((event) => this.view.links(event));
    if (!hasPacked(uri, links.slice(0, to + 1))) return;
    // Whether it came out before is told by what happened later.
    this.#chain(ITEM_KEY + uri, { from: 0, to: END });
    for (const { item, isClass, packed } of contentsOf(uri, value, links, to, relations.has('input'))) {
      const last = this.#placeOn(item, events[packed] as number);
      if (last !== undefined) this.ask(item, 'content', { from: 0, to: isClass ? last : END });
    }
  }

  #inputs(event: EventLinks, number: number): void {
    for (const input of named(event, 'inputEPC', 'inputEPCClass')) {
      const to = this.#placeOn(input, number);
      if (to !== undefined) this.ask(input, 'input', { from: 0, to });
    }
  }

  /** 7.7: the chains of places, while the item was there. */
  #visitPlaces(window: Window, events: readonly number[]): void {
    const seen = events.flatMap((number, place) => {
      const places = named(this.view.links(number), 'readPoint', 'bizLocation');
      return place < window.from || place > window.to || places.length === 0 ? [] : [{ number, places }];
    });
    const last = window.to === END ? END : this.view.height(events[window.to] ?? (events.at(-1) as number));
    for (const [index, { number, places }] of seen.entries()) {
      const next = seen[index + 1];
      const until = next === undefined ? last : this.view.height(next.number);
      for (const place of places) this.#askPlace(place, number, until);
    }
  }

  #askPlace(place: string, number: number, untilHeight: number): void {
    const from = this.#placeOn(place, number);
    const chain = this.view.chain(ITEM_KEY + place);
    if (from === undefined || chain === undefined) return;
    const after = chain.events.findIndex((event, at) => at + chain.skipped > from && this.view.height(event) > untilHeight);
    this.ask(place, 'place', { from, to: after < 0 ? END : after + chain.skipped });
  }

  /** Place of an event on an item's chain, which must hold it; undefined while the chain is not known, or when it does not. */
  #placeOn(uri: string, event: number): number | undefined {
    const key = ITEM_KEY + uri;
    if (this.#value(key) === undefined) return undefined;
    const chain = this.view.chain(key);
    if (chain === undefined) {
      this.#missing.add(key);
      return undefined;
    }
    let places = this.#places.get(key);
    if (places === undefined) {
      places = new Map(chain.events.map((number, at) => [number, at + chain.skipped]));
      this.#places.set(key, places);
    }
    const place = places.get(event);
    if (place === undefined) this.#faults.add(`the chain of ${uri} does not show an event that names it`);
    return place;
  }

  #recalls(uri: string, carried: readonly string[]): void {
    const open = this.#side(RECALLS_KEY + recallSubject(uri))?.[2];
    for (const id of [...carried, ...textsOf(open)]) this.#value(recallKey(id));
  }

  /** A record with a chain of its own, which is shown whole. */
  #side(key: string): StateValue | null {
    const value = this.#value(key) ?? null;
    if (value !== null) this.#chain(key, { from: 0, to: END });
    return value;
  }

  #value(key: string): StateValue | null | undefined {
    this.#state.add(key);
    const value = this.view.state(key);
    if (value === undefined) this.#missing.add(key);
    return value;
  }

  #chain(key: string, window: Window): ChainView | undefined {
    const known = this.#chains.get(key);
    this.#chains.set(key, known === undefined ? window : unite(known, window));
    const chain = this.view.chain(key);
    if (chain === undefined) this.#missing.add(key);
    return chain;
  }
}

const unite = (a: Window, b: Window): Window => ({ from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) });
const covers = (a: Window, b: Window): boolean => a.from <= b.from && a.to >= b.to;
