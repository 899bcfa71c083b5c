import { ApiFault } from '@lading/api';
import type { Outcome } from '@lading/ledger';
import { eventOutcomes } from '@lading/provenance';
import { eventCodes } from './captureJobs.js';

/** Whether the one event of a capture had been captured before with the same content. */
export const isDuplicate = (outcome: Outcome): boolean => eventOutcomes(outcome, 1)[0]?.status === 'duplicate';

/** What a capture of one event was refused for at execution, or null when it was applied. */
export function outcomeFault(outcome: Outcome): ApiFault | null {
  const detail = JSON.stringify(outcome.detail);
  const [first] = eventCodes(detail);
  if (outcome.status === 'APPLIED' && first === undefined) return null;
  const code = outcome.code !== '' ? outcome.code : (first?.[1] ?? outcome.status);
  const kept = outcome.status === 'RECORDED' ? ' The attempt is recorded as evidence; nothing else changed.' : '';
  return new ApiFault(code, `The ledger refused the event: ${code} ${detail}.${kept}`, { data: outcome.detail });
}
