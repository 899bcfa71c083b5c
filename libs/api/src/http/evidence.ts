import { z } from 'zod';

/** base64url of 32 bytes. */
const bytes32 = z.string().length(43);

export const evidenceStatementSchema = z.object({
  type: z.string().describe('PRE-PREPARE, PREPARE, COMMIT, VIEW-CHANGE, NEW-VIEW, CHECKPOINT or BATCH'),
  view: z.int().nullable(),
  height: z.int().nullable().describe('Of a BATCH its sequence number'),
  content: bytes32.describe('What was signed: hash of the block, or of the message’s content'),
  signature: z.string().describe('base64url of the Ed25519 signature')
});

export const evidenceItemSchema = z.object({
  number: z.int().describe('1, 2, … in the order in which this node found them'),
  digest: bytes32.describe('SHA-256 of encoded'),
  kind: z.string().describe('A kind of message that was signed twice for one slot; CONCEAL; INVALID-NEW-VIEW'),
  epoch: z.int(),
  validator: z.int().describe('Index in the config of the epoch'),
  organization: z.string(),
  slot: z.string().describe('view, view:height, height or sequence number, as the kind has it'),
  recordedAt: z.string().describe('RFC 3339, by the clock of this node'),
  statements: z.array(evidenceStatementSchema).length(2),
  encoded: z.string().describe('base64url of the EVIDENCE message, which proves itself with the config of its epoch')
});
export type EvidenceItemView = z.infer<typeof evidenceItemSchema>;

/** GET /v1/evidence: proofs that validators broke the protocol, as this node holds them. */
export const evidencePageSchema = z.object({
  items: z.array(evidenceItemSchema),
  configs: z
    .array(z.object({ epoch: z.int(), configHash: bytes32, config: z.string().describe('base64url of the exact config') }))
    .describe('Of the epochs that the items are of'),
  next: z.int().nullable().describe('`after` of the next page; null: this is the last')
});
export type EvidencePage = z.infer<typeof evidencePageSchema>;
