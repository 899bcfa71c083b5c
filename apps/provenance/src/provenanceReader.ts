import { Inject, Injectable } from '@nestjs/common';
import { asHash, type Hash } from '@lading/kernel';
import { Feed } from './feed/feed.js';
import { Outbox } from './outbox/outbox.js';
import type { OutboxStatus } from './outbox/outbox.types.js';
import { Projector } from './projector/projector.js';
import { PROVENANCE_OPTIONS, type ProvenanceOptions } from './provenance.options.js';

/** What the hosting process asks of the application. */
@Injectable()
export class ProvenanceReader {
  constructor(
    @Inject(PROVENANCE_OPTIONS) private readonly options: ProvenanceOptions,
    @Inject(Projector) private readonly projector: Projector,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(Feed) private readonly feed: Feed
  ) {}

  reflectedHeight(): number {
    return this.projector.reflectedHeight;
  }

  eventCount(): number {
    return this.projector.eventCount;
  }

  /** Readers of the feed, now. */
  streamClients(): number {
    return this.feed.streams;
  }

  /** How far the outbox is; null without one. */
  outboxStatus(): OutboxStatus | null {
    return this.outbox.status();
  }

  /** Transactions that captured events of this id, in ledger order. */
  async transactionsOfEvent(eventId: string): Promise<readonly Hash[]> {
    const rows = await this.options.projection.events({
      eventIds: [eventId],
      order: 'sequence',
      direction: 'ASC',
      limit: 10
    });
    return rows.map(({ txId }) => asHash(new Uint8Array(txId)));
  }
}
