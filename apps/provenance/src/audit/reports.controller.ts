import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { schemaRef } from '@lading/api';
import { Authenticated } from '@lading/identity';
import { callerOf, type HttpReply, type HttpRequest } from '../http/http.types.js';
import { REFUSED } from '../http/refused.js';
import { invalid } from '../query/given.js';
import { PageTokens } from '../query/pageTokens.js';
import { pageSize, pageToken, type RawParameters } from '../query/parameters.js';
import { ItemFinder } from '../trace/itemFinder.js';
import { answer } from './audit.controller.js';
import { AuditParameters } from './parameters.js';
import { AuditReports } from './reports.js';
import { sheetCsv, sheetXlsx } from './sheets.js';

const CSV = 'text/csv; charset=utf-8; header=present';
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** Auditors' questions about sites and periods (spec/provenance.md §10). */
@ApiTags('Audit')
@ApiBearerAuth()
@ApiResponse({ status: 'default', ...REFUSED })
@Controller('v1')
export class ReportsController {
  constructor(
    @Inject(ItemFinder) private readonly finder: ItemFinder,
    @Inject(AuditReports) private readonly reports: AuditReports,
    @Inject(PageTokens) private readonly tokens: PageTokens
  ) {}

  /** What came into a site, what left it, and what is missing. */
  @Get('sites/:id/balance')
  @Authenticated()
  @ApiQuery({ name: 'from', description: 'Event time from' })
  @ApiQuery({ name: 'to', description: 'Event time before' })
  @ApiResponse({ status: 200, description: 'Mass balance by class and unit', schema: schemaRef('SiteBalance') })
  async getSiteBalance(@Param('id') id: string, @Query() query: RawParameters, @Res() reply: HttpReply): Promise<void> {
    const period = new AuditParameters(query, ['from', 'to']).period();
    answer(reply, await this.reports.balance(await this.finder.find(id), period));
  }

  /** What was made at a site under the claims of certificates, and whether as much had gone in. */
  @Get('sites/:id/claims')
  @Authenticated()
  @ApiQuery({ name: 'from', description: 'Event time from' })
  @ApiQuery({ name: 'to', description: 'Event time before' })
  @ApiResponse({ status: 200, description: 'Balance by claim', schema: schemaRef('Claims') })
  async getClaims(@Param('id') id: string, @Query() query: RawParameters, @Res() reply: HttpReply): Promise<void> {
    const period = new AuditParameters(query, ['from', 'to']).period();
    answer(reply, await this.reports.claims.ask(await this.finder.find(id), period));
  }

  /** Every error declaration: who, when, why, what replaces it, and who had built on it. */
  @Get('corrections')
  @Authenticated()
  @ApiQuery({ name: 'from', required: false, description: 'Record time from' })
  @ApiQuery({ name: 'to', required: false, description: 'Record time before' })
  @ApiQuery({ name: 'perPage', required: false })
  @ApiQuery({ name: 'nextPageToken', required: false })
  @ApiResponse({ status: 200, description: 'Corrections in the order of the ledger', schema: schemaRef('Corrections') })
  async getCorrections(@Query() query: RawParameters, @Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    const parameters = new AuditParameters(query, ['from', 'to', 'perPage', 'nextPageToken']);
    const [from, to] = [parameters.timeMs('from'), parameters.timeMs('to')];
    const filter = {
      ...(from === null ? {} : { recordTimeFromMs: from }),
      ...(to === null ? {} : { recordTimeBeforeMs: to })
    };
    const scope = `corrections|${callerOf(request).organization}|${from ?? ''}|${to ?? ''}`;
    const token = pageToken(query['nextPageToken']);
    const start = token === null ? 0 : Number(this.tokens.read(scope, token)[0]);
    const { answer: page, next } = await this.reports.corrections(filter, start, pageSize(query['perPage']));
    const nextPageToken = next === null ? null : this.tokens.issue(scope, [next]).token;
    answer(reply, { ...page, nextPageToken });
  }

  /** The sortable sheet that US food rules want within 24 hours. */
  @Get('reports/fsma204')
  @Authenticated()
  @ApiQuery({ name: 'lot', required: false, description: 'A lot, in any spelling' })
  @ApiQuery({ name: 'from', required: false, description: 'Event time from' })
  @ApiQuery({ name: 'to', required: false, description: 'Event time before' })
  @ApiQuery({ name: 'format', required: false, enum: ['json', 'csv', 'xlsx'] })
  @ApiResponse({ status: 200, description: 'One row for each tracking event and lot', schema: schemaRef('FsmaReport') })
  async getFsma204(@Query() query: RawParameters, @Res() reply: HttpReply): Promise<void> {
    const parameters = new AuditParameters(query, ['lot', 'from', 'to', 'format']);
    const [lot, from, to] = [parameters.text('lot'), parameters.timeMs('from'), parameters.timeMs('to')];
    if (lot === null && from === null) throw invalid('from', 'name a lot, or a period');
    const format = parameters.text('format') ?? 'json';
    if (!['json', 'csv', 'xlsx'].includes(format)) throw invalid('format', 'use json, csv or xlsx');
    const period = { ...(from === null ? {} : { fromMs: from }), ...(to === null ? {} : { toMs: to }) };
    const sheet = await this.reports.fsma(lot === null ? null : await this.finder.find(lot), period);
    if (format === 'json') return answer(reply, sheet);
    reply
      .header('Content-Type', format === 'csv' ? CSV : XLSX)
      .header('Content-Disposition', `attachment; filename="fsma204.${format}"`)
      .header('Lading-Height', sheet.height)
      .header('Lading-Truncated', String(sheet.truncated));
    reply.send(format === 'csv' ? sheetCsv(sheet) : await sheetXlsx(sheet));
  }
}
