import { z } from 'zod';

export const traceEventSchema = z.object({
  eventID: z.string(),
  type: z.string(),
  action: z.string().nullable(),
  bizStep: z.string().nullable(),
  disposition: z.string().nullable(),
  eventTime: z.string(),
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

export const traceSchema = z.object({
  item: z.string(),
  direction: z.enum(['back', 'forward']),
  height: z.int(),
  truncated: z.boolean(),
  items: z.array(z.object({ item: z.string(), depth: z.int() })),
  edges: z.array(
    z.object({ from: z.string(), to: z.string(), kind: z.string(), event: z.int().describe('Index into events') })
  ),
  events: z.array(traceEventSchema),
  errorDeclared: z.array(traceEventSchema)
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
  events: z.array(traceEventSchema)
});
export type ItemView = z.infer<typeof itemSchema>;
