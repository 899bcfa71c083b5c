import { z } from 'zod';

/** EPCIS 2.0 EPCISCaptureJob, with the pieces a large document was split into. */
export const captureJobSchema = z.object({
  captureID: z.string(),
  createdAt: z.string(),
  finishedAt: z.string().optional(),
  running: z.boolean(),
  success: z.boolean(),
  captureErrorBehaviour: z.enum(['rollback', 'proceed']),
  errors: z.array(
    z.object({
      type: z.string(),
      title: z.string(),
      status: z.int(),
      detail: z.string(),
      code: z.string(),
      txId: z.string().nullable(),
      eventIndex: z.int().optional()
    })
  ),
  parts: z.array(
    z.object({
      txId: z.string(),
      state: z.enum(['pending', 'committed', 'rejected']),
      height: z.int().nullable(),
      index: z.int().nullable(),
      code: z.string()
    })
  )
});
export type CaptureJob = z.infer<typeof captureJobSchema>;

/** EPCISQueryDocument as answered by GET /events; events are copied byte for byte from what was submitted. */
export const queryDocumentSchema = z.object({
  '@context': z.array(z.unknown()),
  type: z.literal('EPCISQueryDocument'),
  schemaVersion: z.literal('2.0'),
  creationDate: z.string(),
  epcisBody: z.object({
    queryResults: z.object({
      queryName: z.string(),
      resultsBody: z.object({ eventList: z.array(z.record(z.string(), z.unknown())) })
    })
  })
});
