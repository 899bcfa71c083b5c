import { z } from 'zod';

export const problemSchema = z.object({
  type: z.string().describe('Address of the page of this code; under /epcis the exception name of the standard'),
  title: z.string(),
  status: z.int(),
  detail: z.string().describe('What happened and what to do'),
  instance: z.string(),
  code: z.string().describe('Stable UPPER_SNAKE code; its page is /errors/{code}'),
  requestId: z.string(),
  retryable: z.boolean(),
  errors: z.array(z.object({ pointer: z.string(), code: z.string(), detail: z.string() })).optional(),
  data: z.unknown().optional()
});
