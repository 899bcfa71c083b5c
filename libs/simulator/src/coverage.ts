import type { Output } from '@lading/consensus';
import { TARGET_BLOCKS } from './simulate.js';
import type { Outcome } from './simulate.js';

/** Kinds of outputs that a node must have died after in a run. Alarm is missing: honest nodes raise none. */
export const CRASH_POINTS: readonly Output['kind'][] = [
  'Persist', 'SignBroadcast', 'Broadcast', 'Send', 'FetchPayload', 'SendPayload', 'Commit', 'ServeBlocks', 'Stable',
  'SetTimer', 'Evidence'
];

/** What a run of many seeds has been through. */
export interface Coverage {
  readonly seeds: number;
  readonly violations: readonly Outcome[];
  readonly fewestBlocks: number;
  readonly blocks: number;
  readonly transactions: number;
  /** Shares of the seeds. */
  readonly withViewChange: number;
  readonly withLoss: number;
  readonly withHandOver: number;
  readonly kinds: ReadonlyMap<string, number>;
  readonly crashedAfter: ReadonlyMap<string, number>;
  readonly longestRecoveryMs: number;
}

export function cover(outcomes: readonly Outcome[]): Coverage {
  const share = (test: (outcome: Outcome) => boolean): number => outcomes.filter(test).length / outcomes.length;
  const kinds = new Map<string, number>();
  const crashedAfter = new Map<string, number>();
  for (const outcome of outcomes) {
    kinds.set(outcome.kind, (kinds.get(outcome.kind) ?? 0) + 1);
    for (const kind of outcome.crashedAfter) crashedAfter.set(kind, (crashedAfter.get(kind) ?? 0) + 1);
  }
  return {
    seeds: outcomes.length,
    violations: outcomes.filter((outcome) => outcome.violation !== null),
    fewestBlocks: Math.min(...outcomes.map((outcome) => outcome.blocks)),
    blocks: outcomes.reduce((sum, outcome) => sum + outcome.blocks, 0),
    transactions: outcomes.reduce((sum, outcome) => sum + outcome.transactions, 0),
    withViewChange: share((outcome) => outcome.viewChanges > 0),
    withLoss: share((outcome) => outcome.losses > 0),
    withHandOver: share((outcome) => outcome.handOvers > 0),
    kinds,
    crashedAfter,
    longestRecoveryMs: Math.max(...outcomes.map((outcome) => outcome.recoveryMs))
  };
}

/** What a run must have seen to count: otherwise its silence says nothing. Empty when it did. */
export function gapsOf(coverage: Coverage): readonly string[] {
  const gaps: string[] = [];
  if (coverage.fewestBlocks < TARGET_BLOCKS) gaps.push(`a seed committed only ${coverage.fewestBlocks} blocks`);
  if (coverage.withViewChange < 0.3) gaps.push('fewer than 30 % of the seeds had a view change');
  if (coverage.withLoss < 0.3) gaps.push('fewer than 30 % of the seeds had a crash that lost writes');
  for (const kind of CRASH_POINTS) if (!coverage.crashedAfter.has(kind)) gaps.push(`no crash after ${kind}`);
  return gaps;
}

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
const list = (counts: ReadonlyMap<string, number>): string =>
  [...counts].sort((a, b) => b[1] - a[1]).map(([name, count]) => `${name} ${count}`).join(', ');

export function coverageText(coverage: Coverage): string {
  return [
    `${coverage.seeds} seeds, ${coverage.violations.length} violations`,
    `blocks ${coverage.blocks} (at least ${coverage.fewestBlocks} a seed), transactions ${coverage.transactions}`,
    `seeds with a view change ${percent(coverage.withViewChange)}, with a crash that lost writes ` +
      `${percent(coverage.withLoss)}, with a hand-over ${percent(coverage.withHandOver)}`,
    `schedules: ${list(coverage.kinds)}`,
    `crashes after: ${list(coverage.crashedAfter)}`,
    `longest time from the last fault until everything was everywhere: ${coverage.longestRecoveryMs.toFixed(0)} ms`
  ].join('\n');
}
