import { Inject, Injectable } from '@nestjs/common';
import { ApiFault } from '@lading/api';
import { prefixLengths, translateEpc, type EpcFormat } from '@lading/provenance';
import type { EventFilter, EventQuery, EventRow } from '@lading/storage';
import { epcisReply } from '../http/epcisReply.js';
import { sendEvents } from '../http/eventsReply.js';
import type { HttpReply, HttpRequest } from '../http/http.types.js';
import { Projector } from '../projector/projector.js';
import { PROVENANCE_OPTIONS, type ProvenanceOptions } from '../provenance.options.js';
import { common } from './draft.js';
import type { Given, RawParameters } from './given.js';
import { pageSize, pageToken } from './parameters.js';
import { PageTokens } from './pageTokens.js';
import { queryDocument } from './queryDocument.js';
import { readQuestion, type Question } from './question.js';
import type { Translate } from './translate.js';

export interface AskedEvents {
  readonly given: Given;
  readonly page: RawParameters;
  /** What the path adds to the parameters. */
  readonly within?: EventFilter;
  /** Path and parameters of the next page, but for its token. */
  readonly path: string;
  readonly parameters: URLSearchParams;
  readonly queryName: string;
  readonly format: EpcFormat;
  readonly organization: string;
}

/** Where a page begins. */
interface Place {
  readonly after: readonly number[] | null;
  /** First event that is not in the answer: those that came after the first page was asked. */
  readonly before: number;
  /** Events that all pages together may still have. */
  readonly left: number;
}

/** Bytes of events in one answer; the event that reaches them is the last. */
export const ANSWER_BYTES = 8 << 20;

/** Whether an answer was ended by its size, so that there may be more. */
export const isFull = (rows: readonly EventRow[]): boolean =>
  rows.reduce((sum, { content }) => sum + content.length, 0) >= ANSWER_BYTES;

/** How far an order by an extension field is followed. */
const FIELD_ORDER_LIMIT = 10_000;

/** Answers questions about events, page by page. */
@Injectable()
export class EventAnswers {
  constructor(
    @Inject(PROVENANCE_OPTIONS) private readonly options: ProvenanceOptions,
    @Inject(Projector) private readonly projector: Projector,
    @Inject(PageTokens) private readonly tokens: PageTokens
  ) {}

  translate(format: EpcFormat): Translate {
    const prefixes = this.options.config.organizations.flatMap(({ companyPrefixes }) => companyPrefixes);
    const lookup = prefixLengths(prefixes);
    return (uri) => translateEpc(uri, format, lookup);
  }

  /** One page as an EPCISQueryDocument; the next one is in Link. */
  async answer(asked: AskedEvents, request: HttpRequest, reply: HttpReply): Promise<void> {
    const { projection, nowMs } = this.options;
    // Taken before the rows: an answer may show more than the height it names, never less.
    const height = this.projector.reflectedHeight;
    const question = await readQuestion(asked.given, projection.vocabulary);
    const scope = JSON.stringify([asked.organization, asked.path, asked.format, question.text]);
    const token = pageToken(asked.page['nextPageToken']);
    const place = token === null ? this.start(question) : placeOf(this.tokens.read(scope, token));
    const filter = together(question.filter, asked.within ?? {}, place.before);
    if (token === null) await this.refuseTooMany(question, filter);
    const perPage = Math.min(pageSize(asked.page['perPage']), place.left);
    const { order, direction } = question;
    const rows = await projection.events({
      ...filter,
      ...{ order, direction, limit: perPage + 1, limitBytes: ANSWER_BYTES },
      ...(place.after === null ? {} : { after: place.after })
    });
    const page = rows.slice(0, perPage);
    epcisReply(reply, 200, height);
    const last = page.at(-1);
    if ((rows.length > perPage || isFull(rows)) && last !== undefined && place.left > page.length) {
      const after = keyOf(question.order, last, place, page.length);
      this.link(asked, scope, { after, before: place.before, left: place.left - page.length }, reply);
    }
    const document = { queryName: asked.queryName, nowMs: nowMs(), translate: this.translate(asked.format) };
    sendEvents(request, reply, queryDocument(page, document));
  }

  private start(question: Question): Place {
    const grows = question.order === 'sequence' && question.direction === 'ASC';
    const before = grows ? Number.MAX_SAFE_INTEGER : this.projector.eventCount;
    return { after: null, before, left: question.countLimit ?? Number.MAX_SAFE_INTEGER };
  }

  private async refuseTooMany({ maxCount }: Question, filter: EventFilter): Promise<void> {
    if (maxCount === null) return;
    const found = await this.options.projection.countEvents(filter, maxCount + 1);
    if (found > maxCount) throw new ApiFault('QUERY_TOO_LARGE', `more than ${maxCount} events match`);
  }

  private link(asked: AskedEvents, scope: string, next: Place, reply: HttpReply): void {
    const position = [next.before.toString(36), next.left.toString(36), ...(next.after ?? [])];
    this.tokens.offer(reply, { scope, position, path: asked.path, parameters: asked.parameters });
  }
}

function placeOf([before = '', left = '', ...after]: readonly string[]): Place {
  return { before: Number.parseInt(before, 36), left: Number.parseInt(left, 36), after: after.map(Number) };
}

function keyOf(order: EventQuery['order'], last: EventRow, place: Place, shown: number): readonly number[] {
  if (order === 'sequence') return [last.sequence];
  if (order === 'eventTime') return [last.eventTimeMs, last.sequence];
  const offset = (place.after?.[0] ?? 0) + shown;
  if (offset >= FIELD_ORDER_LIMIT) {
    throw new ApiFault('QUERY_TOO_LARGE', `an order by an extension field ends after ${FIELD_ORDER_LIMIT} events`);
  }
  return [offset];
}

/** Both filters must hold. */
function together(asked: EventFilter, within: EventFilter, before: number): EventFilter {
  return {
    ...asked,
    ...(within.types === undefined ? {} : { types: common(asked.types, within.types) }),
    ...(within.bizSteps === undefined ? {} : { bizSteps: common(asked.bizSteps, within.bizSteps) }),
    matches: [...(asked.matches ?? []), ...(within.matches ?? [])],
    fields: [...(asked.fields ?? []), ...(within.fields ?? [])],
    beforeSequence: before
  };
}
