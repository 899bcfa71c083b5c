import { Inject, Injectable } from '@nestjs/common';
import { ApiFault } from '@lading/api';
import type { CertifiedStateView } from '@lading/engine';
import type { ProvenanceProof } from '@lading/ledger';
import type { Scope } from '@lading/verifier';
import { Projector } from '../projector/projector.js';
import { PROVENANCE_OPTIONS, type ProvenanceOptions } from '../provenance.options.js';
import { buildStory } from './buildStory.js';
import { NodeLeafRows } from './nodeLeafRows.js';
import { StoryGap, StoryTooLarge } from './storySource.js';

export interface ProvenStory {
  /** Of the checkpoint. */
  readonly height: number;
  readonly proof: ProvenanceProof;
}

/** Proofs of provenance at the newest checkpoint. */
@Injectable()
export class StoryProver {
  constructor(
    @Inject(PROVENANCE_OPTIONS) private readonly options: ProvenanceOptions,
    @Inject(Projector) private readonly projector: Projector
  ) {}

  /** `subject`: canonical URI. Throws NOT_CERTIFIED_YET, STORY_NOT_HELD, STORY_TOO_LARGE. */
  async prove(subject: string, scope: Scope): Promise<ProvenStory> {
    const opened = await this.options.node.certifiedState();
    if (!opened.ok) throw new ApiFault(opened.code, opened.detail);
    const view = opened.value;
    try {
      return { height: view.height, proof: await this.build(subject, scope, view) };
    } catch (error) {
      if (error instanceof StoryGap) throw new ApiFault('STORY_NOT_HELD', error.message);
      if (error instanceof StoryTooLarge) throw new ApiFault('STORY_TOO_LARGE', error.message);
      if ((error as { readonly code?: unknown }).code === 'STATE_PASSED') {
        throw new ApiFault('NOT_CERTIFIED_YET', 'blocks ran away from the checkpoint while the proof was made');
      }
      throw error;
    } finally {
      view.close();
    }
  }

  private async build(subject: string, scope: Scope, view: CertifiedStateView): Promise<ProvenanceProof> {
    const { store, projection } = this.options;
    const { height, anchor } = view;
    if (this.projector.reflectedHeight < height) {
      throw new ApiFault('NOT_CERTIFIED_YET', `the query tables are not at height ${height} yet`);
    }
    const rows = new NodeLeafRows(store, projection);
    return buildStory({ subject, scope, height, anchor, prove: (keys) => view.prove(keys), rows });
  }
}
