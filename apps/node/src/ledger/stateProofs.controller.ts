import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiFault, MEDIA } from '@lading/api';
import { Authenticated } from '@lading/identity';
import type { Height } from '@lading/kernel';
import {
  ABSENCE_FORMAT, CONSISTENCY, CONSISTENCY_FORMAT, encodeProof, PRESENCE_FORMAT, STATE_PROOF, stateEntryProof
} from '@lading/ledger';
import { historyFault } from '@lading/provenance-app';
import type { HttpReply } from '../http/http.types.js';
import { REFUSED } from '../http/openApi.js';
import { NODE_CONTEXT, type NodeContext } from '../nodeContext.js';

/** The longest key names an item of 1,024 characters. */
const KEY_CHARACTERS = 2048;

@ApiTags('Proofs')
@ApiBearerAuth()
@Controller('v1')
export class StateProofsController {
  constructor(@Inject(NODE_CONTEXT) private readonly context: NodeContext) {}

  /** `key`: percent-encoded. What one key holds at the newest checkpoint, or that it holds nothing (spec/proofs.md §5). */
  @Get('state/:key/proof')
  @Authenticated()
  @ApiResponse({ status: 200, description: 'Presence or absence', content: { [MEDIA.presence]: {}, [MEDIA.absence]: {} } })
  @ApiResponse({ status: 'default', ...REFUSED })
  async getState(@Param('key') key: string, @Res() reply: HttpReply): Promise<void> {
    if (key.length > KEY_CHARACTERS) throw new ApiFault('PARAMETER_INVALID', `a key has at most ${KEY_CHARACTERS} characters`);
    const opened = await this.context.node.certifiedState();
    if (!opened.ok) throw new ApiFault(opened.code, opened.detail);
    const view = opened.value;
    try {
      const proven = (await view.prove([key])).get(key);
      if (proven === undefined) throw new ApiFault('INTERNAL', 'the key was not answered');
      const { value, proof } = proven;
      const text = encodeProof(value === null ? ABSENCE_FORMAT : PRESENCE_FORMAT, STATE_PROOF, {
        state: stateEntryProof(key, value, proof),
        ...view.anchor
      });
      reply.header('Content-Type', value === null ? MEDIA.absence : MEDIA.presence).header('Lading-Height', view.height);
      reply.send(Buffer.from(text));
    } finally {
      view.close();
    }
  }

  /** That the history at checkpoint `to` (default: the newest) extends that at checkpoint `from` (spec/proofs.md 6.1). */
  @Get('proofs/consistency')
  @Authenticated()
  @ApiQuery({ name: 'from', required: true })
  @ApiQuery({ name: 'to', required: false })
  @ApiResponse({ status: 200, description: 'One history', content: { [MEDIA.consistency]: {} } })
  @ApiResponse({ status: 'default', ...REFUSED })
  async getConsistency(@Query('from') from: unknown, @Query('to') to: unknown, @Res() reply: HttpReply): Promise<void> {
    const { node } = this.context;
    const { certifiedHeight, historyFrom } = node.status();
    const [earlier, later] = [heightOf('from', from), to === undefined ? certifiedHeight : heightOf('to', to)];
    if (earlier > later) throw new ApiFault('PARAMETER_INVALID', 'from is above to');
    const proof = await node.consistency(earlier, later);
    if (proof === null && historyFrom !== undefined) throw historyFault(historyFrom);
    if (proof === null) {
      const newest = `its newest is at ${certifiedHeight}`;
      throw new ApiFault('CHECKPOINT_UNKNOWN', `this node has no checkpoint at ${earlier} or ${later}; ${newest}`);
    }
    reply.header('Content-Type', MEDIA.consistency).header('Lading-Height', later);
    reply.send(Buffer.from(encodeProof(CONSISTENCY_FORMAT, CONSISTENCY, proof)));
  }
}

function heightOf(name: string, text: unknown): Height {
  if (typeof text === 'string' && /^[1-9][0-9]{0,14}$/.test(text)) return Number(text) as Height;
  throw new ApiFault('PARAMETER_INVALID', `${name} is a height from 1 on`);
}
