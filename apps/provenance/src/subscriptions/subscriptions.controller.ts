import { Controller, Delete, Get, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiFault, MEDIA } from '@lading/api';
import { Authenticated, Roles } from '@lading/identity';
import { toBase64Url } from '@lading/kernel';
import type { SubscriptionRow } from '@lading/storage';
import { jsonBody } from '../http/body.js';
import { epcisReply } from '../http/epcisReply.js';
import { EpcisRoutes, epcFormatOf } from '../http/epcisRequest.js';
import { callerOf, type HttpReply, type HttpRequest } from '../http/http.types.js';
import { REFUSED } from '../http/refused.js';
import { Projector } from '../projector/projector.js';
import { PROVENANCE_OPTIONS, type ProvenanceOptions } from '../provenance.options.js';
import { namedQuery } from '../queries/namedQuery.js';
import { pageSize, pageToken, type RawParameters } from '../query/parameters.js';
import { PageTokens } from '../query/pageTokens.js';
import { readSubscription } from './readSubscription.js';
import { Reports } from './report.js';
import { WebhookRunner } from './webhookRunner.js';
import { webhookTarget } from './webhookTarget.js';

const SUBSCRIPTIONS = 200;
const time = (ms: number): string => new Date(ms).toISOString();

/** A subscription as EPCIS shows it; the signatureToken is never shown. */
function view(row: SubscriptionRow): Readonly<Record<string, unknown>> {
  const { lastNotifiedMs, initialRecordTimeMs } = row;
  const timing =
    row.schedule === null
      ? { stream: true }
      : { schedule: JSON.parse(row.schedule) as unknown, reportIfEmpty: row.reportIfEmpty };
  return {
    subscriptionID: row.id,
    dest: row.target,
    createdAt: time(row.createdMs),
    ...(lastNotifiedMs === null ? {} : { lastNotifiedAt: time(lastNotifiedMs) }),
    ...(initialRecordTimeMs === null ? {} : { initialRecordTime: time(initialRecordTimeMs) }),
    minRecordTime: time(row.lastRunMs),
    epcFormat: row.epcFormat,
    ...timing,
    ...(row.failures === 0 ? {} : { failures: row.failures })
  };
}

@ApiTags('EPCIS queries')
@EpcisRoutes()
@Controller('epcis/v2/queries/:queryName/subscriptions')
export class SubscriptionsController {
  constructor(
    @Inject(PROVENANCE_OPTIONS) private readonly options: ProvenanceOptions,
    @Inject(Projector) private readonly projector: Projector,
    @Inject(PageTokens) private readonly tokens: PageTokens,
    @Inject(Reports) private readonly reports: Reports,
    @Inject(WebhookRunner) private readonly runner: WebhookRunner
  ) {}

  /** From now on the query's new events are posted to `dest`. */
  @Post()
  @Roles('query')
  @ApiConsumes(MEDIA.json)
  @ApiBody({
    description: '{dest, signatureToken, stream: true} or {dest, signatureToken, schedule, reportIfEmpty}',
    schema: { type: 'object' }
  })
  @ApiResponse({ status: 201, description: 'Subscribed; the subscription is at Location' })
  @ApiResponse({ status: 'default', ...REFUSED })
  async postSubscription(@Param('queryName') name: string, @Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    const { organization, definition } = await namedQuery(this.options, callerOf(request).organization, name);
    const { standing } = this.options.projection;
    const asked = readSubscription(jsonBody(request));
    const target = webhookTarget(asked.dest, this.options.webhookAllow ?? []);
    if (typeof target === 'string') throw new ApiFault('SUBSCRIPTION_TARGET', target);
    await this.reports.question(definition);
    if ((await standing.count('subscription', organization)) >= SUBSCRIPTIONS) {
      throw new ApiFault('QUOTA_EXCEEDED', `an organization has at most ${SUBSCRIPTIONS} subscriptions on a node`);
    }
    const now = this.options.nowMs();
    const { schedule, reportIfEmpty, initialRecordTimeMs, signatureToken } = asked;
    const row: SubscriptionRow = {
      ...{ id: toBase64Url(this.options.randomBytes(16)), organization, query: name, definition },
      ...{ target: asked.dest, signatureToken, epcFormat: epcFormatOf(request), schedule, reportIfEmpty },
      ...{ initialRecordTimeMs, createdMs: now, nextSequence: this.reports.start(initialRecordTimeMs) },
      ...{ lastRunMs: now, lastNotifiedMs: null, failures: 0, retryMs: null }
    };
    await standing.addSubscription(row);
    this.runner.add(row);
    epcisReply(reply, 201, this.projector.reflectedHeight);
    reply.header('Location', `/epcis/v2/queries/${name}/subscriptions/${row.id}`).send(JSON.stringify(view(row)));
  }

