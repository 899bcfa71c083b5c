import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiResponse, ApiTags } from '@nestjs/swagger';
import { MEDIA } from '@lading/api';
import { Public } from '@lading/identity';
import type { HttpReply } from '../http/http.types.js';
import { NODE_CONTEXT, type NodeContext } from '../nodeContext.js';

@ApiTags('Ledger')
@Controller('v1/genesis')
export class GenesisController {
  constructor(@Inject(NODE_CONTEXT) private readonly context: NodeContext) {}

  /** Public: it is the trust anchor that verifiers compare with their own copy. */
  @Get()
  @Public()
  @ApiResponse({ status: 200, description: 'The exact bytes whose hash is the chain id' })
  getGenesis(@Res() reply: HttpReply): void {
    const { bytes } = this.context.genesis;
    reply.header('Content-Type', MEDIA.json).header('Cache-Control', 'public, max-age=31536000, immutable');
    reply.send(Buffer.from(bytes));
  }
}
