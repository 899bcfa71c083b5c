import { z } from 'zod';

/** base64url of 32 bytes. */
const bytes32 = z.string().length(43);

export const networkOrganizationSchema = z.object({
  id: z.string(),
  name: z.string(),
  validatorKey: bytes32,
  adminKey: bytes32,
  tlsKeyHash: bytes32,
  custodyMode: z.boolean(),
  gln: z.string(),
  companyPrefixes: z.array(z.string()),
  roles: z.array(z.string()).optional().describe('What the members have made it beyond a member: regulator')
});

/** GET /v1/network: the config in force, and the epochs that led to it. Organizations and parameters as in genesis. */
export const networkViewSchema = z.object({
  chainId: bytes32,
  name: z.string(),
  epoch: z.int(),
  startHeight: z.int().describe('Height of the block that ended the epoch before'),
  height: z.int().describe('Last block of this node'),
  configHash: bytes32,
  config: z.string().describe('base64url of the exact config whose hash is configHash'),
  quorum: z.int(),
  faults: z.int(),
  organizations: z.array(networkOrganizationSchema),
  parameters: z.record(z.string(), z.union([z.string(), z.int()])),
  epochs: z
    .array(z.object({ epoch: z.int(), startHeight: z.int(), configHash: bytes32, organizations: z.array(z.string()) }))
    .describe('The newest, ascending')
});
export type NetworkView = z.infer<typeof networkViewSchema>;
