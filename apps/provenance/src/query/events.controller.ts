import { Controller, Get, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiHeader, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiFault, HEADER, MEDIA, preferredWaitSeconds, schemaRef } from '@lading/api';
import { Authenticated } from '@lading/identity';
import type { EventRow } from '@lading/storage';
import { captureRequest, type CaptureRequest } from '../capture/captureRequest.js';
import { CaptureService } from '../capture/captureService.js';
import { eventIdConflict, knownEvents } from '../capture/knownEvents.js';
import { isDuplicate, outcomeFault } from '../capture/outcomeFault.js';
import { answerMedia } from '../http/accept.js';
import { epcisReply } from '../http/epcisReply.js';
import { sendCreated, sendEvents } from '../http/eventsReply.js';
import { EpcisRoutes, epcFormatOf } from '../http/epcisRequest.js';
import { isUnchanged } from '../http/entityTag.js';
import { REFUSED } from '../http/refused.js';
import { callerOf, headerOf, type HttpReply, type HttpRequest } from '../http/http.types.js';
import { Projector } from '../projector/projector.js';
import { PROVENANCE_OPTIONS, type ProvenanceOptions } from '../provenance.options.js';
import { EventAnswers } from './eventAnswers.js';
import { EventQueryParameters, EVENT_PAGE } from './documentedParameters.js';
import { givenInAddress, type RawParameters } from './given.js';
import { nextParameters } from './nextParameters.js';
import { bareEvent, captureDocument, queryDocument } from './queryDocument.js';

const WAIT_SECONDS = 30;
/** Events of one id: the event and its error declarations. */
const SAME_ID = 100;
const PATH = '/epcis/v2/events';

@ApiTags('EPCIS events')
@EpcisRoutes()
@Controller('epcis/v2/events')
export class EventsController {
  constructor(
    @Inject(PROVENANCE_OPTIONS) private readonly options: ProvenanceOptions,
    @Inject(CaptureService) private readonly captures: CaptureService,
    @Inject(Projector) private readonly projector: Projector,
    @Inject(EventAnswers) private readonly answers: EventAnswers
  ) {}

  /** One bare event, synchronously: 201 once it is final and can be read back. */
  @Post()
  @Authenticated()
  @ApiConsumes(MEDIA.json, MEDIA.ldJson, MEDIA.xml)
  @ApiBody({ description: 'One EPCIS event', schema: { type: 'object' } })
  @ApiHeader({
    name: 'Lading-Signature',
    required: false,
    description: '<b64u header>..<b64u signature> over the body'
  })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiResponse({ status: 201, description: 'Captured; the event as it stands at Location' })
  @ApiResponse({ status: 'default', ...REFUSED })
  async postEvent(@Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    const capture = await captureRequest(request, this.options, 'event');
    if (await this.isRepeated(capture)) return this.created(capture, true, request, reply);
    const wait = preferredWaitSeconds(headerOf(request, HEADER.prefer)) ?? WAIT_SECONDS;
    const answer = await this.captures.one(capture, Math.min(wait, WAIT_SECONDS) * 1000);
    const fault = outcomeFault(answer.outcome);
    if (fault !== null) throw fault;
    await this.created(capture, answer.replayed || isDuplicate(answer.outcome), request, reply);
  }

  @Get()
  @Authenticated()
  @EventQueryParameters()
  @ApiQuery({ name: 'perPage', required: false })
  @ApiQuery({ name: 'nextPageToken', required: false })
  @ApiResponse(EVENT_PAGE)
  @ApiResponse({ status: 'default', ...REFUSED })
  async getEvents(@Query() page: RawParameters, @Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    const asked = {
      given: givenInAddress(page, headerOf(request, HEADER.extensions)),
      ...{ page, path: PATH, parameters: nextParameters(page), queryName: 'SimpleEventQuery' },
      ...{ format: epcFormatOf(request), organization: callerOf(request).organization }
    };
    await this.answers.answer(asked, request, reply);
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
    const height = this.projector.reflectedHeight;
    const rows = await this.rowsOf(eventId);
    if (rows.length === 0) throw new ApiFault('EVENT_UNKNOWN', `no event has this id as of height ${height}`);
    const format = epcFormatOf(request);
    epcisReply(reply, 200, height);
    if (isUnchanged(request, reply, [answerMedia(request), format, ...rows.map(({ sequence }) => String(sequence))])) return;
    const document = { queryName: 'SimpleEventQuery', nowMs: this.options.nowMs(), translate: this.answers.translate(format) };
    sendEvents(request, reply, queryDocument(rows, document));
  }

  private rowsOf(eventId: string): Promise<readonly EventRow[]> {
    const order = { order: 'sequence', direction: 'ASC', limit: SAME_ID } as const;
    return this.options.projection.events({ eventIds: [eventId], ...order });
  }

  /** Whether the event was captured before with the same content: then nothing is ordered again. */
  private async isRepeated({ organization, events }: CaptureRequest): Promise<boolean> {
    const [known] = await knownEvents(organization, events, this.options.store);
    if (known === undefined) return false;
    if (!known.same) throw eventIdConflict(known);
    await this.projector.waitFor(known.place[0], WAIT_SECONDS * 1000);
    return true;
  }

  private async created(capture: CaptureRequest, replayed: boolean, request: HttpRequest, reply: HttpReply): Promise<void> {
    const { events, captureId, organization } = capture;
    const [event] = events;
    const id = event?.eventID ?? '';
    const own = (await this.rowsOf(id)).filter((row) => row.organization === organization);
    const row = event?.errorDeclaration === null ? own[0] : own.at(-1);
    epcisReply(reply, 201, this.projector.reflectedHeight);
    reply.header('Location', `${PATH}/${encodeURIComponent(id)}`);
    if (replayed) reply.header('Idempotent-Replayed', 'true');
    else reply.header('Lading-Capture', captureId);
    const translate = this.answers.translate(epcFormatOf(request));
    const document = { nowMs: this.options.nowMs(), translate };
    if (row === undefined) reply.send();
    else sendCreated(request, reply, bareEvent(row, translate), () => captureDocument(row, document));
  }
}
