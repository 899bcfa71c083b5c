import { Inject, Injectable } from '@nestjs/common';
import type { RecallReachAnswer, TouchedAnswer } from '@lading/api';
import { formatQuantity } from '@lading/ledger';
import {
  decodeItem,
  itemStateKey,
  RECALL_PLACES,
  recallReach,
  touchedProducts,
  type ItemState,
  type TraceResult
} from '@lading/provenance';
import { PROVENANCE_OPTIONS, type ProvenanceOptions } from '../provenance.options.js';
import { runTrace, type RowEvent } from '../trace/runTrace.js';
import { iso, textOrNull } from './itemQuestions.js';
import { StoryReader } from './story.js';

const KEYS_PER_QUERY = 1000;
const LEVELS = 9;

/** Questions about everything that an item became. */
@Injectable()
export class ForwardQuestions {
  constructor(
    @Inject(PROVENANCE_OPTIONS) private readonly options: ProvenanceOptions,
    @Inject(StoryReader) private readonly stories: StoryReader
  ) {}

  async touched(item: string, depth: number | null): Promise<TouchedAnswer> {
    const { height } = this.stories;
    const trace = await this.#trace(item, depth);
    const { isTruncated: truncated, frontier } = trace;
    const events = await this.stories.storyEvents(trace.events.map((event) => (event as RowEvent).row));
    const products = touchedProducts(trace, events).map(({ path, items, ...product }) => ({
      ...product,
      items: [...items],
      path: path.map(({ ref, ...step }) => ({ ...step, event: ref }))
    }));
    return { height, truncated, item, products, unreceived: unreceivedIn(trace), frontier: [...frontier] };
  }

  async recallReach(item: string, depth: number | null): Promise<RecallReachAnswer> {
    const { height } = this.stories;
    const trace = await this.#trace(item, depth);
    const { isTruncated: truncated, frontier } = trace;
    const goods = trace.items.filter(({ kind }) => kind === 'item').map(({ uri }) => uri);
    const states = await this.#states(goods);
    const around = await this.#containers([...states.values()]);
    const lines = recallReach(states, (container) => outermost(container, around)).map((line) => {
      const amounts = RECALL_PLACES.map((place) => [place, formatQuantity(line[place])] as const);
      const { organization, product, uom } = line;
      return { organization, product, uom, ...(Object.fromEntries(amounts) as Record<(typeof RECALL_PLACES)[number], string>) };
    });
    const hands = trace.edges.flatMap((edge) => (edge.kind === 'transfer' ? [`${edge.from}\n${edge.to}`] : []));
    const contacts = [...new Set(hands)].map((hand) => {
      const [from = '', to = ''] = hand.split('\n');
      return { from, to };
    });
    return { height, truncated, item, items: goods.length, lines, contacts, unreceived: unreceivedIn(trace), frontier: [...frontier] };
  }

  #trace(item: string, depth: number | null): Promise<TraceResult> {
    const { projection, config } = this.options;
    return runTrace({ item, direction: 'forward', depth }, projection, config.organizations);
  }

  async #states(items: readonly string[]): Promise<Map<string, ItemState | null>> {
    const states = new Map<string, ItemState | null>();
    for (let i = 0; i < items.length; i += KEYS_PER_QUERY) {
      const some = items.slice(i, i + KEYS_PER_QUERY);
      const values = await this.options.store.stateValues(some.map(itemStateKey));
      for (const item of some) {
        const value = values.get(itemStateKey(item));
        states.set(item, value === undefined ? null : decodeItem(value));
      }
    }
    return states;
  }

  /** The containers around things and amounts, outwards. */
  async #containers(states: readonly (ItemState | null)[]): Promise<ReadonlyMap<string, ItemState | null>> {
    const around = new Map<string, ItemState | null>();
    let wanted = states.flatMap((state) => containersOf(state));
    for (let level = 0; level < LEVELS && wanted.length > 0; level += 1) {
      const found = await this.#states([...new Set(wanted)]);
      for (const [uri, state] of found) around.set(uri, state);
      wanted = [...found.values()].flatMap((state) => containersOf(state)).filter((uri) => !around.has(uri));
    }
    return around;
  }
}

/** Where the way goes on and nobody tells: what was shipped, and by no event received by whom it was sent to. */
function unreceivedIn({ edges }: TraceResult): TouchedAnswer['unreceived'] {
  return edges.flatMap((edge) => {
    if (edge.kind !== 'transfer' || edge.receivedMs !== null) return [];
    return [{ item: edge.item, from: edge.from, to: textOrNull(edge.to), since: iso(edge.shippedMs), event: edge.ref }];
  });
}

function containersOf(state: ItemState | null): readonly string[] {
  if (state === null) return [];
  const inside = state.balances.flatMap(({ place }) => (place.startsWith('in:') ? [place.slice(3)] : []));
  return state.parent === '' ? inside : [state.parent, ...inside];
}

function outermost(container: string, around: ReadonlyMap<string, ItemState | null>): string {
  let state = around.get(container) ?? null;
  for (let level = 0; level < LEVELS && state !== null && state.parent !== ''; level += 1) {
    state = around.get(state.parent) ?? null;
  }
  return state?.custodian ?? '';
}
