import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiFault, schemaRef, type BlockView } from '@lading/api';
import { Authenticated } from '@lading/identity';
import { toBase64Url, type Height } from '@lading/kernel';
import { sendJson } from '@lading/provenance-app';
import type { HttpReply } from '../http/http.types.js';
import { REFUSED } from '../http/openApi.js';
import { NODE_CONTEXT, type NodeContext } from '../nodeContext.js';
import { EpochConfigs } from './epochConfigs.js';
import { requireHeld } from './requireHeld.js';

@ApiTags('Ledger')
@ApiBearerAuth()
@Controller('v1/blocks')
export class BlocksController {
  constructor(
    @Inject(NODE_CONTEXT) private readonly context: NodeContext,
    @Inject(EpochConfigs) private readonly configs: EpochConfigs
  ) {}

  @Get(':height')
  @Authenticated()
  @ApiResponse({ status: 200, description: 'The block at the height, or the `latest`', schema: schemaRef('Block') })
  @ApiResponse({ status: 'default', ...REFUSED })
  async getBlock(@Param('height') text: string, @Res() reply: HttpReply): Promise<void> {
    const { node, store } = this.context;
    const { height: head, certifiedHeight } = node.status();
    const height = text === 'latest' ? head : /^(0|[1-9][0-9]{0,14})$/.test(text) ? (Number(text) as Height) : null;
    if (height !== null) requireHeld(node, height);
    const [stored] = height === null ? [] : await store.blocks(height, height, 1);
    if (height === null || stored === undefined) {
      throw new ApiFault('BLOCK_UNKNOWN', `this node has blocks 0 to ${head}`);
    }
    const certified = height <= certifiedHeight;
    if (certified && text !== 'latest') reply.header('Cache-Control', 'private, max-age=31536000, immutable');
    sendJson(reply, head, await this.view(stored, certified));
  }

  private async view(
    stored: Awaited<ReturnType<NodeContext['store']['blocks']>>[number],
    certified: boolean
  ): Promise<BlockView> {
    const { block, proof, outcomeRoot, stateRoot } = stored;
    const { header } = block;
    const { organizations } = await this.configs.of(header.epoch);
    const outcomes = await this.context.store.outcomes(header.height);
    return {
      height: header.height,
      blockHash: toBase64Url(block.blockHash),
      parentHash: toBase64Url(header.parentHash),
      timestampMs: header.timestampMs,
      proposer: organizations[header.proposer]?.id ?? '',
      epoch: header.epoch,
      view: header.originView,
      txCount: header.txCount,
      stateRoot: toBase64Url(stateRoot),
      outcomeRoot: toBase64Url(outcomeRoot),
      certified,
      signers: header.height === 0 ? [] : proof.certificate.signers.map((signer) => organizations[signer]?.id ?? ''),
      transactions: outcomes.map(({ index, txId, status, code }) => ({ index, txId: toBase64Url(txId), status, code })),
      encoded: toBase64Url(block.encoded)
    };
  }
}
