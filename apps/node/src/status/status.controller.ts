import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse, ApiTags } from '@nestjs/swagger';
import { schemaRef, type NodeStatusAnswer } from '@lading/api';
import { Public, Authenticated } from '@lading/identity';
import { sendJson } from '@lading/provenance-app';
import type { HttpReply } from '../http/http.types.js';
import { NODE_CONTEXT, type NodeContext } from '../nodeContext.js';
import { StatusReader } from './statusReader.js';

@ApiTags('Node')
@Controller()
export class StatusController {
  constructor(
    @Inject(StatusReader) private readonly reader: StatusReader,
    @Inject(NODE_CONTEXT) private readonly context: NodeContext
  ) {}

  @Get('status')
  @Public()
  @ApiResponse({
    status: 200,
    description: 'Height, agreement, latency, and a reason when something is wrong',
    schema: schemaRef('NodeStatus')
  })
  async getStatus(@Res() reply: HttpReply): Promise<void> {
    const status: NodeStatusAnswer = await this.reader.read();
    sendJson(reply, status.height, status);
  }

  @Get('v1/peers')
  @Authenticated()
  @ApiBearerAuth()
  @ApiResponse({
    status: 200,
    description: 'Validators as this node sees them',
    schema: { type: 'array', items: schemaRef('Peer') }
  })
  getPeers(@Res() reply: HttpReply): void {
    const { peers, height } = this.context.node.status();
    sendJson(reply, height, peers);
  }
}
