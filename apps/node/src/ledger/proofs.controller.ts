import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiFault, MEDIA } from '@lading/api';
import { Authenticated } from '@lading/identity';
import { fromBase64Url, type Hash } from '@lading/kernel';
import { historyFault, ProvenanceReader } from '@lading/provenance-app';
import type { HttpReply } from '../http/http.types.js';
import { REFUSED } from '../http/openApi.js';
import { NODE_CONTEXT, type NodeContext } from '../nodeContext.js';

@ApiTags('Proofs')
@ApiBearerAuth()
@Controller('v1/proofs')
export class ProofsController {
  constructor(
    @Inject(NODE_CONTEXT) private readonly context: NodeContext,
    @Inject(ProvenanceReader) private readonly provenance: ProvenanceReader
  ) {}

  /** `id` is a transaction id or an event id; of an event id that several captures share, the first. */
  @Get('receipt/:id')
  @Authenticated()
  @ApiResponse({ status: 200, description: 'Order and outcome, verifiable offline', content: { [MEDIA.receipt]: {} } })
  @ApiResponse({ status: 'default', ...REFUSED })
  async getReceipt(@Param('id') id: string, @Res() reply: HttpReply): Promise<void> {
    const receipt = await this.context.receipt(await this.transactionOf(id));
    if (!receipt.ok) throw new ApiFault(receipt.code, receipt.detail);
    reply.header('Content-Type', MEDIA.receipt).header('Lading-Height', this.context.node.status().height);
    reply.send(Buffer.from(receipt.value));
  }

  private async transactionOf(id: string): Promise<Hash> {
    const bytes = fromBase64Url(id);
    if (bytes?.length === 32) return bytes as Hash;
    const [first] = await this.provenance.transactionsOfEvent(id);
    const { historyFrom } = this.context.node.status();
    if (first === undefined && historyFrom !== undefined) throw historyFault(historyFrom);
    if (first === undefined)
      throw new ApiFault('EVENT_UNKNOWN', 'neither a transaction id nor the id of a known event');
    return first;
  }
}
