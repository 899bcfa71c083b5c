import { Readable } from 'node:stream';
import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiFault, MEDIA } from '@lading/api';
import type { CertifiedStateView } from '@lading/engine';
import { Authenticated } from '@lading/identity';
import { encodeProofPieces, PROVENANCE, PROVENANCE_FORMAT, type ProvenanceProof } from '@lading/ledger';
import type { Scope } from '@lading/verifier';
import type { HttpReply } from '../http/http.types.js';
import { REFUSED } from '../http/refused.js';
import { Projector } from '../projector/projector.js';
import { PROVENANCE_OPTIONS, type ProvenanceOptions } from '../provenance.options.js';
import { ItemFinder } from '../trace/itemFinder.js';
import { buildStory } from './buildStory.js';
import { NodeLeafRows } from './nodeLeafRows.js';
import { StoryGap, StoryTooLarge } from './storySource.js';

const SCOPES: readonly string[] = ['history', 'conditions'];

@ApiTags('Proofs')
@ApiBearerAuth()
@Controller('v1/items')
export class ItemProofsController {
  constructor(
    @Inject(PROVENANCE_OPTIONS) private readonly options: ProvenanceOptions,
    @Inject(ItemFinder) private readonly finder: ItemFinder,
    @Inject(Projector) private readonly projector: Projector
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
    const opened = await this.options.node.certifiedState();
    if (!opened.ok) throw new ApiFault(opened.code, opened.detail);
    const view = opened.value;
    try {
      const proof = await this.#story(subject, asked as Scope, view);
      reply.header('Content-Type', MEDIA.provenance).header('Lading-Height', view.height);
      reply.send(Readable.from(encodeProofPieces(PROVENANCE_FORMAT, PROVENANCE, proof)));
    } finally {
      view.close();
    }
  }

  async #story(subject: string, scope: Scope, view: CertifiedStateView): Promise<ProvenanceProof> {
    const { store, projection } = this.options;
    const { height, anchor } = view;
    if (this.projector.reflectedHeight < height) {
      throw new ApiFault('NOT_CERTIFIED_YET', `the query tables are not at height ${height} yet`);
    }
    const rows = new NodeLeafRows(store, projection);
    const prove = (keys: readonly string[]) => view.prove(keys);
    try {
      return await buildStory({ subject, scope, height, anchor, prove, rows });
    } catch (error) {
      if (error instanceof StoryGap) throw new ApiFault('STORY_NOT_HELD', error.message);
      if (error instanceof StoryTooLarge) throw new ApiFault('STORY_TOO_LARGE', error.message);
      if ((error as { readonly code?: unknown }).code === 'STATE_PASSED') {
        throw new ApiFault('NOT_CERTIFIED_YET', 'blocks ran away from the checkpoint while the proof was made');
      }
      throw error;
    }
  }
}
