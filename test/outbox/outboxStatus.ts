import { withClient } from '@lading/storage';
import type { SingleNode } from '../http/singleNode.js';

export interface OutboxAnswer {
  readonly lagBlocks: number;
  readonly sent: number;
  readonly duplicates: number;
  readonly failures: number;
  readonly problem: string | null;
}

export const outboxTo = (address: string, more: object = {}): object => ({
  outbox: { kind: 'nats', servers: [address], tls: false, ...more }
});

export async function statusOf(node: SingleNode): Promise<OutboxAnswer> {
  return ((await node.call('/status')).json as unknown as { readonly outbox: OutboxAnswer }).outbox;
}

/** Asks until it holds. */
export async function statusWhere(node: SingleNode, holds: (status: OutboxAnswer) => boolean): Promise<OutboxAnswer> {
  for (;;) {
    const status = await statusOf(node);
    if (holds(status)) return status;
  }
}

/** Sets the stored positions back to the beginning, as a database that was restored from an old backup has them. */
export async function rewind(url: string): Promise<void> {
  await withClient(url, async (client) => {
    await client.query(`UPDATE provenance.setting SET value = '0.0' WHERE name LIKE 'outbox.position/%'`);
  });
}
