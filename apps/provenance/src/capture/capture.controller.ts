import { Controller, Get, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiConsumes, ApiHeader, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiFault, decodeCursor, encodeCursor, MEDIA, schemaRef, type CaptureJob } from '@lading/api';
import { Authenticated } from '@lading/identity';
import { requireJson } from '../http/accept.js';
import { epcisReply } from '../http/epcisReply.js';
import { REFUSED } from '../http/refused.js';
import { callerOf, type HttpReply, type HttpRequest } from '../http/http.types.js';
import { PROVENANCE_OPTIONS, type ProvenanceOptions } from '../provenance.options.js';
import { Projector } from '../projector/projector.js';
import { pageSize, single, type RawParameters } from '../query/parameters.js';
import { captureRequest } from './captureRequest.js';
import { CaptureService } from './captureService.js';

@ApiTags('EPCIS capture')
@ApiBearerAuth()
@Controller('epcis/v2/capture')
export class CaptureController {
  constructor(
    @Inject(PROVENANCE_OPTIONS) private readonly options: ProvenanceOptions,
    @Inject(CaptureService) private readonly captures: CaptureService,
    @Inject(Projector) private readonly projector: Projector
  ) {}

  /** Nothing invalid is ordered: layers L0 to L2 answer here; what the ledger's state decides stands in the job. */
  @Post()
  @Authenticated()
  @ApiConsumes(MEDIA.json, MEDIA.ldJson)
  @ApiBody({ description: 'EPCISDocument or EPCISQueryDocument (EPCIS 2.0 JSON)', schema: { type: 'object' } })
  @ApiHeader({
    name: 'Lading-Signature',
    required: false,
    description: '<b64u header>..<b64u signature> over the body'
  })
  @ApiHeader({ name: 'GS1-Capture-Error-Behaviour', required: false, description: 'rollback (default) or proceed' })
  @ApiHeader({ name: 'Idempotency-Key', required: false, description: 'Custody mode: names the capture' })
  @ApiResponse({ status: 202, description: 'Accepted; the job is at Location' })
  @ApiResponse({ status: 'default', ...REFUSED })
  async postCapture(@Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    const capture = captureRequest(request, this.options, 'document');
    await this.captures.start(capture);
    const location = `/epcis/v2/capture/${encodeURIComponent(capture.captureId)}`;
    epcisReply(reply, 202, this.projector.reflectedHeight).header('Location', location).send();
  }

  @Get()
  @Authenticated()
  @ApiQuery({ name: 'perPage', required: false })
  @ApiQuery({ name: 'nextPageToken', required: false })
  @ApiResponse({
    status: 200,
    description: 'Captures of the caller’s organization, newest first',
    schema: { type: 'array', items: schemaRef('CaptureJob') }
  })
  @ApiResponse({ status: 'default', ...REFUSED })
  async getCaptures(
    @Req() request: HttpRequest,
    @Query() query: RawParameters,
    @Res() reply: HttpReply
  ): Promise<void> {
    requireJson(request);
    const { organization } = callerOf(request);
    for (const name of Object.keys(query)) {
      if (name !== 'perPage' && name !== 'nextPageToken')
        throw new ApiFault('PARAMETER_UNKNOWN', `${name} is not a parameter here`);
    }
    const perPage = pageSize(query['perPage']);
    const before = this.place(query['nextPageToken']);
    const height = this.projector.reflectedHeight;
    const parts = await this.options.projection.captures(organization, before, perPage + 1);
    const page = parts.slice(0, perPage);
    const ids = [
      ...(before === null ? this.captures.running(organization) : []),
      ...page.map(({ captureId }) => captureId)
    ];
    const jobs: CaptureJob[] = [];
    for (const id of new Set(ids)) jobs.push(await this.captures.job(organization, id));
    epcisReply(reply, 200, height);
    const last = page.at(-1);
    if (parts.length > perPage && last !== undefined) {
      const token = encodeCursor({ fingerprint: 'captures', after: [last.height, last.index] });
      reply.header('Link', `</epcis/v2/capture?perPage=${perPage}&nextPageToken=${token}>; rel="next"`);
    }
    reply.send(JSON.stringify(jobs));
  }

  @Get(':captureID')
  @Authenticated()
  @ApiResponse({ status: 200, description: 'The job', schema: schemaRef('CaptureJob') })
  @ApiResponse({ status: 'default', ...REFUSED })
  async getCapture(
    @Param('captureID') id: string,
    @Req() request: HttpRequest,
    @Res() reply: HttpReply
  ): Promise<void> {
    requireJson(request);
    const height = this.projector.reflectedHeight;
    const job = await this.captures.job(callerOf(request).organization, id);
    epcisReply(reply, 200, height).send(JSON.stringify(job));
  }

  private place(token: RawParameters[string]): { height: number; index: number } | null {
    if (token === undefined) return null;
    const cursor = decodeCursor(single(token, 'nextPageToken'), 2);
    if (cursor === null || cursor.fingerprint !== 'captures')
      throw new ApiFault('CURSOR_INVALID', 'not a token of this list');
    const [height = 0, index = 0] = cursor.after;
    return { height, index };
  }
}
