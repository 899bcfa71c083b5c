import type { NatsOutbox } from '@lading/api';
import { jetstreamManager, JetStreamApiCodes, JetStreamApiError, type StreamConfig } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { OutboxFault } from '../outboxFault.js';
import { coversSubjects, subjectsOfChain } from '../subject.js';

const NANOSECONDS = 1_000_000_000;

/**
 * Makes the stream or looks whether the one that is there takes the chain's messages (spec/outbox.md 3.4). Resolves with the
 * size of its largest message in bytes, -1 when it has no limit of its own.
 */
export async function ensureStream(connection: NatsConnection, config: NatsOutbox, chain: string): Promise<number> {
  const manager = await jetstreamManager(connection);
  const subjects = subjectsOfChain(chain);
  const found = await streamConfig(() => manager.streams.info(config.stream));
  if (found === null && !config.createStream) {
    throw new OutboxFault('OUTBOX_STREAM', `there is no stream ${config.stream}, and "createStream" is false`);
  }
  if (found === null) {
    await manager.streams.add({
      name: config.stream,
      description: 'What Lading has ordered',
      subjects: [subjects],
      storage: 'file',
      retention: 'limits',
      num_replicas: config.replicas,
      duplicate_window: config.duplicateWindowSeconds * NANOSECONDS
    });
    return -1;
  }
  if (!(found.subjects ?? []).some((pattern) => coversSubjects(pattern, subjects))) {
    throw new OutboxFault('OUTBOX_STREAM', `the stream ${config.stream} does not take the subjects ${subjects}`);
  }
  return found.max_msg_size;
}

async function streamConfig(info: () => Promise<{ readonly config: StreamConfig }>): Promise<StreamConfig | null> {
  try {
    return (await info()).config;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound) return null;
    throw error;
  }
}
