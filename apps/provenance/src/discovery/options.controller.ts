import { Controller, Delete, Get, Inject, Options, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiResponse, ApiTags } from '@nestjs/swagger';
import { topLevelXml } from '@lading/api';
import { Authenticated } from '@lading/identity';
import { epcisReply } from '../http/epcisReply.js';
import { sendEither } from '../http/eventsReply.js';
import { EpcisRoutes } from '../http/epcisRequest.js';
import type { HttpReply, HttpRequest } from '../http/http.types.js';
import { REFUSED } from '../http/refused.js';
import { Projector } from '../projector/projector.js';
import { PageTokens } from '../query/pageTokens.js';
import { ALLOWED, CAPABILITY_HEADERS } from './capabilities.js';
import { collection } from './collection.js';

const TOP_LEVEL = [
  'events',
  'eventTypes',
  'epcs',
  'bizSteps',
  'bizLocations',
  'readPoints',
  'dispositions',
  'capture',
  'queries'
];

/** A request as the router matched it. */
interface RoutedRequest extends HttpRequest {
  readonly routeOptions?: { readonly url?: string };
}

@ApiTags('EPCIS discovery')
@EpcisRoutes()
@Controller('epcis/v2')
export class OptionsController {
  constructor(
    @Inject(Projector) private readonly projector: Projector,
    @Inject(PageTokens) private readonly tokens: PageTokens
  ) {}

  @Get()
  @Authenticated()
  @ApiResponse({ status: 200, description: 'The top-level resources' })
  @ApiResponse({ status: 'default', ...REFUSED })
  getTopLevel(@Req() request: HttpRequest, @Res() reply: HttpReply): void {
    epcisReply(reply, 200, this.projector.reflectedHeight);
    sendEither(request, reply, collection(TOP_LEVEL), () => topLevelXml(TOP_LEVEL));
  }

  /** What can be done with a resource; whether the one that a path names exists is not looked up. */
  @Options(Object.keys(ALLOWED))
  @Authenticated()
  @ApiExcludeEndpoint()
  options(@Req() request: RoutedRequest, @Res() reply: HttpReply): void {
    const route = (request.routeOptions?.url ?? '').replace(/^\/epcis\/v2/, '').replace(/\/$/, '');
    for (const [name, value] of Object.entries(CAPABILITY_HEADERS)) reply.header(name, value);
    reply.header('Allow', ALLOWED[route] ?? 'OPTIONS').header('Lading-Height', this.projector.reflectedHeight);
    reply.code(204).send();
  }

  /** Ends a page token before its hour is over. */
  @Delete('nextPageToken/:token')
  @Authenticated()
  @ApiResponse({ status: 204, description: 'The token is good no more' })
  @ApiResponse({ status: 'default', ...REFUSED })
  endToken(@Param('token') token: string, @Res() reply: HttpReply): void {
    this.tokens.end(token);
    epcisReply(reply, 204, this.projector.reflectedHeight).send();
  }
}
