import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { OutboxConfig } from '@lading/api';
import { toBase64Url } from '@lading/kernel';
import { PROVENANCE_OPTIONS, type ProvenanceOptions } from '../provenance.options.js';
import { KafkaBroker } from './kafka/kafkaBroker.js';
import { loadKafkaDriver } from './kafka/kafkaDriver.js';
import { NatsBroker } from './nats/natsBroker.js';
import type { OutboxBroker, OutboxStatus } from './outbox.types.js';
import { OutboxRunner } from './outboxRunner.js';
import { storedPositions } from './storedPositions.js';

/** The node's outbox, when its organization has a broker. */
@Injectable()
export class Outbox implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly runner: OutboxRunner | null;

  constructor(@Inject(PROVENANCE_OPTIONS) options: ProvenanceOptions) {
    const { outbox: config, chainId, organization, store, node, projection } = options;
    const chain = toBase64Url(chainId);
    this.runner =
      config === undefined || config === null
        ? null
        : new OutboxRunner({
            ...{ chain, store, node, from: config.from, skipMissing: config.skipMissing },
            historyFrom: () => node.status().historyFrom,
            positions: storedPositions(projection.standing),
            broker: brokerOf(config, chain, `lading-${organization}`),
            reportFailure: (error) => options.reportFailure('outbox', error)
          });
  }

  onApplicationBootstrap(): void {
    this.runner?.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.runner?.stop();
  }

  status(): OutboxStatus | null {
    return this.runner?.status() ?? null;
  }
}

function brokerOf(config: OutboxConfig, chain: string, clientName: string): OutboxBroker {
  if (config.kind === 'nats') return new NatsBroker(config, chain, clientName);
  return new KafkaBroker(config, clientName, () => loadKafkaDriver());
}