  @Get()
  @Authenticated()
  @ApiQuery({ name: 'perPage', required: false })
  @ApiQuery({ name: 'nextPageToken', required: false })
  @ApiResponse({ status: 200, description: 'Subscriptions to the query' })
  @ApiResponse({ status: 'default', ...REFUSED })
  async getSubscriptions(
    @Param('queryName') name: string,
    @Query() query: RawParameters,
    @Req() request: HttpRequest,
    @Res() reply: HttpReply
  ): Promise<void> {
    const { organization } = await namedQuery(this.options, callerOf(request).organization, name);
    const scope = `subscriptions ${organization} ${name}`;
    const token = pageToken(query['nextPageToken']);
    const after = token === null ? '' : (this.tokens.read(scope, token)[0] ?? '');
    const perPage = pageSize(query['perPage']);
    const rows = await this.options.projection.standing.subscriptions(organization, name, after, perPage + 1);
    const page = rows.slice(0, perPage);
    epcisReply(reply, 200, this.projector.reflectedHeight);
    const last = page.at(-1);
    if (rows.length > perPage && last !== undefined) {
      const path = `/epcis/v2/queries/${name}/subscriptions`;
      this.tokens.offer(reply, { scope, position: [last.id], path, parameters: { perPage: String(perPage) } });
    }
    reply.send(JSON.stringify(page.map((row) => view(this.runner.find(row.id) ?? row))));
  }

  @Get(':subscriptionID')
  @Authenticated()
  @ApiResponse({ status: 200, description: 'The subscription, and when it was last received' })
  @ApiResponse({ status: 'default', ...REFUSED })
  async getSubscription(
    @Param('queryName') name: string,
    @Param('subscriptionID') id: string,
    @Req() request: HttpRequest,
    @Res() reply: HttpReply
  ): Promise<void> {
    const row = await this.find(request, name, id);
    epcisReply(reply, 200, this.projector.reflectedHeight).send(JSON.stringify(view(this.runner.find(id) ?? row)));
  }

  @Delete(':subscriptionID')
  @Roles('query')
  @ApiResponse({ status: 204, description: 'Unsubscribed' })
  @ApiResponse({ status: 'default', ...REFUSED })
  async deleteSubscription(
    @Param('queryName') name: string,
    @Param('subscriptionID') id: string,
    @Req() request: HttpRequest,
    @Res() reply: HttpReply
  ): Promise<void> {
    const { organization } = await this.find(request, name, id);
    await this.options.projection.standing.removeSubscription(organization, name, id);
    this.runner.remove(id);
    epcisReply(reply, 204, this.projector.reflectedHeight).send();
  }

  private async find(request: HttpRequest, name: string, id: string): Promise<SubscriptionRow> {
    const { organization } = await namedQuery(this.options, callerOf(request).organization, name);
    const row = await this.options.projection.standing.findSubscription(organization, name, id);
    if (row === null) throw new ApiFault('SUBSCRIPTION_UNKNOWN', `the query ${name} has no subscription ${id}`);
    return row;
  }
}
