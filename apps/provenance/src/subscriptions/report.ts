import { Inject, Injectable } from '@nestjs/common';
import { ApiFault, problemOf } from '@lading/api';
import { toBase64Url } from '@lading/kernel';
import { EPC_FORMATS } from '@lading/provenance';
import { Projector } from '../projector/projector.js';
import { PROVENANCE_OPTIONS, type ProvenanceOptions } from '../provenance.options.js';
import { ANSWER_BYTES, EventAnswers, isFull } from '../query/eventAnswers.js';
import { givenInDefinition } from '../query/given.js';
import { queryDocument } from '../query/queryDocument.js';
import { readQuestion, type Question } from '../query/question.js';

/** Events in one message. */
const MESSAGE_EVENTS = 100;

/** What a standing query is about. */
export interface Standing {
  readonly id: string;
  readonly query: string;
  readonly definition: string;
  readonly epcFormat: string;
  readonly initialRecordTimeMs: number | null;
}

export interface Report {
  /** The message, or null when nothing matches. */
  readonly text: string | null;
  /** First event of the message, or where the search ended. */
  readonly first: number;
  /** Where the next report begins. */
  readonly next: number;
  /** Whether there is nothing more to report now. */
  readonly last: boolean;
}

/** Makes the messages of subscriptions: what matches a query, a hundred events at a time, in the order of the ledger. */
@Injectable()
export class Reports {
  constructor(
    @Inject(PROVENANCE_OPTIONS) private readonly options: ProvenanceOptions,
    @Inject(Projector) private readonly projector: Projector,
    @Inject(EventAnswers) private readonly answers: EventAnswers
  ) {}

  /** Where a subscription that begins now begins: at its initial record time, or behind what is known. */
  start(initialRecordTimeMs: number | null): number {
    return initialRecordTimeMs === null ? this.projector.eventCount : 0;
  }

  /** The query, when it can stand: an end of the answer makes no sense without an end of the events. */
  async question(definition: string): Promise<Question> {
    const question = await readQuestion(givenInDefinition(definition), this.options.projection.vocabulary);
    if (question.countLimit !== null || question.maxCount !== null) {
      throw new ApiFault('SUBSCRIPTION_INVALID', 'a query with eventCountLimit or maxEventCount cannot be subscribed to');
    }
    return question;
  }

  async next(standing: Standing, from: number): Promise<Report> {
    const until = this.projector.eventCount;
    if (until <= from) return { text: null, first: from, next: from, last: true };
    const { filter } = await this.question(standing.definition);
    const since = Math.max(filter.recordTimeFromMs ?? 0, standing.initialRecordTimeMs ?? 0);
    const rows = await this.options.projection.events({
      ...filter,
      ...{ fromSequence: from, beforeSequence: until, recordTimeFromMs: since },
      ...{ order: 'sequence', direction: 'ASC', limit: MESSAGE_EVENTS + 1, limitBytes: ANSWER_BYTES }
    });
    const page = rows.slice(0, MESSAGE_EVENTS);
    const [first] = page;
    if (first === undefined) return { text: null, first: until, next: until, last: true };
    const last = rows.length <= MESSAGE_EVENTS && !isFull(rows);
    const next = last ? until : (page.at(-1)?.sequence ?? 0) + 1;
    return { text: this.message(standing, page), first: first.sequence, next, last };
  }

  empty(standing: Standing): string {
    return this.message(standing, []);
  }

  /**
   * What a subscriber is told when his question cannot be answered any more: the problem that asking it gets. Null for what
   * is not the question's fault, and passes.
   */
  problem({ id, query }: Standing, error: unknown): string | null {
    const { code, detail } = error as { readonly code?: unknown; readonly detail?: unknown };
    const isOfQuestion = error instanceof ApiFault || code === 'QUERY_TOO_COMPLEX';
    if (!isOfQuestion) return null;
    const fault = error instanceof ApiFault ? error : new ApiFault('QUERY_TOO_COMPLEX', String(detail));
    const context = { path: `/epcis/v2/queries/${query}/subscriptions/${id}`, requestId: toBase64Url(this.options.randomBytes(12)) };
    return JSON.stringify(problemOf(fault, context));
  }

  private message(standing: Standing, rows: Parameters<typeof queryDocument>[0]): string {
    const format = EPC_FORMATS.find((known) => known === standing.epcFormat) ?? 'Always_GS1_Digital_Link';
    return queryDocument(rows, {
      ...{ queryName: standing.query, subscriptionId: standing.id, nowMs: this.options.nowMs() },
      translate: this.answers.translate(format)
    });
  }
}
