import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiFault, MEDIA } from '@lading/api';
import { Roles } from '@lading/identity';
import type { HttpReply } from '../http/http.types.js';
import { REFUSED } from '../http/openApi.js';
import { NODE_CONTEXT, type NodeContext } from '../nodeContext.js';
import { requireHeld } from './requireHeld.js';

const HEIGHT = /^(0|[1-9][0-9]{0,14})$/;
/** Pages that are read at once. */
const AT_ONCE = 2;
const FROM = { name: 'from', required: true, description: 'The first height that is wanted' } as const;

/** The whole ledger, page by page, for auditors who have no database (spec/export.md §5). */
@ApiTags('Audit')
@ApiBearerAuth()
@Controller('v1/audit/export')
export class ExportController {
  private reading = 0;

  constructor(@Inject(NODE_CONTEXT) private readonly context: NodeContext) {}

  /** Records of consecutive blocks with all that they ordered. */
  @Get('blocks')
  @Roles('audit', 'admin')
  @ApiQuery(FROM)
  @ApiResponse({ status: 200, description: 'Frames of records; none above the head', content: { [MEDIA.export]: {} } })
  @ApiResponse({ status: 'default', ...REFUSED })
  async getBlocks(@Query('from') from: unknown, @Res() reply: HttpReply): Promise<void> {
    const height = heightOf(from);
    // What comes after block 0 is asked for with it.
    requireHeld(this.context.node, Math.max(height, 1));
    await this.send(reply, () => this.context.exportPages.blocks(height));
  }

  @Get('checkpoints')
  @Roles('audit', 'admin')
  @ApiQuery(FROM)
  @ApiResponse({ status: 200, description: 'Frames of certificates; none where there are no more', content: { [MEDIA.export]: {} } })
  @ApiResponse({ status: 'default', ...REFUSED })
  async getCheckpoints(@Query('from') from: unknown, @Res() reply: HttpReply): Promise<void> {
    const height = heightOf(from);
    await this.send(reply, () => this.context.exportPages.checkpoints(height));
  }

  private async send(reply: HttpReply, read: () => Promise<Uint8Array>): Promise<void> {
    if (this.reading >= AT_ONCE) throw new ApiFault('EXPORT_BUSY', `${AT_ONCE} others read the ledger now`);
    this.reading += 1;
    try {
      // Before the page is read: what it ends with is at this height at least, or there is nothing more.
      const { height } = this.context.node.status();
      const page = await read();
      reply.header('Content-Type', MEDIA.export).header('Lading-Height', height).send(page);
    } finally {
      this.reading -= 1;
    }
  }
}

function heightOf(text: unknown): number {
  if (typeof text === 'string' && HEIGHT.test(text)) return Number(text);
  throw new ApiFault('PARAMETER_INVALID', 'from is a height');
}
