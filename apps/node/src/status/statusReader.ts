import { Inject, Injectable } from '@nestjs/common';
import type { NodeStatusAnswer } from '@lading/api';
import { ProvenanceReader, type OutboxStatus } from '@lading/provenance-app';
import { NODE_CONTEXT, type NodeContext } from '../nodeContext.js';
import { VERSION } from '../version.js';

@Injectable()
export class StatusReader {
  constructor(
    @Inject(NODE_CONTEXT) private readonly context: NodeContext,
    @Inject(ProvenanceReader) private readonly provenance: ProvenanceReader
  ) {}

  async read(): Promise<NodeStatusAnswer> {
    const { node, config, genesis, organization, publicUrl, custodyMode, readiness } = this.context;
    const status = node.status();
    const reason = await readiness.reason();
    const outbox = this.provenance.outboxStatus();
    return {
      ...status,
      peers: [...status.peers],
      organizationName: config.organizations.find(({ id }) => id === organization)?.name ?? organization,
      network: genesis.name,
      publicUrl,
      reason: status.reason ?? reason,
      projectionHeight: this.provenance.reflectedHeight(),
      events: this.provenance.eventCount(),
      custodyMode,
      ready: reason === null,
      version: VERSION,
      ...(outbox === null ? {} : { outbox: outboxAnswer(outbox) })
    };
  }
}

function outboxAnswer({ position, ...status }: OutboxStatus): NonNullable<NodeStatusAnswer['outbox']> {
  return { ...status, cursor: `${position.height}.${position.index}` };
}
