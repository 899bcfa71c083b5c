import type { Output } from '@lading/consensus';
import type { Cluster } from '../cluster.js';
import type { SimulatedNode } from '../simulatedNode.js';
import type { Planning, Weather } from './faultPlan.js';
import { scheduleBatches } from './workload.js';

/** Kinds of outputs to die after, common ones more often: between Persist and its sync is where writes are lost. */
const CRASH_AFTER: readonly Output['kind'][] = [
  'Persist', 'Persist', 'Persist', 'Persist', 'Persist', 'Persist', 'SignBroadcast', 'SignBroadcast', 'Broadcast',
  'Send', 'FetchPayload', 'SendPayload', 'Commit', 'Commit', 'ServeBlocks', 'Stable', 'SetTimer'
];
/** Outputs that a run makes only a few of. */
const RARE: ReadonlySet<Output['kind']> = new Set([
  'FetchPayload', 'SendPayload', 'ServeBlocks', 'Stable', 'Evidence', 'EpochEntered'
]);

/** Single nodes die right after chosen outputs; `first` names a point that must be among them. */
export function planCrashes(
  { dice, nemesis, n }: Planning,
  endMs: number,
  first: Output['kind'] | null
): (node: SimulatedNode, output: Output, nowMs: number) => boolean {
  const count = dice.pick([1, 2, 2, 3, 4, 5], 'crashes');
  const plans = Array.from({ length: count }, (_, i) => {
    const after = first !== null && i === 0 ? first : dice.pick(CRASH_AFTER, 'after', i);
    return {
      name: `crash ${i}`,
      after,
      // The first leader dies often: it is the crash that matters most.
      node: dice.chance(0.4, 'leader', i) ? 0 : dice.between(0, n - 1, 'dies', i),
      left: RARE.has(after) ? dice.between(1, 2, 'left', i) : dice.between(1, 16, 'left', i),
      notBeforeMs: dice.roll('when', i) * endMs * 0.6
    };
  });
  return (node, output, nowMs) => {
    for (const plan of plans) {
      if (plan.left <= 0 || plan.after !== output.kind || nowMs < plan.notBeforeMs) continue;
      // Rare outputs may come from any node.
      if (!RARE.has(plan.after) && plan.node !== node.index) continue;
      plan.left--;
      if (plan.left === 0) return nemesis.allows(plan.name);
    }
    return false;
  };
}

/**
 * One node hears nothing for a while; then, as soon as the first of the others commits something new, the rest of
 * them lose power, the first is cut off, and the deaf one hears again.
 */
export function planPowerCut(planning: Planning): Weather {
  const { dice, nemesis, n } = planning;
  const endMs = dice.between(1_300, 1_800, 'end');
  const deaf = dice.between(0, n - 1, 'deaf');
  const cutMs = dice.between(150, 600, 'cut');
  let deafFromMs = nemesis.allows('deaf') ? cutMs - dice.between(20, 80, 'early') : Infinity;
  let first: number | null = null;
  let healMs = endMs;
  const victims = (node: SimulatedNode, output: Output, cluster: Cluster): readonly SimulatedNode[] => {
    if (output.kind !== 'Commit' || first !== null || node.index === deaf || cluster.agenda.nowMs < cutMs) return [];
    first = node.index;
    healMs = cluster.agenda.nowMs + dice.between(500, 900, 'heal');
    deafFromMs = Infinity;
    return cluster.nodes.filter((other) => {
      return other.index !== first && other.index !== deaf && nemesis.allows(`power of ${other.name}`);
    });
  };
  return {
    endMs,
    links: (frame) => {
      if (frame.nowMs >= deafFromMs && frame.to === deaf) return [];
      const cut = first !== null && frame.nowMs < healMs && (frame.from === first || frame.to === first);
      return cut ? [] : [0.5 + dice.roll('delay', frame.from, frame.to, frame.slot, frame.nth) * 2];
    },
    pace: () => ({ syncMs: [0.2, 1], executeMs: [0.5, 2], databaseMs: [1, 5] }),
    victims,
    workload: (cluster) => scheduleBatches(cluster, planning, endMs, dice.pick([120, 240], 'mean'))
  };
}
