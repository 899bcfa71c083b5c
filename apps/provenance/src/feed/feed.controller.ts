import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiFault } from '@lading/api';
import { Authenticated } from '@lading/identity';
import { AuditParameters } from '../audit/parameters.js';
import { callerOf, headerOf, type HttpReply, type HttpRequest } from '../http/http.types.js';
import { REFUSED } from '../http/refused.js';
import type { RawParameters } from '../query/parameters.js';
import { Feed } from './feed.js';
import type { FeedCursor } from './oldestHeld.js';

const FILTERS = ['types', 'organizations', 'statuses'] as const;

@ApiTags('Feed')
@ApiBearerAuth()
@Controller('v1/stream')
export class FeedController {
  constructor(@Inject(Feed) private readonly feed: Feed) {}

  /** Server-sent events of everything that is ordered, from a cursor on. Lists are separated by commas. */
  @Get()
  @Authenticated()
  @ApiQuery({ name: 'types', required: false, description: 'Operations such as epcis.capture, or families such as recall' })
  @ApiQuery({ name: 'organizations', required: false })
  @ApiQuery({ name: 'statuses', required: false, description: 'APPLIED, RECORDED, REJECTED' })
  @ApiQuery({ name: 'after', required: false, description: '<height>.<index> seen last; 0.0 is the beginning; new ones only when absent' })
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'As `after`, and goes before it' })
  @ApiResponse({ status: 200, description: 'text/event-stream' })
  @ApiResponse({ status: 410, description: 'What comes after the cursor is not held here; Lading-Oldest-Cursor is' })
  @ApiResponse({ status: 'default', ...REFUSED })
  async getStream(@Query() query: RawParameters, @Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    const parameters = new AuditParameters(query, [...FILTERS, 'after']);
    const [types, organizations, statuses] = FILTERS.map((name) => setOf(parameters.text(name)));
    const cursor = cursorOf(headerOf(request, 'last-event-id') ?? parameters.text('after'));
    const filter = { types: types ?? NONE, organizations: organizations ?? NONE, statuses: statuses ?? NONE };
    const stream = await this.feed.stream(cursor, filter, callerOf(request).organization);
    // Proxies must hand on each message as it comes.
    reply.header('Content-Type', 'text/event-stream').header('X-Accel-Buffering', 'no').send(stream);
  }
}

const NONE: ReadonlySet<string> = new Set();

const setOf = (text: string | null): ReadonlySet<string> =>
  new Set((text ?? '').split(',').filter((one) => one !== ''));

function cursorOf(text: string | null): FeedCursor | null {
  if (text === null || text === '') return null;
  const [, height, index] = /^(\d{1,15})\.(\d{1,9})$/.exec(text) ?? [];
  if (height === undefined || index === undefined) throw new ApiFault('CURSOR_INVALID', 'a cursor is <height>.<index>');
  return { height: Number(height), index: Number(index) };
}
