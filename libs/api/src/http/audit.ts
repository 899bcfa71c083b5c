import { z } from 'zod';
import { HISTORY_PART_NAMES } from '../comparisonLimits.js';

/** base64url of 32 bytes. */
const hash = z.string().length(43);
/** base64url of bytes that somebody may have damaged. */
const bytes = z.string().regex(/^[A-Za-z0-9_-]*$/);

/** GET /v1/audit/history: digests of rows by height (spec/compare.md 2.1). */
export const historyDigestsSchema = z.object({
  height: z.int().describe('Last block of this node'),
  part: z.enum(HISTORY_PART_NAMES),
  from: z.int(),
  to: z.int(),
  groups: z.array(z.object({ from: z.int(), to: z.int(), count: z.int(), digest: hash }))
});
export type HistoryDigests = z.infer<typeof historyDigestsSchema>;

/** GET /v1/audit/history/{height}: the rows of one height, large ones as their SHA-256 (2.3). */
export const heightRowsSchema = z.object({
  height: z.int(),
  block: z
    .object({ blockHash: bytes, outcomeRoot: bytes, stateRoot: bytes, encodedHash: hash, txCount: z.int() })
    .nullable(),
  batches: z.array(z.object({ refIndex: z.int(), batchHash: bytes, headerHash: hash })),
  transactions: z.array(z.object({ index: z.int(), txId: bytes, encodedHash: hash })),
  outcomes: z.array(
    z.object({ index: z.int(), txId: bytes, status: z.string(), code: z.string(), detail: bytes.describe('CBOR') })
  )
});
export type HeightRowsView = z.infer<typeof heightRowsSchema>;

/** GET /v1/audit/tree: the heights after which this node knows the state (3.1). */
export const stateWindowSchema = z.object({ from: z.int(), to: z.int(), depth: z.int().describe('Of the state tree') });
export type StateWindowView = z.infer<typeof stateWindowSchema>;

/** GET /v1/audit/tree/{height}/{depth}/{index}: the hashes at most eight levels below a node of the state tree. */
export const treeHashesSchema = z.object({
  height: z.int(),
  depth: z.int(),
  index: z.int(),
  treeRoot: hash,
  outcomesLogRoot: hash,
  hashes: z.array(hash)
});
export type TreeHashesView = z.infer<typeof treeHashesSchema>;

/** GET /v1/audit/buckets/{height}: the entries of buckets, ascending by keyHash. */
export const stateBucketsSchema = z.object({
  height: z.int(),
  buckets: z.array(
    z.object({
      bucket: z.int(),
      entries: z.array(
        z.object({ key: z.string().nullable(), keyHash: bytes, valueHash: bytes, value: bytes.nullable().describe('CBOR') })
      )
    })
  )
});
export type StateBuckets = z.infer<typeof stateBucketsSchema>;

/** GET /v1/audit/changes: keys that blocks have changed since the window began, the first by their hashes (3.4). */
export const stateChangesSchema = z.object({
  from: z.int(),
  to: z.int(),
  depth: z.int(),
  keys: z.array(z.object({ key: z.string(), keyHash: hash }))
});
export type StateChangesView = z.infer<typeof stateChangesSchema>;

/** GET /v1/audit/rows: what is wrong with the rows of the state in some buckets (§4). */
export const stateRowsSchema = z.object({
  height: z.int(),
  rows: z.int(),
  findings: z.array(z.object({ key: z.string(), what: z.string() })),
  next: z.int().nullable().describe('The next bucket, when there are more')
});
export type StateRowsView = z.infer<typeof stateRowsSchema>;
