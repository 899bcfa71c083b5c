import { z } from 'zod';

export const traceEventSchema = z.object({
  eventID: z.string(),
  type: z.string(),
  action: z.string().nullable(),
  bizStep: z.string().nullable(),
  disposition: z.string().nullable(),
  eventTime: z.string(),
  recordTime: z.string(),
  assertedLater: z.boolean().describe('Recorded over seven days after it is said to have happened'),
  readPoint: z.string().nullable(),
  bizLocation: z.string().nullable(),
  organization: z.string(),
  member: z.string(),
  onBehalfOf: z.string().nullable(),
  txId: z.string(),
  height: z.int(),
  index: z.int(),
  eventIndex: z.int(),
  items: z.array(z.object({ role: z.string(), item: z.string() }))
});
export type TraceEvent = z.infer<typeof traceEventSchema>;

/**
 * `transformation`: from became to. `containment`: from was in to. `transfer`: item went from one organization (from)
 * to another, or to a party outside the network (to).
 */
export const traceEdgeSchema = z.object({
  kind: z.enum(['transformation', 'containment', 'transfer']),
  from: z.string(),
  to: z.string(),
  item: z.string().nullable(),
  since: z.string().nullable(),
  until: z.string().nullable().describe('Null while it lasts, or when no receipt is in the trace'),
  event: z.int().describe('Index into events')
});
export type TraceEdgeView = z.infer<typeof traceEdgeSchema>;

/** Items are canonical GS1 Digital Links where they are GS1 identifiers; events are in time order. */
export const traceSchema = z.object({
  item: z.string(),
  direction: z.enum(['back', 'forward']),
  height: z.int(),
  truncated: z.boolean().describe('A limit cut it off: the answer is a part'),
  items: z.array(z.object({ item: z.string(), depth: z.int(), kind: z.enum(['item', 'container']) })),
  edges: z.array(traceEdgeSchema),
  events: z.array(traceEventSchema),
  errorDeclared: z.array(traceEventSchema).describe('Declared wrong by their capturer; not part of the trace'),
  frontier: z.array(z.string()).describe('Where a truncated trace ends: ask on from these'),
  unexplained: z.array(z.string()).describe('Of which no event here says how they came into being')
});
export type Trace = z.infer<typeof traceSchema>;

export const itemSchema = z.object({
  item: z.string(),
  kind: z.string(),
  height: z.int(),
  status: z.string(),
  custodian: z.string().nullable(),
  parent: z.string().nullable(),
  eventCount: z.int(),
  head: z.string(),
  state: z.record(z.string(), z.unknown()),
  events: z.array(traceEventSchema),
  /** With `include=proof`: the proof of provenance. */
  proof: z.unknown().optional()
});
export type ItemView = z.infer<typeof itemSchema>;
