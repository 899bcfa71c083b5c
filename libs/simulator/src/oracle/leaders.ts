import type { Block } from '@lading/ledger';
import { faultsOf } from './ballots.js';
import type { BlockTree, Facts } from './blockTree.js';

/** By the block that ended the epoch before. */
const known = new WeakMap<Block, readonly number[]>();

/**
 * L1, L2: the validators that lead in the epoch of a block's children, from the chain below it alone: all in epoch 0;
 * later without those that were validators in the epoch before and whose views failed in it, most failures first,
 * at most f of the new set.
 */
export function leadersOf(facts: Facts, tree: BlockTree): readonly number[] {
  const { config } = facts;
  const all = config.organizations.map((_, index) => index);
  if (config.epoch === 0) return all;
  const end = tree.ancestor(facts, facts.epochStart);
  const before = end?.parent;
  if (end === null || before === null || before === undefined) return all;
  const held = known.get(end.block);
  if (held !== undefined) return held;
  const failures = failuresOf(end, before, tree);
  const excluded = all
    .map((index) => ({ index, failed: failures.get(config.organizations[index]?.id ?? '') ?? 0 }))
    .filter(({ failed }) => failed > 0)
    .sort((a, b) => b.failed - a.failed || a.index - b.index)
    .slice(0, faultsOf(all.length))
    .map(({ index }) => index);
  const leaders = all.filter((index) => !excluded.includes(index));
  known.set(end.block, leaders);
  return leaders;
}

/** Failed views of the epoch that `end` ends, by organization. */
function failuresOf(end: Facts, before: Facts, tree: BlockTree): ReadonlyMap<string, number> {
  const { config } = before;
  const last = new Map<number, boolean>();
  for (let at: Facts | null = end; at !== null && at.block.header.height > before.epochStart; at = at.parent) {
    const { originView, turnEnd, epochEnd } = at.block.header;
    if (!last.has(originView)) last.set(originView, turnEnd || epochEnd);
  }
  const leaders = leadersOf(before, tree);
  const failures = new Map<string, number>();
  for (let view = 0; view < Math.max(...last.keys()); view++) {
    if (last.get(view) === true) continue;
    const id = config.organizations[leaders[(config.epoch + view) % leaders.length] ?? -1]?.id ?? '';
    failures.set(id, (failures.get(id) ?? 0) + 1);
  }
  return failures;
}
