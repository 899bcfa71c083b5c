import { Controller, Get, Inject, Param, Query, Req, Res, type Type } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Authenticated } from '@lading/identity';
import { EpcisRoutes } from '../http/epcisRequest.js';
import type { HttpReply, HttpRequest } from '../http/http.types.js';
import { REFUSED } from '../http/refused.js';
import { EVENT_PAGE, EventQueryParameters } from '../query/documentedParameters.js';
import type { RawParameters } from '../query/given.js';
import { ResourceAnswers } from './resourceAnswers.js';
import type { ResourceName } from './resources.js';

/** The routes of one kind of top-level resource. `single` names one of them in operation ids. */
function resourceController(name: ResourceName, single: string): Type {
  @ApiTags('EPCIS discovery')
  @EpcisRoutes()
  @Controller(`epcis/v2/${name}`)
  class ResourceController {
    constructor(@Inject(ResourceAnswers) private readonly answers: ResourceAnswers) {}

    @Get()
    @Authenticated()
    @ApiOperation({ operationId: `get${single}s` })
    @ApiQuery({ name: 'perPage', required: false })
    @ApiQuery({ name: 'nextPageToken', required: false })
    @ApiResponse({ status: 200, description: 'A Collection of what is known of this kind' })
    @ApiResponse({ status: 'default', ...REFUSED })
    list(@Query() query: RawParameters, @Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
      return this.answers.list(name, query, request, reply);
    }

    @Get(':id')
    @Authenticated()
    @ApiOperation({ operationId: `get${single}` })
    @ApiResponse({ status: 200, description: 'A Collection of what there is of it: its events' })
    @ApiResponse({ status: 'default', ...REFUSED })
    one(@Param('id') id: string, @Res() reply: HttpReply): Promise<void> {
      return this.answers.one(name, id, reply);
    }

    @Get(':id/events')
    @Authenticated()
    @ApiOperation({ operationId: `get${single}Events` })
    @EventQueryParameters()
    @ApiQuery({ name: 'perPage', required: false })
    @ApiQuery({ name: 'nextPageToken', required: false })
    @ApiResponse(EVENT_PAGE)
    @ApiResponse({ status: 'default', ...REFUSED })
    events(
      @Param('id') id: string,
      @Query() page: RawParameters,
      @Req() request: HttpRequest,
      @Res() reply: HttpReply
    ): Promise<void> {
      return this.answers.events(name, id, page, request, reply);
    }
  }
  return ResourceController;
}

export const RESOURCE_CONTROLLERS: readonly Type[] = [
  resourceController('eventTypes', 'EventType'),
  resourceController('epcs', 'Epc'),
  resourceController('bizSteps', 'BizStep'),
  resourceController('bizLocations', 'BizLocation'),
  resourceController('readPoints', 'ReadPoint'),
  resourceController('dispositions', 'Disposition')
];
