import type { Output } from '@lading/consensus';
import { ADVERSARIES } from './adversaries/names.js';
import { FAULT_KINDS } from './plans/faultPlan.js';
import { TARGET_BLOCKS } from './simulate.js';
import type { Outcome } from './simulate.js';

/** Kinds of outputs that a node must have died after in a run. Alarm is missing: honest nodes raise none. */
export const CRASH_POINTS: readonly Output['kind'][] = [
  'Persist', 'SignBroadcast', 'Broadcast', 'Send', 'FetchPayload', 'SendPayload', 'Commit', 'ServeBlocks', 'Stable',
  'SetTimer', 'Evidence', 'EpochEntered'
];
/** Shares and complete lists are asked of runs of at least so many seeds. */
const ENOUGH = 400;

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
  readonly withSync: number;
  readonly withEpoch: number;
  readonly withClockJump: number;
  readonly withWipe: number;
  readonly kinds: ReadonlyMap<string, number>;
  readonly adversaries: ReadonlyMap<string, number>;
  readonly evidence: ReadonlyMap<string, number>;
  readonly crashedAfter: ReadonlyMap<string, number>;
  readonly longestRecoveryMs: number;
  readonly mostRecoveryViews: number;
}

function count(outcomes: readonly Outcome[], names: (outcome: Outcome) => readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const outcome of outcomes) for (const name of names(outcome)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

export function cover(outcomes: readonly Outcome[]): Coverage {
  const share = (test: (outcome: Outcome) => boolean): number => outcomes.filter(test).length / outcomes.length;
  const most = (value: (outcome: Outcome) => number): number => outcomes.reduce((top, one) => Math.max(top, value(one)), 0);
  return {
    seeds: outcomes.length,
    violations: outcomes.filter((outcome) => outcome.violation !== null),
    fewestBlocks: outcomes.reduce((least, { blocks }) => Math.min(least, blocks), Infinity),
    blocks: outcomes.reduce((sum, outcome) => sum + outcome.blocks, 0),
    transactions: outcomes.reduce((sum, outcome) => sum + outcome.transactions, 0),
    withViewChange: share((outcome) => outcome.viewChanges > 0),
    withLoss: share((outcome) => outcome.losses > 0),
    withHandOver: share((outcome) => outcome.handOvers > 0),
    withSync: share((outcome) => outcome.syncs > 0),
    withEpoch: share((outcome) => outcome.epochs > 0),
    withClockJump: share((outcome) => outcome.clockJumps > 0),
    withWipe: share((outcome) => outcome.wipes > 0),
    kinds: count(outcomes, ({ kind }) => [kind]),
    adversaries: count(outcomes, ({ adversaries }) => adversaries),
    evidence: count(outcomes, ({ evidence }) => evidence),
    crashedAfter: count(outcomes, ({ crashedAfter }) => crashedAfter),
    longestRecoveryMs: most(({ recoveryMs }) => recoveryMs),
    mostRecoveryViews: most(({ recoveryViews }) => recoveryViews)
  };
}

/** What a run must have seen to count: otherwise its silence says nothing. Empty when it did. */
export function gapsOf(coverage: Coverage): readonly string[] {
  const gaps: string[] = [];
  const need = (share: number, least: number, what: string): void => {
    if (share < least) gaps.push(`fewer than ${percent(least)} of the seeds had ${what}`);
  };
  if (coverage.fewestBlocks < TARGET_BLOCKS) gaps.push(`a seed committed only ${coverage.fewestBlocks} blocks`);
  if (coverage.seeds < ENOUGH) return gaps;
  need(coverage.withViewChange, 0.3, 'a view change');
  need(coverage.withLoss, 0.2, 'a crash that lost writes');
  need(coverage.withSync, 0.3, 'a node that caught up');
  need(coverage.withEpoch, 0.15, 'an epoch change');
  need(coverage.withHandOver, 0.3, 'a hand-over');
  need(coverage.withClockJump, 0.03, 'a clock that jumped');
  need(coverage.withWipe, 0.01, 'a disk that was lost');
  for (const kind of FAULT_KINDS) if (!coverage.kinds.has(kind)) gaps.push(`no schedule of kind ${kind}`);
  for (const name of ADVERSARIES) if (!coverage.adversaries.has(name)) gaps.push(`no misbehaviour of the ${name}`);
  for (const kind of CRASH_POINTS) if (!coverage.crashedAfter.has(kind)) gaps.push(`no crash after ${kind}`);
  return gaps;
}

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
const list = (counts: ReadonlyMap<string, number>): string =>
  [...counts].sort((a, b) => b[1] - a[1]).map(([name, times]) => `${name} ${times}`).join(', ');

export function coverageText(coverage: Coverage): string {
  return [
    `${coverage.seeds} seeds, ${coverage.violations.length} violations`,
    `blocks ${coverage.blocks} (at least ${coverage.fewestBlocks} a seed), transactions ${coverage.transactions}`,
    `seeds with a view change ${percent(coverage.withViewChange)}, a crash that lost writes ` +
      `${percent(coverage.withLoss)}, a hand-over ${percent(coverage.withHandOver)}, a node that caught up ` +
      `${percent(coverage.withSync)}, an epoch change ${percent(coverage.withEpoch)}, a clock that jumped ` +
      `${percent(coverage.withClockJump)}, a lost disk ${percent(coverage.withWipe)}`,
    `schedules: ${list(coverage.kinds)}`,
    `adversaries at work: ${list(coverage.adversaries)}`,
    `evidence found: ${list(coverage.evidence)}`,
    `crashes after: ${list(coverage.crashedAfter)}`,
    `longest time from the last fault until everything was everywhere: ${coverage.longestRecoveryMs.toFixed(0)} ms, ` +
      `most view changes in it: ${coverage.mostRecoveryViews}`
  ].join('\n');
}
