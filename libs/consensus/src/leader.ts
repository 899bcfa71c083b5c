import type { Height } from '@lading/kernel';
import { faults } from '@lading/ledger';
import type { EpochConfig } from '@lading/ledger';

/** What the committed chain says of one view of an epoch: views that left no block have no record (spec L2). */
export interface ViewRecord {
  readonly view: number;
  /** Of its last block: the highest committed height with this originView in the epoch. */
  readonly lastHeight: Height;
  /** That block has turnEnd or epochEnd. */
  readonly ended: boolean;
}

/** A closed epoch with the records of all its views, in any order. */
export interface PastEpoch {
  readonly config: EpochConfig;
  readonly views: readonly ViewRecord[];
}

/** L1: the leader of a view goes round `leaders`, the eligible validators of the epoch in order of index. */
export function leaderOf(epoch: number, view: number, leaders: readonly number[]): number {
  return leaders[(epoch + view) % leaders.length] ?? 0;
}

/** L1: in epoch 0 no validator is left out. */
export function allValidators(config: EpochConfig): readonly number[] {
  return config.organizations.map((_, index) => index);
}

/**
 * L2: failed views by leader. A view failed when a later one left a block, and it left none itself or its last block
 * ended neither turn nor epoch. Read from committed headers, so all nodes agree.
 */
function failures(past: PastEpoch, leaders: readonly number[]): Map<number, number> {
  const ended = new Map(past.views.map((record) => [record.view, record.ended]));
  const last = past.views.reduce((most, { view }) => Math.max(most, view), 0);
  const counts = new Map<number, number>();
  for (let view = 0; view < last; view++) {
    if (ended.get(view) === true) continue;
    const leader = leaderOf(past.config.epoch, view, leaders);
    counts.set(leader, (counts.get(leader) ?? 0) + 1);
  }
  return counts;
}

/**
 * L2: validators of the new epoch that do not lead in it: organizations of both epochs with a failed view, most
 * failures first, then by index; at most f of the new set.
 */
export function excludedLeaders(
  past: PastEpoch,
  leaders: readonly number[],
  next: EpochConfig
): readonly number[] {
  const counts = failures(past, leaders);
  const failed = next.organizations.flatMap(({ id }, index) => {
    const before = past.config.organizations.findIndex((organization) => organization.id === id);
    const count = counts.get(before) ?? 0;
    return count > 0 ? [{ index, count }] : [];
  });
  failed.sort((a, b) => b.count - a.count || a.index - b.index);
  return failed.slice(0, faults(next.organizations.length)).map(({ index }) => index);
}

/** L1, L2: who leads in the epoch after `past`, whose leaders were `leaders`. */
export function nextLeaders(past: PastEpoch, leaders: readonly number[], next: EpochConfig): readonly number[] {
  const excluded = excludedLeaders(past, leaders, next);
  return allValidators(next).filter((index) => !excluded.includes(index));
}

/** L2: who leads in `config`'s epoch, from all epochs before it, ascending from epoch 0. */
export function epochLeaders(history: readonly PastEpoch[], config: EpochConfig): readonly number[] {
  const first = history[0]?.config ?? config;
  let leaders = allValidators(first);
  history.forEach((past, index) => {
    leaders = nextLeaders(past, leaders, history[index + 1]?.config ?? config);
  });
  return leaders;
}
