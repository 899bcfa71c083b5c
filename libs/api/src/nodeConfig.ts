import { z } from 'zod';
import { outboxConfigSchema } from './outboxConfig.js';

const file = z.string().min(1).max(4096);
const host = z.string().min(1).max(255);
const port = z.int().min(0).max(65535);

/** node.json: one organization's node. Paths are relative to the file's folder. */
export const nodeConfigSchema = z.strictObject({
  organization: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/),
  genesis: file,
  dataDirectory: file,
  http: z.strictObject({ host, port }),
  peer: z.strictObject({ host, port }),
  /** organization id → host:port */
  peers: z.record(z.string(), z.string().regex(/^.+:[0-9]{1,5}$/)),
  /** The organization or its validator key is to be added to the configuration: observe until it is. */
  joining: z.boolean().optional(),
  /** Nodes outside of the configuration that may fetch blocks here, by the base64url SHA-256 of their TLS public key. */
  observers: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/),
        tlsKeyHash: z.string().regex(/^[A-Za-z0-9_-]{43}$/)
      })
    )
    .max(100)
    .optional(),
  /**
   * An empty database begins from a peer's snapshot instead of executing every block, where the network is at this
   * height at least. `history`: the blocks below are fetched afterwards, in the background.
   */
  snapshot: z
    .strictObject({
      join: z.boolean(),
      minimumLag: z.int().min(2).max(Number.MAX_SAFE_INTEGER).default(1000),
      history: z.boolean().default(true)
    })
    .optional(),
  database: z.strictObject({ urlFile: file }),
  keys: z.strictObject({
    validator: file,
    tlsKey: file,
    tlsCertificate: file,
    service: file.optional(),
    passphraseFile: file.optional()
  }),
  log: z.enum(['human', 'json']).default('human'),
  publicUrl: z.url().optional(),
  metrics: z.boolean().optional(),
  /** Targets of webhooks that need be neither public nor https: host:port. */
  webhooks: z.strictObject({ allow: z.array(z.string().regex(/^.+:[0-9]{1,5}$/)).max(100) }).optional(),
  /** A message broker that gets what is ordered. */
  outbox: outboxConfigSchema.optional()
});
export type NodeConfig = z.infer<typeof nodeConfigSchema>;

/** The config of parsed JSON, or one line per fault: `peer.port: …`. */
export function parseNodeConfig(
  value: unknown
): { readonly ok: true; readonly value: NodeConfig } | { readonly ok: false; readonly faults: readonly string[] } {
  const parsed = nodeConfigSchema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  return {
    ok: false,
    faults: parsed.error.issues.map((issue) => `${issue.path.join('.') || 'file'}: ${issue.message}`)
  };
}
