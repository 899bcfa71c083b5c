import type { EventLinks } from '@lading/ledger/reading';
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
const WHOLE: Window = { from: 0, to: END };

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
  walk.ask(subject, 'subject', WHOLE, END);
  return walk.run();
}

/** What of an item is followed. */
interface Followed {
  readonly from: number;
  readonly until: number;
  readonly relations: ReadonlySet<Relation>;
}

interface Growing {
  window: Window;
  /** Height up to which it matters; {@link END}: all. */
  until: number;
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
  ask(uri: string, relation: Relation, window: Window, until: number): void {
    const known = this.#items.get(uri);
    const united = known === undefined ? window : unite(known.window, window);
    if (known === undefined) this.#items.set(uri, { window, until, relations: new Set([relation]) });
    else if (known.relations.has(relation) && covers(known.window, window) && until <= known.until) return;
    else {
      known.relations.add(relation);
      known.window = united;
      known.until = Math.max(known.until, until);
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

  #visit(uri: string, { window, until, relations }: Growing): void {
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
    if (lot !== '') this.ask(lot, 'lot', WHOLE, END);
    if (chain === undefined) return;
    // Whoever writes a proof knows more of the chain than who reads it: both look at the window alone.
    const own = chain.events.filter((event, place) => place <= window.to && this.view.height(event) <= until);
    this.#follow(uri, value, { from: window.from, until, relations }, own);
    this.#contents(uri, value, window.to, relations, chain.events);
    const isThere = relations.has('subject') || relations.has('container') || relations.has('former container');
    if (isThere && this.scope === 'conditions') this.#visitPlaces(window.from, until, own);
  }

  #follow(uri: string, value: StateValue, { from, until, relations }: Followed, events: readonly number[]): void {
    const links = events.map((event) => this.view.links(event));
    for (const [place, event] of links.entries()) {
      if (event.type !== 'TransformationEvent') continue;
      const number = events[place] as number;
      if (names(event, uri, 'transformation')) this.#inputs(event, number);
      if (!names(event, uri, 'outputEPC', 'outputEPCClass')) continue;
      const [group] = named(event, 'transformation');
      if (group === undefined) this.#inputs(event, number);
      else this.ask(group, 'group', WHOLE, END);
    }
    for (const { container, start, end, isIn } of staysOf(uri, value, links)) {
      if (end !== null && end < from) continue;
      // A larger window never asks for less: what has not ended in it goes on as far as it matters.
      const last = isIn ? END : end === null ? until : this.view.height(events[end] as number);
      const isHeld = [...relations].some((relation) => relation !== 'former container' && relation !== 'place');
      this.#askUntil(container, isIn && isHeld ? 'container' : 'former container', events[start] as number, last);
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
      if (last === undefined) continue;
      if (isClass) this.ask(item, 'content', { from: 0, to: last }, this.view.height(events[packed] as number));
      else this.ask(item, 'content', WHOLE, END);
    }
  }

  #inputs(event: EventLinks, number: number): void {
    for (const input of named(event, 'inputEPC', 'inputEPCClass')) {
      const to = this.#placeOn(input, number);
      if (to !== undefined) this.ask(input, 'input', { from: 0, to }, this.view.height(number));
    }
  }

  /** 7.7: the chains of places, while the item was there. */
  #visitPlaces(from: number, last: number, events: readonly number[]): void {
    const seen = events.flatMap((number, place) => {
      const places = named(this.view.links(number), 'readPoint', 'bizLocation');
      return place < from || places.length === 0 ? [] : [{ number, places }];
    });
    for (const [index, { number, places }] of seen.entries()) {
      const next = seen[index + 1];
      const until = next === undefined ? last : this.view.height(next.number);
      for (const place of places) this.#askUntil(place, 'place', number, until);
    }
  }

  /** From an event on the chain to the first one above a height, which shows that none is missing; or to the end. */
  #askUntil(uri: string, relation: Relation, number: number, untilHeight: number): void {
    const from = this.#placeOn(uri, number);
    const chain = this.view.chain(ITEM_KEY + uri);
    if (from === undefined || chain === undefined) return;
    const after = chain.events.findIndex((event, at) => at + chain.skipped > from && this.view.height(event) > untilHeight);
    this.ask(uri, relation, { from, to: after < 0 ? END : after + chain.skipped }, untilHeight);
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
