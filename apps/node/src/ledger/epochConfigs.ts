import { Inject, Injectable } from '@nestjs/common';
import type { StoredEpoch } from '@lading/engine';
import type { EpochConfig } from '@lading/ledger';
import { NODE_CONTEXT, type NodeContext } from '../nodeContext.js';

/** The config of every epoch as stored, read again only when the node has entered a new one. */
@Injectable()
export class EpochConfigs {
  #known: readonly StoredEpoch[] = [];

  constructor(@Inject(NODE_CONTEXT) private readonly context: NodeContext) {}

  async all(): Promise<readonly StoredEpoch[]> {
    if (this.#known.length <= this.context.node.status().epoch) this.#known = await this.context.store.epochs();
    return this.#known;
  }

  /** Of a block's epoch; signer and lane indexes in it mean this config's organizations. */
  async of(epoch: number): Promise<EpochConfig> {
    const found = (await this.all())[epoch];
    return found?.config ?? this.context.genesis.config;
  }

  /** In force for the next block. */
  async current(): Promise<EpochConfig> {
    return (await this.all()).at(-1)?.config ?? this.context.genesis.config;
  }
}
