import { z } from 'zod';

const file = z.string().min(1).max(4096);
const address = z.string().regex(/^.+:[0-9]{1,5}$/);

/** Without "false" the connection is TLS; the authorities are those of the system unless a file names others. */
const tls = z
  .union([
    z.literal(false),
    z.strictObject({ caFile: file.optional(), certificateFile: file.optional(), keyFile: file.optional() })
  ])
  .default({});
const shared = {
  /** Where a new target begins. */
  from: z.enum(['beginning', 'now']).default('beginning'),
  /** Go on at the oldest transaction held where the next one is not. */
  skipMissing: z.boolean().default(false),
  tls
};

const natsOutboxSchema = z.strictObject({
  kind: z.literal('nats'),
  /** host:port */
  servers: z.array(address).min(1).max(16),
  stream: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/)
    .default('LADING'),
  createStream: z.boolean().default(true),
  /** Of a stream that is made. */
  replicas: z.int().min(1).max(5).default(1),
  duplicateWindowSeconds: z.int().min(1).max(86_400).default(600),
  login: z
    .union([
      z.strictObject({ credentialsFile: file }),
      z.strictObject({ nkeySeedFile: file }),
      z.strictObject({ tokenFile: file }),
      z.strictObject({ user: z.string().min(1).max(256), passwordFile: file })
    ])
    .optional(),
  ...shared
});
export type NatsOutbox = z.infer<typeof natsOutboxSchema>;

const kafkaOutboxSchema = z.strictObject({
  kind: z.literal('kafka'),
  /** host:port */
  servers: z.array(address).min(1).max(16),
  topic: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,249}$/)
    .default('lading'),
  login: z
    .strictObject({
      mechanism: z.enum(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512']),
      user: z.string().min(1).max(256),
      passwordFile: file
    })
    .optional(),
  ...shared
});
export type KafkaOutbox = z.infer<typeof kafkaOutboxSchema>;

/** `outbox` of node.json: the broker that a node hands to what is ordered (spec/outbox.md). */
export const outboxConfigSchema = z.discriminatedUnion('kind', [natsOutboxSchema, kafkaOutboxSchema]);
export type OutboxConfig = z.infer<typeof outboxConfigSchema>;

/** The config with every path of a file replaced; `at` gets the member's name and the path. */
export function withOutboxFiles(config: OutboxConfig, at: (name: string, path: string) => string): OutboxConfig {
  const resolved = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const entries = Object.entries(value).map(([name, member]) =>
      name.endsWith('File') && typeof member === 'string' ? [name, at(name, member)] : [name, resolved(member)]
    );
    return Object.fromEntries(entries);
  };
  return resolved(config) as OutboxConfig;
}
