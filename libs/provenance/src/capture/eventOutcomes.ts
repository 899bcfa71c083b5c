import type { Outcome, OutcomeDetail } from '@lading/ledger';

/** What an outcome says about one event of its transaction. */
export interface EventOutcome {
  readonly eventIndex: number;
  readonly status: 'applied' | 'history' | 'duplicate' | 'refused';
  /** '' when applied; the rule's code otherwise. */
  readonly code: string;
  /** Item at fault and further parameters; for a duplicate height, index and event index of the first. */
  readonly parameters: readonly OutcomeDetail[];
  /** Anomalies of an event that was applied all the same. */
  readonly flags: readonly EventFlag[];
}

export interface EventFlag {
  readonly code: string;
  /** Canonical URI of the first item, and how many there are. */
  readonly item: string;
  readonly items: number;
  readonly parameters: readonly OutcomeDetail[];
}

/**
 * Spreads an outcome of `epcis.capture` over its events: which are on the chains (`applied`, `history`), which were
 * there
 * before, which were refused. A rolled-back transaction has refused all of them.
 */
export function eventOutcomes(outcome: Outcome, eventCount: number): readonly EventOutcome[] {
  if (outcome.detail.length === 0 && outcome.status === 'APPLIED') {
    return Array.from({ length: eventCount }, (_, eventIndex) => applied(eventIndex, NONE));
  }
  const described = new Map<number, readonly OutcomeDetail[]>();
  const flagged = new Map<number, EventFlag[]>();
  for (const entry of outcome.detail) {
    if (!Array.isArray(entry)) continue;
    const parts = entry as readonly OutcomeDetail[];
    const [index, code, ...rest] = parts;
    if (typeof index !== 'number') continue;
    if (code !== 'FLAGGED') described.set(index, parts);
    else flagged.set(index, [...(flagged.get(index) ?? []), flagOf(rest)]);
  }
  return Array.from({ length: eventCount }, (_, eventIndex) => {
    const [, code, ...parameters] = described.get(eventIndex) ?? [];
    const flags = flagged.get(eventIndex) ?? [];
    if (code === 'DUPLICATE_EVENT') return { eventIndex, status: 'duplicate', code, parameters, flags };
    if (code === 'HISTORY_ONLY') {
      const [rule, ...items] = parameters;
      return { eventIndex, status: 'history', code: typeof rule === 'string' ? rule : '', parameters: items, flags };
    }
    if (typeof code === 'string') return { eventIndex, status: 'refused', code, parameters, flags };
    if (outcome.status === 'APPLIED') return applied(eventIndex, flags);
    return { eventIndex, status: 'refused', code: outcome.code, parameters: [], flags };
  });
}

const NONE: readonly never[] = [];

const applied = (eventIndex: number, flags: readonly EventFlag[]): EventOutcome => {
  return { eventIndex, status: 'applied', code: '', parameters: NONE, flags };
};

function flagOf([code, item, items, ...parameters]: readonly OutcomeDetail[]): EventFlag {
  return {
    code: typeof code === 'string' ? code : '',
    item: typeof item === 'string' ? item : '',
    items: typeof items === 'number' ? items : 0,
    parameters
  };
}
