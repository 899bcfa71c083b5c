import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiResponse, ApiTags } from '@nestjs/swagger';
import { MEDIA, schemaRef } from '@lading/api';
import { Public } from '@lading/identity';
import type { HttpReply } from '../http/http.types.js';
import { NODE_CONTEXT, type NodeContext } from '../nodeContext.js';

/** Live: the event loop turns. Ready: this node can take work. "Halted safely" is live and not ready. */
@ApiTags('Node')
@Controller()
export class HealthController {
  constructor(@Inject(NODE_CONTEXT) private readonly context: NodeContext) {}

  @Get('health/live')
  @Public()
  @ApiResponse({ status: 200, description: 'The process turns', schema: schemaRef('Health') })
  getLive(@Res() reply: HttpReply): void {
    reply.header('Content-Type', MEDIA.json).send(JSON.stringify({ ok: true, reason: null }));
  }

  @Get('health/ready')
  @Public()
  @ApiResponse({ status: 200, description: 'Takes work', schema: schemaRef('Health') })
  @ApiResponse({ status: 503, description: 'Does not, and why', schema: schemaRef('Health') })
  async getReady(@Res() reply: HttpReply): Promise<void> {
    const reason = await this.context.readiness.reason();
    reply.code(reason === null ? 200 : 503).header('Content-Type', MEDIA.json);
    reply.send(JSON.stringify({ ok: reason === null, reason }));
  }

  @Get('metrics')
  @Public()
  @ApiResponse({ status: 200, description: 'Prometheus text format 0.0.4' })
  getMetrics(@Res() reply: HttpReply): void {
    reply.header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8').send(this.context.metrics());
  }
}
