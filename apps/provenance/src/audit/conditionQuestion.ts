import { Inject, Injectable } from '@nestjs/common';
import type { ConditionsAnswer } from '@lading/api';
import { formatQuantity, scanJson } from '@lading/ledger';
import {
  conditionsOf,
  custodyAt,
  decodeProduct,
  gtinOf,
  inStoryOrder,
  productKey,
  readingsOf,
  type ProductLimit,
  type SourcedReading,
  type StoryEvent
} from '@lading/provenance';
import type { EventRow } from '@lading/storage';
import { PROVENANCE_OPTIONS, type ProvenanceOptions } from '../provenance.options.js';
import { iso } from './itemQuestions.js';
import { StoryReader, type Story } from './story.js';

/** Places asked for reports that name no goods: a cold room says what was in it only by time. */
const PLACES = 100;

/** Cold chain of one item: readings on it, on the containers around it while it was in them, and of the places where it was. */
@Injectable()
export class ConditionQuestion {
  constructor(
    @Inject(PROVENANCE_OPTIONS) private readonly options: ProvenanceOptions,
    @Inject(StoryReader) private readonly stories: StoryReader
  ) {}

  async ask(item: string, from: number | null, to: number | null, silenceMinutes: number): Promise<ConditionsAnswer> {
    const { height } = this.stories;
    const story = await this.stories.withContainers(item);
    const ordered = inStoryOrder(story.events);
    const span = {
      fromMs: from ?? ordered.find(({ items }) => items.some(({ uri }) => uri === item))?.eventTimeMs ?? 0,
      toMs: to ?? ordered.at(-1)?.eventTimeMs ?? 0
    };
    const places = [...new Set(ordered.flatMap(placesOf))];
    const rooms = await this.#roomReports(places.slice(0, PLACES), span);
    const readings = [
      ...ordered.flatMap((event) => this.#onGoods(item, event, story)),
      ...rooms.events.flatMap((event) => this.#inRoom(item, event, rooms, story))
    ].filter(({ startMs, endMs }) => endMs >= span.fromMs && startMs <= span.toMs);
    const limits = await this.#limits(item);
    const { excursions, gaps } = conditionsOf(readings, limits, span, silenceMinutes * 60_000);
    return {
      ...{ height, truncated: story.truncated || rooms.truncated || places.length > PLACES, item },
      ...{ from: iso(span.fromMs), to: iso(span.toMs), readings: readings.length },
      limits: limits.map(({ type, uom, min, max }) => ({ type, uom, min: formatQuantity(min), max: formatQuantity(max) })),
      excursions: excursions.map(({ limit, ref, startMs, endMs, min, max, type, uom, source, holder }) => ({
        ...{ type, uom, source, holder, event: ref, min: formatQuantity(min), max: formatQuantity(max) },
        ...{ allowedMin: formatQuantity(limit.min), allowedMax: formatQuantity(limit.max), from: iso(startMs), to: iso(endMs) }
      })),
      gaps: gaps.map(({ type, fromMs, toMs }) => ({ type, from: iso(fromMs), to: iso(toMs) }))
    };
  }

  async #limits(item: string): Promise<readonly ProductLimit[]> {
    const gtin = gtinOf(item);
    if (gtin === '') return [];
    const value = (await this.options.store.stateValues([productKey(gtin)])).get(productKey(gtin));
    return value === undefined ? [] : decodeProduct(value).limits;
  }

  #onGoods(item: string, event: StoryEvent, story: Story): readonly SourcedReading[] {
    const at = custodyAt(item, story.events, event.eventTimeMs);
    const names = (uri: string): boolean => event.items.some((one) => one.uri === uri);
    const source = names(item) ? 'item' : at.containers.some(names) ? 'container' : null;
    if (source === null) return [];
    return sourced(story.rows.get(event.ref), event, source, at.holder);
  }

  /** A report of a place counts while the item was there. */
  #inRoom(item: string, event: StoryEvent, rooms: Story, story: Story): readonly SourcedReading[] {
    const at = custodyAt(item, story.events, event.eventTimeMs);
    if (at.place === '' || !placesOf(event).includes(at.place)) return [];
    return sourced(rooms.rows.get(event.ref), event, 'place', at.holder);
  }

  async #roomReports(places: readonly string[], { fromMs, toMs }: { fromMs: number; toMs: number }): Promise<Story> {
    if (places.length === 0) return { events: [], rows: new Map(), truncated: false };
    const story = await this.stories.matching({
      matches: [{ roles: ['readPoint', 'bizLocation'], items: places }],
      eventTimeFromMs: fromMs,
      eventTimeBeforeMs: toMs + 1
    });
    const rooms = story.events.filter(({ items, isDeclaredError }) => {
      return !isDeclaredError && items.every(({ role }) => role === 'readPoint' || role === 'bizLocation');
    });
    return { ...story, events: rooms };
  }
}

const placesOf = ({ readPoint, bizLocation }: StoryEvent): readonly string[] =>
  [readPoint, bizLocation].filter((place) => place !== '');

function sourced(
  row: EventRow | undefined,
  { ref, eventTimeMs }: StoryEvent,
  source: SourcedReading['source'],
  holder: string
): readonly SourcedReading[] {
  const scanned = row === undefined ? null : scanJson(row.content);
  if (scanned === null || !scanned.ok || scanned.value.type !== 'object') return [];
  return readingsOf({ node: scanned.value, eventTimeMs }).map((reading) => ({ ...reading, ref, source, holder }));
}
