import { Inject, Injectable } from '@nestjs/common';
import { ApiFault, HEADER } from '@lading/api';
import { epcisReply } from '../http/epcisReply.js';
import { epcFormatOf } from '../http/epcisRequest.js';
import { callerOf, headerOf, type HttpReply, type HttpRequest } from '../http/http.types.js';
import { Projector } from '../projector/projector.js';
import { PROVENANCE_OPTIONS, type ProvenanceOptions } from '../provenance.options.js';
import { EventAnswers } from '../query/eventAnswers.js';
import { givenInAddress, type RawParameters } from '../query/given.js';
import { nextParameters } from '../query/nextParameters.js';
import { pageSize, pageToken } from '../query/parameters.js';
import { PageTokens } from '../query/pageTokens.js';
import { collection } from './collection.js';
import { memberOf, RESOURCES, type Resource, type ResourceName } from './resources.js';

const BASE = '/epcis/v2';

/** Answers for the six kinds of top-level resources. */
@Injectable()
export class ResourceAnswers {
  constructor(
    @Inject(PROVENANCE_OPTIONS) private readonly options: ProvenanceOptions,
    @Inject(Projector) private readonly projector: Projector,
    @Inject(EventAnswers) private readonly answers: EventAnswers,
    @Inject(PageTokens) private readonly tokens: PageTokens
  ) {}

  /** What is known of a kind, page by page; words of the standard come with the first page, beyond its size. */
  async list(name: ResourceName, query: RawParameters, request: HttpRequest, reply: HttpReply): Promise<void> {
    const [other] = Object.keys(query).filter((parameter) => parameter !== 'perPage' && parameter !== 'nextPageToken');
    if (other !== undefined) throw new ApiFault('PARAMETER_UNKNOWN', `${other} is not a parameter here`);
    const height = this.projector.reflectedHeight;
    const resource: Resource = RESOURCES[name];
    const scope = `${name} ${epcFormatOf(request)}`;
    const token = pageToken(query['nextPageToken']);
    const perPage = pageSize(query['perPage']);
    const after = Buffer.from(token === null ? '' : (this.tokens.read(scope, token)[0] ?? ''), 'base64url');
    const rows = await this.terms(resource, after, perPage + 1);
    const page = rows.slice(0, perPage);
    epcisReply(reply, 200, height);
    const last = page.at(-1);
    if (rows.length > perPage && last !== undefined) {
      const position = [last.hash.toString('base64url')];
      this.tokens.offer(reply, { scope, position, path: `${BASE}/${name}`, parameters: { perPage: String(perPage) } });
    }
    const translate = this.answers.translate(epcFormatOf(request));
    const words = token === null ? resource.words : [];
    reply.send(collection([...new Set([...words, ...page.map(({ value }) => translate(value))])]));
  }

  async one(name: ResourceName, id: string, reply: HttpReply): Promise<void> {
    const height = this.projector.reflectedHeight;
    await memberOf(RESOURCES[name], id, this.options.projection.vocabulary);
    epcisReply(reply, 200, height).send(collection(['events']));
  }

  async events(name: ResourceName, id: string, page: RawParameters, request: HttpRequest, reply: HttpReply): Promise<void> {
    const resource: Resource = RESOURCES[name];
    const member = await memberOf(resource, id, this.options.projection.vocabulary);
    const asked = {
      given: givenInAddress(page, headerOf(request, HEADER.extensions)),
      ...{ page, within: resource.filter(member), queryName: 'SimpleEventQuery' },
      ...{ path: `${BASE}/${name}/${encodeURIComponent(id)}/events`, parameters: nextParameters(page) },
      ...{ format: epcFormatOf(request), organization: callerOf(request).organization }
    };
    await this.answers.answer(asked, request, reply);
  }

  private async terms(
    { terms }: Resource,
    after: Buffer,
    limit: number
  ): Promise<readonly { readonly hash: Buffer; readonly value: string }[]> {
    const { vocabulary } = this.options.projection;
    if (terms === null) return [];
    return terms === 'epc' ? vocabulary.epcs(after, limit) : vocabulary.terms(terms, after, limit);
  }
}
