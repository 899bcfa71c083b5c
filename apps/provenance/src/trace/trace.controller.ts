import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiFault, MEDIA, schemaRef } from '@lading/api';
import { Authenticated } from '@lading/identity';
import type { HttpReply } from '../http/http.types.js';
import { REFUSED } from '../http/refused.js';
import { Projector } from '../projector/projector.js';
import { PROVENANCE_OPTIONS, type ProvenanceOptions } from '../provenance.options.js';
import type { RawParameters } from '../query/parameters.js';
import { ItemFinder } from './itemFinder.js';
import { runTrace } from './runTrace.js';

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
  @ApiQuery({ name: 'direction', required: false, enum: ['back', 'forward'], description: 'back when absent' })
  @ApiResponse({
    status: 200,
    description: 'Items, the ways between them, and the events in time order',
    schema: schemaRef('Trace')
  })
  @ApiResponse({ status: 'default', ...REFUSED })
  async getTrace(@Param('id') id: string, @Query() query: RawParameters, @Res() reply: HttpReply): Promise<void> {
    const { direction = 'back', ...unknown } = query;
    const [other] = Object.keys(unknown);
    if (other !== undefined)
      throw new ApiFault('PARAMETER_UNKNOWN', `${other} is not a parameter here; known: direction`);
    if (direction !== 'back' && direction !== 'forward') {
      throw new ApiFault('PARAMETER_INVALID', 'direction: use back or forward');
    }
    const height = this.projector.reflectedHeight;
    const trace = await runTrace(await this.finder.find(id), direction, height, this.options.projection);
    reply.header('Content-Type', MEDIA.json).header('Lading-Height', height).send(JSON.stringify(trace));
  }
}
