import { z } from 'zod';

const hex = z.string().regex(/^[0-9a-f]*$/);
/** base64url of 32 bytes. */
const hash = z.string().length(43);

/** GET /v1/audit/state: digests of the entries whose keyHash begins with the prefix, one for each next byte that occurs. */
export const stateDigestsSchema = z.object({
  height: z.int().describe('Last block of this node; the digests are of the state after it'),
  prefix: hex,
  groups: z.array(
    z.object({ byte: z.int(), count: z.int(), digest: hash.describe('SHA-256 of keyHash ‖ valueHash of all entries, ascending') })
  )
});
export type StateDigests = z.infer<typeof stateDigestsSchema>;

/** GET /v1/audit/entries: the entries themselves, ascending by keyHash. */
export const stateEntriesSchema = z.object({
  height: z.int(),
  prefix: hex,
  items: z.array(z.object({ key: z.string(), keyHash: hash, valueHash: hash })),
  next: z.string().nullable().describe('keyHash of the last item when there are more')
});
export type StateEntries = z.infer<typeof stateEntriesSchema>;
