import { z } from 'zod';

export const peerSchema = z.object({
  index: z.int(),
  organization: z.string(),
  connected: z.boolean(),
  committedHeight: z.int().nullable(),
  view: z.int().nullable(),
  lastHeardMs: z.number().nullable()
});

/** GET /status: the engine's NodeStatus plus what the process knows of itself. */
export const nodeStatusSchema = z.object({
  organization: z.string(),
  organizationName: z.string(),
  network: z.string(),
  publicUrl: z.string().nullable(),
  chainId: z.string(),
  mode: z.enum(['BOOT', 'SYNCING', 'NORMAL', 'CHANGING', 'OBSERVER', 'HALTED']),
  height: z.int(),
  blockHash: z.string(),
  blockTimeMs: z.int(),
  stateRoot: z.string(),
  certifiedHeight: z.int(),
  epoch: z.int(),
  view: z.int(),
  leader: z.string(),
  validators: z.int(),
  quorum: z.int(),
  reachable: z.int(),
  quorumMargin: z.int(),
  pendingTransactions: z.int(),
  commitLatencyMs: z.object({ median: z.number(), p99: z.number(), count: z.int() }).nullable(),
  reason: z.string().nullable(),
  peers: z.array(peerSchema),
  projectionHeight: z.int().nullable(),
  events: z.int().nullable(),
  /** Of a node that began from a snapshot: nothing is held of the blocks between genesis and this height. */
  historyFrom: z.int().optional(),
  /** While those blocks are fetched: 1 … height are there, target is the last one, and why it does not go on now. */
  history: z.object({ height: z.int(), target: z.int(), problem: z.string().nullable() }).optional(),
  custodyMode: z.boolean(),
  ready: z.boolean(),
  version: z.string(),
  /** The broker that gets what is ordered: blocks that may still have to go, and why nothing goes out now. Absent without one. */
  outbox: z
    .object({
      target: z.string(),
      cursor: z.string(),
      lagBlocks: z.int(),
      sent: z.int(),
      duplicates: z.int(),
      failures: z.int(),
      problem: z.string().nullable()
    })
    .optional()
});
export type NodeStatusAnswer = z.infer<typeof nodeStatusSchema>;

export const healthSchema = z.object({ ok: z.boolean(), reason: z.string().nullable() });
