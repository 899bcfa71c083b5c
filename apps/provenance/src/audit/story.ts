import { Inject, Injectable } from '@nestjs/common';
import { containersOf, type StoryEvent } from '@lading/provenance';
import type { ChainEvent, EventFilter, EventRow, ProjectedItem } from '@lading/storage';
import { Projector } from '../projector/projector.js';
import { PROVENANCE_OPTIONS, type ProvenanceOptions } from '../provenance.options.js';
import { destinationOf, partyRole } from '../trace/destinationRole.js';
import { organizationOfParty } from '../trace/partyOrganization.js';

/** Events that one question looks at, at most. */
export const QUESTION_EVENTS = 20_000;
/** Their contents: one event can have nearly a mebibyte. */
const QUESTION_BYTES = 32 << 20;
const ITEMS_PER_QUERY = 500;
const LEVELS = 8;

export const refOf = ({ height, index, eventIndex }: Pick<EventRow, 'height' | 'index' | 'eventIndex'>): string =>
  `${height}/${index}/${eventIndex}`;

/** What a row must have for a question that does not look into the event itself. */
type ToldRow = Omit<ChainEvent, 'items'>;

export interface Story {
  readonly events: readonly StoryEvent[];
  readonly rows: ReadonlyMap<string, EventRow>;
  readonly truncated: boolean;
}

/** Brings events from the query tables into the form that the pure questions are asked in. */
@Injectable()
export class StoryReader {
  constructor(
    @Inject(PROVENANCE_OPTIONS) private readonly options: ProvenanceOptions,
    @Inject(Projector) private readonly projector: Projector
  ) {}

  get height(): number {
    return this.projector.reflectedHeight;
  }

  /** Events that name one of the items, up to a height. */
  async ofItems(items: readonly string[], asKnownAt = Number.MAX_SAFE_INTEGER): Promise<Story> {
    const rows: EventRow[] = [];
    for (let i = 0; i < items.length && !isTooMuch(rows); i += ITEMS_PER_QUERY) {
      const some = items.slice(i, i + ITEMS_PER_QUERY);
      rows.push(...(await this.#events({ matches: [{ roles: null, items: some }] })));
    }
    return this.told(rows.filter(({ height }) => height <= asKnownAt), isTooMuch(rows));
  }

  /** Events of an item and of every container that it was ever in, with theirs. */
  async withContainers(item: string, asKnownAt?: number): Promise<Story> {
    let story = await this.ofItems([item], asKnownAt);
    const known = new Set([item]);
    let inner = [item];
    for (let level = 0; level < LEVELS && inner.length > 0 && !story.truncated; level += 1) {
      const outer = inner.flatMap((uri) => containersOf(uri, story.events)).filter((uri) => !known.has(uri));
      if (outer.length === 0) break;
      for (const uri of outer) known.add(uri);
      story = await this.ofItems([...known], asKnownAt);
      inner = [...new Set(outer)];
    }
    return story;
  }

  async matching(filter: EventFilter): Promise<Story> {
    const rows = await this.#events(filter);
    return this.told(rows, isTooMuch(rows));
  }

  #events(filter: EventFilter): Promise<readonly EventRow[]> {
    const bounds = { limit: QUESTION_EVENTS + 1, limitBytes: QUESTION_BYTES };
    return this.options.projection.events({ ...filter, ...bounds, order: 'sequence', direction: 'ASC' });
  }

  async told(found: readonly EventRow[], truncated: boolean): Promise<Story> {
    const rows = new Map(found.slice(0, QUESTION_EVENTS).map((row) => [refOf(row), row]));
    return { events: await this.storyEvents([...rows.values()]), rows, truncated };
  }

  /** Rows with the amounts of what they name. */
  async storyEvents(rows: readonly ToldRow[]): Promise<readonly StoryEvent[]> {
    const items = await this.options.projection.itemsOf(rows.map(({ sequence }) => sequence));
    const idOf = ({ organization, eventId }: ToldRow): string => `${organization} ${eventId}`;
    const declared = new Set(rows.filter(({ errorDeclared }) => errorDeclared).map(idOf));
    return rows.map((row) => this.#storyEvent(row, items.get(row.sequence) ?? [], declared.has(idOf(row))));
  }

  #storyEvent(row: ToldRow, own: readonly Omit<ProjectedItem, 'label'>[], isDeclaredError: boolean): StoryEvent {
    const named = own.map(({ role, item }) => ({ role, uri: item }));
    const party = (uri: string | undefined): string => organizationOfParty(uri ?? '', this.options.config.organizations);
    const destination = destinationOf(named);
    const source = (type: string): string | undefined => named.find(({ role }) => role === partyRole('source', type))?.uri;
    return {
      ref: refOf(row),
      eventID: row.eventId,
      type: row.type,
      action: row.action ?? '',
      bizStep: row.bizStep ?? '',
      disposition: row.disposition ?? '',
      eventTimeMs: row.eventTimeMs,
      recordTimeMs: row.recordTimeMs,
      height: row.height,
      organization: row.organization,
      readPoint: row.readPoint ?? '',
      bizLocation: row.bizLocation ?? '',
      items: own.map(({ role, item, isClass, quantity, unit }) => {
        return { role, uri: item, isClass, amount: quantity === null ? null : BigInt(quantity), uom: unit ?? '' };
      }),
      destination,
      sender: party(source('possessing_party') ?? source('owning_party')),
      receiver: party(destination),
      isDeclaredError
    };
  }
}

/** A query ends where its rows or bytes are full; what it gave is then a part. */
const isTooMuch = (rows: readonly EventRow[]): boolean =>
  rows.length > QUESTION_EVENTS || rows.reduce((sum, { content }) => sum + content.length, 0) >= QUESTION_BYTES;
