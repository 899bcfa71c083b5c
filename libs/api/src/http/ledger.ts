import { z } from 'zod';

/** base64url of 32 bytes. */
const hash = z.string().length(43);

export const TRANSACTION_STATES = ['pending', 'inBlock', 'committed', 'certified', 'rejected'] as const;

/** `state` after `Prefer: wait`: committed, certified or rejected; without it: pending. */
export const transactionAnswerSchema = z.object({
  txId: hash,
  state: z.enum(TRANSACTION_STATES),
  height: z.int().nullable(),
  index: z.int().nullable(),
  status: z.enum(['APPLIED', 'RECORDED', 'REJECTED']).nullable(),
  code: z.string().describe('Empty when applied'),
  detail: z.unknown()
});
export type TransactionAnswer = z.infer<typeof transactionAnswerSchema>;

/** GET /v1/transactions/{txId}: where it was ordered, with its outcome and exact bytes. */
export const transactionViewSchema = transactionAnswerSchema.extend({
  timestampMs: z.int().nullable(),
  organization: z.string().nullable(),
  member: z.string().nullable(),
  operation: z.string().nullable(),
  jws: z.string().nullable().describe('Compact serialization, exactly as signed')
});
export type TransactionView = z.infer<typeof transactionViewSchema>;

/** One line of the answer to application/x-ndjson, in the order of the request's lines. */
export const transactionLineSchema = z.object({
  line: z.int(),
  txId: hash.nullable(),
  state: z.enum(TRANSACTION_STATES),
  height: z.int().nullable(),
  index: z.int().nullable(),
  code: z.string(),
  detail: z.unknown()
});
export type TransactionLine = z.infer<typeof transactionLineSchema>;

export const blockViewSchema = z.object({
  height: z.int(),
  blockHash: hash,
  parentHash: hash,
  timestampMs: z.int(),
  proposer: z.string(),
  epoch: z.int(),
  view: z.int(),
  txCount: z.int(),
  stateRoot: hash,
  outcomeRoot: hash,
  certified: z.boolean(),
  signers: z.array(z.string()),
  transactions: z.array(
    z.object({ index: z.int(), txId: hash, status: z.enum(['APPLIED', 'RECORDED', 'REJECTED']), code: z.string() })
  ),
  encoded: z.string().describe('base64url of the exact header and refs')
});
export type BlockView = z.infer<typeof blockViewSchema>;

export const membersSchema = z.object({
  organizations: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      gln: z.string(),
      custodyMode: z.boolean(),
      members: z.array(z.object({ id: z.string(), name: z.string(), roles: z.array(z.string()), status: z.string() })),
      keys: z.array(z.object({ kid: z.string(), purpose: z.string(), status: z.string() }))
    })
  )
});
export type Members = z.infer<typeof membersSchema>;
