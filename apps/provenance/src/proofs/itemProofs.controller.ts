import { Readable } from 'node:stream';
import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiFault, MEDIA } from '@lading/api';
import { Authenticated } from '@lading/identity';
import { encodeProofPieces, PROVENANCE, PROVENANCE_FORMAT } from '@lading/ledger';
import type { Scope } from '@lading/verifier';
import type { HttpReply } from '../http/http.types.js';
import { REFUSED } from '../http/refused.js';
import { ItemFinder } from '../trace/itemFinder.js';
import { StoryProver } from './storyProver.js';

const SCOPES: readonly string[] = ['history', 'conditions'];

@ApiTags('Proofs')
@ApiBearerAuth()
@Controller('v1/items')
export class ItemProofsController {
  constructor(
    @Inject(ItemFinder) private readonly finder: ItemFinder,
    @Inject(StoryProver) private readonly prover: StoryProver
  ) {}

  /** `id` as for an item. The whole story at the newest checkpoint (spec/proofs.md §7), sent while it is written. */
  @Get(':id/proof')
  @Authenticated()
  @ApiQuery({ name: 'scope', required: false, enum: SCOPES })
  @ApiResponse({ status: 200, description: 'All events of an item and of what it came from', content: { [MEDIA.provenance]: {} } })
  @ApiResponse({ status: 'default', ...REFUSED })
  async getProof(@Param('id') id: string, @Query('scope') scope: unknown, @Res() reply: HttpReply): Promise<void> {
    const asked = scope ?? 'history';
    if (typeof asked !== 'string' || !SCOPES.includes(asked)) {
      throw new ApiFault('PARAMETER_INVALID', `scope is one of ${SCOPES.join(', ')}`);
    }
    const subject = await this.finder.find(id);
    const { height, proof } = await this.prover.prove(subject, asked as Scope);
    reply.header('Content-Type', MEDIA.provenance).header('Lading-Height', height);
    reply.send(Readable.from(encodeProofPieces(PROVENANCE_FORMAT, PROVENANCE, proof)));
  }
}
