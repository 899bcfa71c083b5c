import { Inject, Injectable } from '@nestjs/common';
import type { CorrectionsAnswer, FsmaAnswer, SiteBalanceAnswer } from '@lading/api';
import { decimalText, FLOWS, gtinOf, siteBalance, type Flow } from '@lading/provenance';
import { DESCENDANTS, type EventFilter, type EventRow } from '@lading/storage';
import { PROVENANCE_OPTIONS, type ProvenanceOptions } from '../provenance.options.js';
import { traceEvents } from '../trace/traceEvents.js';
import { ClaimQuestion } from './claimQuestion.js';
import { Descriptions } from './descriptions.js';
import { FSMA_COLUMNS, fsmaRows, lotSources, placesOf } from './fsmaRows.js';
import { lotsMoved } from './lotsMoved.js';
import { iso } from './itemQuestions.js';
import { StoryReader } from './story.js';

const DEPENDANTS = 100;

interface Period {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Questions about sites, periods and everything that was corrected. */
@Injectable()
export class AuditReports {
  readonly claims: ClaimQuestion;

  constructor(
    @Inject(PROVENANCE_OPTIONS) private readonly options: ProvenanceOptions,
    @Inject(StoryReader) private readonly stories: StoryReader
  ) {
    this.claims = new ClaimQuestion(options, stories);
  }

  async balance(site: string, { fromMs, toMs }: Period): Promise<SiteBalanceAnswer> {
    const { height } = this.stories;
    const places = await this.options.projection.vocabulary.withDescendants([site]);
    const { events, truncated: isCut } = await this.stories.matching({
      matches: [{ roles: ['readPoint', 'bizLocation'], items: places }],
      eventTimeBeforeMs: toMs
    });
    const lines = siteBalance(events, fromMs, toMs).map((line) => {
      const { subject, uom, units, digits, counted, difference, untold } = line;
      const flows = [...FLOWS, 'opening', 'closing'] as const;
      const amounts = flows.map((name) => [name, decimalText(line[name], digits)] as const);
      return {
        ...{ subject, uom, units: [...units], ...(Object.fromEntries(amounts) as Record<Flow | 'opening' | 'closing', string>) },
        counted: counted === null ? null : decimalText(counted, digits),
        difference: difference === null ? null : decimalText(difference, digits),
        untold
      };
    });
    const truncated = isCut || places.length > DESCENDANTS + 1;
    return { height, truncated, site, from: iso(fromMs), to: iso(toMs), lines };
  }

  /** Error declarations in the order of the ledger, from a sequence number on. */
  async corrections(filter: EventFilter, from: number, limit: number): Promise<{ answer: CorrectionsAnswer; next: number | null }> {
    const { projection } = this.options;
    const { height } = this.stories;
    const query = { ...filter, errorDeclared: true, fromSequence: from, order: 'sequence', direction: 'ASC' } as const;
    const found = await projection.events({ ...query, limit: limit + 1 });
    const page = found.slice(0, limit);
    const corrections = [];
    for (const row of page) corrections.push(await this.#correction(row));
    const next = found[limit]?.sequence ?? null;
    return { answer: { height, corrections, nextPageToken: null }, next };
  }

  async #correction(row: EventRow): Promise<CorrectionsAnswer['corrections'][number]> {
    const { projection } = this.options;
    const versions = await projection.events({
      ...{ eventIds: [row.eventId], order: 'sequence', direction: 'ASC', limit: 10, beforeSequence: row.sequence }
    });
    const original = versions.find((one) => one.organization === row.organization && !one.errorDeclared) ?? null;
    const [declared, first] = await traceEvents(original === null ? [row] : [row, original], projection);
    if (declared === undefined) throw new Error(`event ${row.sequence} has no view`);
    const items = declared.items.map(({ item }) => item);
    const later = items.length === 0 ? [] : await this.#dependants(items, original ?? row);
    const { errorDeclaration = {} } = JSON.parse(Buffer.from(row.content).toString('utf8')) as {
      errorDeclaration?: { declarationTime?: string; reason?: string; correctiveEventIDs?: readonly string[] };
    };
    return {
      declared,
      declarationTime: errorDeclaration.declarationTime ?? null,
      reason: errorDeclaration.reason ?? null,
      correctedBy: [...(errorDeclaration.correctiveEventIDs ?? [])],
      original: first ?? null,
      dependants: later
    };
  }

  async #dependants(items: readonly string[], original: EventRow): Promise<string[]> {
    const goods = { roles: GOODS, items };
    const rows = await this.options.projection.events({
      ...{ matches: [goods], fromSequence: original.sequence + 1, order: 'sequence', direction: 'ASC', limit: DEPENDANTS }
    });
    return rows.filter(({ organization }) => organization !== original.organization).map(({ eventId }) => eventId);
  }

  /** The sheet that is due within 24 hours of a request: of a lot, of a period, or of both. */
  async fsma(lot: string | null, period: Partial<Period>): Promise<FsmaAnswer> {
    const { height } = this.stories;
    const { fromMs, toMs } = period;
    const within = (ms: number): boolean => ms >= (fromMs ?? -Infinity) && ms < (toMs ?? Infinity);
    const story =
      lot === null
        ? await this.stories.matching({
            ...(fromMs === undefined ? {} : { eventTimeFromMs: fromMs }),
            ...(toMs === undefined ? {} : { eventTimeBeforeMs: toMs })
          })
        : await this.stories.withContainers(lot);
    const events = story.events.filter(({ eventTimeMs }) => within(eventTimeMs));
    const containers = new Set(events.flatMap(({ items }) => items.flatMap(({ role, uri }) => (/\/00\//.test(uri) && role ? [uri] : []))));
    const packing = lot === null ? await this.stories.ofItems([...containers]) : story;
    const moved = lotsMoved(events, packing.events);
    const lots = new Set([...moved.values()].flatMap((list) => list.map(({ uri }) => uri)));
    const origins = lot === null ? await this.stories.ofItems([...lots]) : story;
    const sources = lotSources(origins.events);
    const descriptions = new Descriptions(this.options);
    const products = [...lots].flatMap((uri) => [uri, `https://id.gs1.org/01/${gtinOf(uri)}`]);
    const places = events.flatMap((event) => Object.values(placesOf(event)));
    await descriptions.read([...new Set([...products, ...places, ...sources.values()])]);
    descriptions.learn(origins.events, origins.rows);
    const rows = fsmaRows({ events, rows: story.rows, lotsOf: moved, sources, lot, descriptions });
    const truncated = story.truncated || packing.truncated || origins.truncated;
    return { height, truncated, columns: [...FSMA_COLUMNS], rows: rows.map((row) => [...row]) };
  }
}

const GOODS = [
  ...['epc', 'epcClass', 'childEPC', 'childEPCClass', 'parentID'],
  ...['inputEPC', 'inputEPCClass', 'outputEPC', 'outputEPCClass']
];
