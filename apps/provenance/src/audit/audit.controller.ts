import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { schemaRef } from '@lading/api';
import { Authenticated } from '@lading/identity';
import type { HttpReply } from '../http/http.types.js';
import { REFUSED } from '../http/refused.js';
import { sendJson } from '../http/sendJson.js';
import { PROVENANCE_OPTIONS, type ProvenanceOptions } from '../provenance.options.js';
import type { RawParameters } from '../query/parameters.js';
import { ItemFinder } from '../trace/itemFinder.js';
import { ConditionQuestion } from './conditionQuestion.js';
import { ForwardQuestions } from './forwardQuestions.js';
import { ItemQuestions } from './itemQuestions.js';
import { AuditParameters } from './parameters.js';

const PATIENCE_DAYS = 7;
const SILENCE_MINUTES = 60;

/** Auditors' questions about one item (spec/provenance.md §10). `id`: as for /v1/trace. */
@ApiTags('Audit')
@ApiBearerAuth()
@ApiResponse({ status: 'default', ...REFUSED })
@Controller('v1')
export class AuditController {
  constructor(
    @Inject(PROVENANCE_OPTIONS) private readonly options: ProvenanceOptions,
    @Inject(ItemFinder) private readonly finder: ItemFinder,
    @Inject(ItemQuestions) private readonly items: ItemQuestions,
    @Inject(ForwardQuestions) private readonly forward: ForwardQuestions,
    @Inject(ConditionQuestion) private readonly conditions: ConditionQuestion
  ) {}

  /** Who held it at a time, by what is known now or was known at a height. */
  @Get('custody/:id')
  @Authenticated()
  @ApiQuery({ name: 'at', required: false, description: 'Event time; now when absent' })
  @ApiQuery({ name: 'asKnownAt', required: false, description: 'Ledger height; the newest when absent' })
  @ApiResponse({ status: 200, description: 'Holder, transfer under way, containers, place', schema: schemaRef('Custody') })
  async getCustody(@Param('id') id: string, @Query() query: RawParameters, @Res() reply: HttpReply): Promise<void> {
    const parameters = new AuditParameters(query, ['at', 'asKnownAt']);
    const at = parameters.timeMs('at') ?? this.options.nowMs();
    const item = await this.finder.find(id);
    answer(reply, await this.items.custody(item, at, parameters.count('asKnownAt', 999_999_999)));
  }

  /** Every product that it went into, with the way there and how sure that is. */
  @Get('touched/:id')
  @Authenticated()
  @ApiQuery({ name: 'depth', required: false, description: 'Steps that are followed; all when absent' })
  @ApiResponse({ status: 200, description: 'Products by GTIN', schema: schemaRef('Touched') })
  async getTouched(@Param('id') id: string, @Query() query: RawParameters, @Res() reply: HttpReply): Promise<void> {
    const depth = new AuditParameters(query, ['depth']).depth();
    answer(reply, await this.forward.touched(await this.finder.find(id), depth));
  }

  /** Where everything is now that a recall of it would reach. */
  @Get('recall-reach/:id')
  @Authenticated()
  @ApiQuery({ name: 'depth', required: false, description: 'Steps that are followed; all when absent' })
  @ApiResponse({ status: 200, description: 'Quantities by holder and product', schema: schemaRef('RecallReach') })
  async getRecallReach(@Param('id') id: string, @Query() query: RawParameters, @Res() reply: HttpReply): Promise<void> {
    const depth = new AuditParameters(query, ['depth']).depth();
    answer(reply, await this.forward.recallReach(await this.finder.find(id), depth));
  }

  /** Measurements outside the limits of the product, and times without any. */
  @Get('conditions/:id')
  @Authenticated()
  @ApiQuery({ name: 'from', required: false })
  @ApiQuery({ name: 'to', required: false })
  @ApiQuery({ name: 'silence', required: false, description: 'Minutes without a reading that are a gap; 60 when absent' })
  @ApiResponse({ status: 200, description: 'Excursions and gaps', schema: schemaRef('Conditions') })
  async getConditions(@Param('id') id: string, @Query() query: RawParameters, @Res() reply: HttpReply): Promise<void> {
    const parameters = new AuditParameters(query, ['from', 'to', 'silence']);
    const silence = parameters.count('silence', 1_000_000) ?? SILENCE_MINUTES;
    const item = await this.finder.find(id);
    answer(reply, await this.conditions.ask(item, parameters.timeMs('from'), parameters.timeMs('to'), silence));
  }

  /** What its events should say and do not. */
  @Get('gaps/:id')
  @Authenticated()
  @ApiQuery({ name: 'patience', required: false, description: 'Days after which a shipment should be received; 7 when absent' })
  @ApiResponse({ status: 200, description: 'Gaps in its story', schema: schemaRef('Gaps') })
  async getGaps(@Param('id') id: string, @Query() query: RawParameters, @Res() reply: HttpReply): Promise<void> {
    const patience = new AuditParameters(query, ['patience']).count('patience', 36_500) ?? PATIENCE_DAYS;
    answer(reply, await this.items.gaps(await this.finder.find(id), patience));
  }

  /** How likely it is that its serial exists twice. */
  @Get('clones/:id')
  @Authenticated()
  @ApiResponse({ status: 200, description: 'Score and the signals that make it up', schema: schemaRef('Clones') })
  async getClones(@Param('id') id: string, @Query() query: RawParameters, @Res() reply: HttpReply): Promise<void> {
    new AuditParameters(query, []);
    answer(reply, await this.items.clones(await this.finder.find(id)));
  }
}

export function answer<T extends { readonly height: number }>(reply: HttpReply, body: T): void {
  sendJson(reply, body.height, body);
}
