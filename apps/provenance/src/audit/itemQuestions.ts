import { Inject, Injectable } from '@nestjs/common';
import type { ClonesAnswer, CustodyAnswer, GapsAnswer } from '@lading/api';
import { formatQuantity } from '@lading/ledger';
import {
  anomalyKey,
  cloneSuspicion,
  custodyAt,
  decodeAnomalies,
  gapsOf,
  holdingsAt,
  type Gap,
  type StoryEvent
} from '@lading/provenance';
import { PROVENANCE_OPTIONS, type ProvenanceOptions } from '../provenance.options.js';
import { StoryReader } from './story.js';

const DAY_MS = 86_400_000;

export const iso = (ms: number): string => new Date(ms).toISOString();
export const isoOrNull = (ms: number | null): string | null => (ms === null ? null : iso(ms));
export const textOrNull = (text: string): string | null => (text === '' ? null : text);

/** Questions about one item that its own events answer. */
@Injectable()
export class ItemQuestions {
  constructor(
    @Inject(PROVENANCE_OPTIONS) private readonly options: ProvenanceOptions,
    @Inject(StoryReader) private readonly stories: StoryReader
  ) {}

  async custody(item: string, atMs: number, asKnownAt: number | null): Promise<CustodyAnswer> {
    const { height } = this.stories;
    const known = Math.min(asKnownAt ?? height, height);
    const { events, truncated } = await this.stories.withContainers(item, known);
    const isClass = isClassIn(item, events);
    const found = custodyAt(item, events, atMs);
    const { inTransit } = found;
    return {
      ...{ height, truncated, item, at: iso(atMs), asKnownAt: known, containers: [...found.containers] },
      gaps: isClass ? [] : gapsOf(item, events.filter(({ eventTimeMs }) => eventTimeMs <= atMs), -Infinity, 0).map(gapView),
      holder: isClass ? null : textOrNull(found.holder),
      since: isClass ? null : isoOrNull(found.sinceMs),
      inTransit:
        isClass || inTransit === null
          ? null
          : { from: inTransit.from, to: textOrNull(inTransit.to), since: iso(inTransit.sinceMs) },
      place: textOrNull(found.place),
      ended: isClass ? null : found.ended,
      event: isClass ? null : found.by,
      holdings: (isClass ? holdingsAt(item, events, atMs) : []).map(({ organization, uom, amount, to }) => {
        return { organization, uom, quantity: formatQuantity(amount), to: textOrNull(to) };
      })
    };
  }

  async gaps(item: string, patienceDays: number): Promise<GapsAnswer> {
    const { height } = this.stories;
    const { events, truncated } = await this.stories.ofItems([item]);
    const gaps = gapsOf(item, events, this.options.nowMs(), patienceDays * DAY_MS);
    return {
      ...{ height, truncated, item },
      gaps: gaps.map(gapView)
    };
  }

  async clones(item: string): Promise<ClonesAnswer> {
    const { height } = this.stories;
    const { events, truncated } = await this.stories.ofItems([item]);
    const key = anomalyKey(item);
    const value = (await this.options.store.stateValues([key])).get(key);
    const { score, signals } = cloneSuspicion(item, events, value === undefined ? new Map() : decodeAnomalies(value).kinds);
    return { height, truncated, item, score, signals: [...signals] };
  }
}

const gapView = ({ kind, item, ref, sinceMs, detail }: Gap): GapsAnswer['gaps'][number] => {
  return { kind, item, event: ref, since: iso(sinceMs), detail };
};

export const isClassIn = (item: string, events: readonly StoryEvent[]): boolean =>
  events.some(({ items }) => items.some(({ uri, isClass }) => uri === item && isClass));
