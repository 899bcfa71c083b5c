import { Controller, Get, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiConsumes, ApiHeader, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiFault, encodeCursor, HEADER, MEDIA, preferredWaitSeconds, schemaRef } from '@lading/api';
import { Authenticated } from '@lading/identity';
import type { EventRow } from '@lading/storage';
import { captureRequest, type CaptureRequest } from '../capture/captureRequest.js';
import { CaptureService } from '../capture/captureService.js';
import { eventIdConflict, knownEvents } from '../capture/knownEvents.js';
import { isDuplicate, outcomeFault } from '../capture/outcomeFault.js';
import { requireJson } from '../http/accept.js';
import { epcisReply } from '../http/epcisReply.js';
import { REFUSED } from '../http/refused.js';
import { headerOf, type HttpReply, type HttpRequest } from '../http/http.types.js';
import { Projector } from '../projector/projector.js';
import { PROVENANCE_OPTIONS, type ProvenanceOptions } from '../provenance.options.js';
import { EVENT_PARAMETERS, readQuery, type PagedQuery, type RawParameters } from './parameters.js';
import { queryDocument } from './queryDocument.js';

const WAIT_SECONDS = 30;
/** Events of one id: the event and its error declarations. */
const SAME_ID = 100;

const documented = (): MethodDecorator => (target, key, descriptor) => {
  for (const name of EVENT_PARAMETERS)
    ApiQuery({ name, required: false, description: 'Several values: a|b' })(target, key, descriptor);
};

@ApiTags('EPCIS events')
@ApiBearerAuth()
@Controller('epcis/v2/events')
export class EventsController {
  constructor(
    @Inject(PROVENANCE_OPTIONS) private readonly options: ProvenanceOptions,
    @Inject(CaptureService) private readonly captures: CaptureService,
    @Inject(Projector) private readonly projector: Projector
  ) {}

  /** One bare event, synchronously: 201 once it is final and can be read back. */
  @Post()
  @Authenticated()
  @ApiConsumes(MEDIA.json, MEDIA.ldJson)
  @ApiBody({ description: 'One EPCIS event', schema: { type: 'object' } })
  @ApiHeader({
    name: 'Lading-Signature',
    required: false,
    description: '<b64u header>..<b64u signature> over the body'
  })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiResponse({ status: 201, description: 'Captured; the event is at Location' })
  @ApiResponse({ status: 'default', ...REFUSED })
  async postEvent(@Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    const capture = captureRequest(request, this.options, 'event');
    if (await this.isRepeated(capture)) return this.created(capture, true, reply);
    const wait = preferredWaitSeconds(headerOf(request, HEADER.prefer)) ?? WAIT_SECONDS;
    const answer = await this.captures.one(capture, Math.min(wait, WAIT_SECONDS) * 1000);
    const fault = outcomeFault(answer.outcome);
    if (fault !== null) throw fault;
    this.created(capture, answer.replayed || isDuplicate(answer.outcome), reply);
  }

  @Get()
  @Authenticated()
  @documented()
  @ApiQuery({ name: 'orderBy', required: false, enum: ['eventTime', 'recordTime'] })
  @ApiQuery({ name: 'orderDirection', required: false, enum: ['ASC', 'DESC'] })
  @ApiQuery({ name: 'perPage', required: false })
  @ApiQuery({ name: 'nextPageToken', required: false })
  @ApiResponse({
    status: 200,
    description: 'Matching events; the next page is in Link',
    schema: schemaRef('EPCISQueryDocument')
  })
  @ApiResponse({ status: 'default', ...REFUSED })
  async getEvents(
    @Query() parameters: RawParameters,
    @Req() request: HttpRequest,
    @Res() reply: HttpReply
  ): Promise<void> {
    requireJson(request);
    const paged = readQuery(parameters);
    // Taken before the rows: an answer may show more than the height it names, never less.
    const height = this.projector.reflectedHeight;
    const rows = await this.options.projection.events(paged.query);
    const page = rows.slice(0, paged.perPage);
    epcisReply(reply, 200, height);
    const last = page.at(-1);
    if (rows.length > paged.perPage && last !== undefined) reply.header('Link', nextLink(parameters, paged, last));
    reply.send(queryDocument(page, 'SimpleEventQuery', this.options.nowMs()));
  }

  @Get(':eventID')
  @Authenticated()
  @ApiResponse({
    status: 200,
    description: 'The event, and error declarations on it',
    schema: schemaRef('EPCISQueryDocument')
  })
  @ApiResponse({ status: 'default', ...REFUSED })
  async getEvent(
    @Param('eventID') eventId: string,
    @Req() request: HttpRequest,
    @Res() reply: HttpReply
  ): Promise<void> {
    requireJson(request);
    const height = this.projector.reflectedHeight;
    const rows = await this.options.projection.events({
      eventIds: [eventId],
      order: 'sequence',
      direction: 'ASC',
      limit: SAME_ID
    });
    if (rows.length === 0) throw new ApiFault('EVENT_UNKNOWN', `no event has this id as of height ${height}`);
    epcisReply(reply, 200, height).send(queryDocument(rows, 'SimpleEventQuery', this.options.nowMs()));
  }

  /** Whether the event was captured before with the same content: then nothing is ordered again. */
  private async isRepeated({ organization, events }: CaptureRequest): Promise<boolean> {
    const [known] = await knownEvents(organization, events, this.options.store);
    if (known === undefined) return false;
    if (!known.same) throw eventIdConflict(known);
    await this.projector.waitFor(known.place[0], WAIT_SECONDS * 1000);
    return true;
  }

  private created({ events, captureId }: CaptureRequest, replayed: boolean, reply: HttpReply): void {
    const [event] = events;
    epcisReply(reply, 201, this.projector.reflectedHeight);
    reply.header('Location', `/epcis/v2/events/${encodeURIComponent(event?.eventID ?? '')}`);
    if (replayed) reply.header('Idempotent-Replayed', 'true');
    else reply.header('Lading-Capture', captureId);
    reply.send();
  }
}

function nextLink(parameters: RawParameters, { query, fingerprint }: PagedQuery, last: EventRow): string {
  const after = query.order === 'sequence' ? [last.sequence] : [last.eventTimeMs, last.sequence];
  const next = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (typeof value === 'string') next.set(name, value);
  next.set('nextPageToken', encodeCursor({ fingerprint, after }));
  return `</epcis/v2/events?${next.toString()}>; rel="next"`;
}
