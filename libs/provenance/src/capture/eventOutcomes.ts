import type { Outcome, OutcomeDetail } from '@lading/ledger';

/** What an outcome says about one event of its transaction. */
export interface EventOutcome {
  readonly eventIndex: number;
  readonly status: 'applied' | 'history' | 'duplicate' | 'refused';
  /** '' when applied; the rule's code otherwise. */
  readonly code: string;
  /** Item at fault and further parameters; for a duplicate height, index and event index of the first. */
  readonly parameters: readonly OutcomeDetail[];
}

/**
 * Spreads an outcome of `epcis.capture` over its events: which are on the chains (`applied`, `history`), which were
 * there
 * before, which were refused. A rolled-back transaction has refused all of them.
 */
export function eventOutcomes(outcome: Outcome, eventCount: number): readonly EventOutcome[] {
  const described = new Map<number, readonly OutcomeDetail[]>();
  for (const entry of outcome.detail) {
    if (!Array.isArray(entry)) continue;
    const parts = entry as readonly OutcomeDetail[];
    if (typeof parts[0] === 'number') described.set(parts[0], parts);
  }
  return Array.from({ length: eventCount }, (_, eventIndex) => {
    const [, code, ...parameters] = described.get(eventIndex) ?? [];
    if (code === 'DUPLICATE_EVENT') return { eventIndex, status: 'duplicate', code, parameters };
    if (code === 'HISTORY_ONLY') {
      const [rule, ...items] = parameters;
      return { eventIndex, status: 'history', code: typeof rule === 'string' ? rule : '', parameters: items };
    }
    if (typeof code === 'string') return { eventIndex, status: 'refused', code, parameters };
    if (outcome.status === 'APPLIED') return { eventIndex, status: 'applied', code: '', parameters: [] };
    return { eventIndex, status: 'refused', code: outcome.code, parameters: [] };
  });
}
