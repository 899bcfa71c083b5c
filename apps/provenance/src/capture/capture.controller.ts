import { Controller, Get, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiHeader, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiFault, captureJobXml, MEDIA, schemaRef, type CaptureJob } from '@lading/api';
import { Authenticated } from '@lading/identity';
import { epcisReply } from '../http/epcisReply.js';
import { sendEither } from '../http/eventsReply.js';
import { EpcisRoutes } from '../http/epcisRequest.js';
import { REFUSED } from '../http/refused.js';
import { callerOf, type HttpReply, type HttpRequest } from '../http/http.types.js';
import { PROVENANCE_OPTIONS, type ProvenanceOptions } from '../provenance.options.js';
import { Projector } from '../projector/projector.js';
import { pageSize, pageToken, type RawParameters } from '../query/parameters.js';
import { PageTokens } from '../query/pageTokens.js';
import { captureRequest } from './captureRequest.js';
import { CaptureService } from './captureService.js';

@ApiTags('EPCIS capture')
@EpcisRoutes()
@Controller('epcis/v2/capture')
export class CaptureController {
  constructor(
    @Inject(PROVENANCE_OPTIONS) private readonly options: ProvenanceOptions,
    @Inject(CaptureService) private readonly captures: CaptureService,
    @Inject(Projector) private readonly projector: Projector,
    @Inject(PageTokens) private readonly tokens: PageTokens
  ) {}

  /** Nothing invalid is ordered: layers L0 to L2 answer here; what the ledger's state decides stands in the job. */
  @Post()
  @Authenticated()
  @ApiConsumes(MEDIA.json, MEDIA.ldJson, MEDIA.xml)
  @ApiBody({ description: 'EPCISDocument or EPCISQueryDocument, JSON or XML', schema: { type: 'object' } })
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
    const capture = await captureRequest(request, this.options, 'document');
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
    const { organization } = callerOf(request);
    for (const name of Object.keys(query)) {
      if (name !== 'perPage' && name !== 'nextPageToken')
        throw new ApiFault('PARAMETER_UNKNOWN', `${name} is not a parameter here`);
    }
    const perPage = pageSize(query['perPage']);
    const before = this.place(organization, query['nextPageToken']);
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
      const position = [last.height, last.index];
      const path = '/epcis/v2/capture';
      this.tokens.offer(reply, { scope: `captures ${organization}`, position, path, parameters: { perPage: String(perPage) } });
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
    const height = this.projector.reflectedHeight;
    const job = await this.captures.job(callerOf(request).organization, id);
    epcisReply(reply, 200, height);
    sendEither(request, reply, JSON.stringify(job), () => captureJobXml(job));
  }

  private place(organization: string, raw: RawParameters[string]): { height: number; index: number } | null {
    const token = pageToken(raw);
    if (token === null) return null;
    const [height, index] = this.tokens.read(`captures ${organization}`, token);
    return { height: Number(height), index: Number(index) };
  }
}
