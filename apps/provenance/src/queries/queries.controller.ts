import { Controller, Delete, Get, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiFault, HEADER, MEDIA } from '@lading/api';
import { Authenticated, Roles } from '@lading/identity';
import type { NamedQueryRow } from '@lading/storage';
import { jsonBody } from '../http/body.js';
import { epcisReply } from '../http/epcisReply.js';
import { EpcisRoutes, epcFormatOf } from '../http/epcisRequest.js';
import { isUnchanged } from '../http/entityTag.js';
import { callerOf, headerOf, type HttpReply, type HttpRequest } from '../http/http.types.js';
import { REFUSED } from '../http/refused.js';
import { Projector } from '../projector/projector.js';
import { PROVENANCE_OPTIONS, type ProvenanceOptions } from '../provenance.options.js';
import { EVENT_PAGE } from '../query/documentedParameters.js';
import { EventAnswers } from '../query/eventAnswers.js';
import { givenInDefinition, prefixesOf, type RawParameters } from '../query/given.js';
import { pageSize, pageToken } from '../query/parameters.js';
import { PageTokens } from '../query/pageTokens.js';
import { readQuestion } from '../query/question.js';
import { WebhookRunner } from '../subscriptions/webhookRunner.js';
import { readDefinition } from './definition.js';
import { namedQuery } from './namedQuery.js';

const PATH = '/epcis/v2/queries';
const QUERIES = 1000;
/** Parameters of a WebSocket subscription; without an upgrade they have no meaning. */
const SUBSCRIBING = ['stream', 'reportIfEmpty', 'initialRecordTime', 'second', 'minute', 'hour', 'dayOfMonth', 'month', 'dayOfWeek'];

const definitionText = ({ name, definition }: NamedQueryRow): string => `{"name":${JSON.stringify(name)},"query":${definition}}`;

@ApiTags('EPCIS queries')
@EpcisRoutes()
@Controller('epcis/v2/queries')
export class QueriesController {
  constructor(
    @Inject(PROVENANCE_OPTIONS) private readonly options: ProvenanceOptions,
    @Inject(Projector) private readonly projector: Projector,
    @Inject(EventAnswers) private readonly answers: EventAnswers,
    @Inject(PageTokens) private readonly tokens: PageTokens,
    @Inject(WebhookRunner) private readonly runner: WebhookRunner
  ) {}

  /** Keeps a query under a name. Its parameters are checked now, not when somebody asks it. */
  @Post()
  @Roles('query')
  @ApiConsumes(MEDIA.json)
  @ApiBody({ description: '{name, query: {parameter: value or list}}', schema: { type: 'object' } })
  @ApiResponse({ status: 201, description: 'Created; its definition is at Location' })
  @ApiResponse({ status: 'default', ...REFUSED })
  async postQuery(@Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    const { organization, member } = callerOf(request);
    const { standing, vocabulary } = this.options.projection;
    const { name, definition } = readDefinition(jsonBody(request));
    const given = givenInDefinition(definition, prefixesOf(headerOf(request, HEADER.extensions)));
    await readQuestion(given, vocabulary).catch((error: unknown) => {
      throw error instanceof ApiFault ? new ApiFault('QUERY_INVALID', error.detail, error.details) : error;
    });
    if ((await standing.count('named_query', organization)) >= QUERIES) {
      throw new ApiFault('QUOTA_EXCEEDED', `an organization has at most ${QUERIES} named queries on a node`);
    }
    const row = { organization, name, definition, member, createdMs: this.options.nowMs() };
    if (!(await standing.addQuery(row))) throw new ApiFault('QUERY_EXISTS', `a query named ${name} exists already`);
    epcisReply(reply, 201, this.projector.reflectedHeight).header('Location', `${PATH}/${name}`).send();
  }

  @Get()
  @Authenticated()
  @ApiQuery({ name: 'perPage', required: false })
  @ApiQuery({ name: 'nextPageToken', required: false })
  @ApiResponse({ status: 200, description: 'Definitions of the organization’s queries' })
  @ApiResponse({ status: 'default', ...REFUSED })
  async getQueries(@Query() query: RawParameters, @Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    const { organization } = callerOf(request);
    const scope = `queries ${organization}`;
    const token = pageToken(query['nextPageToken']);
    const after = token === null ? '' : Buffer.from(this.tokens.read(scope, token)[0] ?? '', 'base64url').toString('utf8');
    const perPage = pageSize(query['perPage']);
    const rows = await this.options.projection.standing.queries(organization, after, perPage + 1);
    const page = rows.slice(0, perPage);
    epcisReply(reply, 200, this.projector.reflectedHeight);
    const last = page.at(-1);
    if (rows.length > perPage && last !== undefined) {
      const position = [Buffer.from(last.name).toString('base64url')];
      this.tokens.offer(reply, { scope, position, path: PATH, parameters: { perPage: String(perPage) } });
    }
    reply.send(`[${page.map(definitionText).join(',')}]`);
  }

  @Get(':queryName')
  @Authenticated()
  @ApiResponse({ status: 200, description: 'Its definition' })
  @ApiResponse({ status: 'default', ...REFUSED })
  async getQuery(@Param('queryName') name: string, @Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    const row = await namedQuery(this.options, callerOf(request).organization, name);
    epcisReply(reply, 200, this.projector.reflectedHeight);
    if (!isUnchanged(request, reply, [definitionText(row), String(row.createdMs)])) reply.send(definitionText(row));
  }

  @Delete(':queryName')
  @Roles('query')
  @ApiResponse({ status: 204, description: 'The query and its subscriptions are gone' })
  @ApiResponse({ status: 'default', ...REFUSED })
  async deleteQuery(@Param('queryName') name: string, @Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    const { organization } = await namedQuery(this.options, callerOf(request).organization, name);
    await this.options.projection.standing.removeQuery(organization, name);
    this.runner.removeQuery(organization, name);
    epcisReply(reply, 204, this.projector.reflectedHeight).send();
  }

  /** Asks the query. With `Upgrade: websocket` this address is a subscription, which the socket server answers. */
  @Get(':queryName/events')
  @Authenticated()
  @ApiQuery({ name: 'perPage', required: false })
  @ApiQuery({ name: 'nextPageToken', required: false })
  @ApiResponse(EVENT_PAGE)
  @ApiResponse({ status: 'default', ...REFUSED })
  async getQueryEvents(
    @Param('queryName') name: string,
    @Query() page: RawParameters,
    @Req() request: HttpRequest,
    @Res() reply: HttpReply
  ): Promise<void> {
    const { definition, organization } = await namedQuery(this.options, callerOf(request).organization, name);
    for (const parameter of Object.keys(page)) {
      if (SUBSCRIBING.includes(parameter)) {
        throw new ApiFault('SUBSCRIPTION_INVALID', `${parameter} belongs to a subscription: send Upgrade: websocket`);
      }
      if (parameter !== 'perPage' && parameter !== 'nextPageToken') {
        throw new ApiFault('PARAMETER_UNKNOWN', `${parameter} is not a parameter here: the query says what is asked`);
      }
    }
    const parameters = new URLSearchParams(page['perPage'] === undefined ? {} : { perPage: String(page['perPage']) });
    const path = `${PATH}/${name}/events`;
    const format = epcFormatOf(request);
    const given = givenInDefinition(definition);
    await this.answers.answer({ given, page, path, parameters, queryName: name, format, organization }, request, reply);
  }
}
