import { Readable } from 'node:stream';
import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { MEDIA, schemaRef } from '@lading/api';
import { Authenticated } from '@lading/identity';
import { AuditParameters } from '../audit/parameters.js';
import type { HttpReply } from '../http/http.types.js';
import { REFUSED } from '../http/refused.js';
import { Projector } from '../projector/projector.js';
import { PROVENANCE_OPTIONS, type ProvenanceOptions } from '../provenance.options.js';
import { invalid } from '../query/given.js';
import type { RawParameters } from '../query/parameters.js';
import { ItemFinder } from './itemFinder.js';
import { runTrace } from './runTrace.js';
import { traceText } from './traceText.js';

@ApiTags('Trace')
@ApiBearerAuth()
@Controller('v1/trace')
export class TraceController {
  constructor(
    @Inject(PROVENANCE_OPTIONS) private readonly options: ProvenanceOptions,
    @Inject(ItemFinder) private readonly finder: ItemFinder,
    @Inject(Projector) private readonly projector: Projector
  ) {}

  /** Where an item came from, or went. `id`: a percent-encoded EPC URI in any spelling, or a lot, serial or SSCC. */
  @Get(':id')
  @Authenticated()
  @ApiQuery({ name: 'depth', required: false, description: 'Steps away from the item that are followed; all when absent' })
  @ApiQuery({ name: 'direction', required: false, enum: ['back', 'forward'], description: 'back when absent' })
  @ApiResponse({
    status: 200,
    description: 'Items, the ways between them, and the events in time order',
    schema: schemaRef('Trace')
  })
  @ApiResponse({ status: 'default', ...REFUSED })
  async getTrace(@Param('id') id: string, @Query() query: RawParameters, @Res() reply: HttpReply): Promise<void> {
    const parameters = new AuditParameters(query, ['direction', 'depth']);
    const direction = parameters.text('direction') ?? 'back';
    if (direction !== 'back' && direction !== 'forward') throw invalid('direction', 'use back or forward');
    const depth = parameters.depth();
    const height = this.projector.reflectedHeight;
    const item = await this.finder.find(id);
    const found = await runTrace({ item, direction, depth }, this.options.projection, this.options.config.organizations);
    reply.header('Content-Type', MEDIA.json).header('Lading-Height', height);
    reply.send(Readable.from(traceText(found, { item, direction, height }), { objectMode: false }));
  }
}
