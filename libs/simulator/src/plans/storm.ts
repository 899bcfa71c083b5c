import type { Output } from '@lading/consensus';
import type { Cluster } from '../cluster.js';
import { stormyLinks } from '../network.js';
import type { Frame } from '../network.js';
import type { SimulatedNode } from '../simulatedNode.js';
import type { Pace } from '../surroundings.js';
import { planCrashes } from './crashes.js';
import type { Planning, Weather } from './faultPlan.js';
import { scheduleBatches } from './workload.js';

/** Messages of one kind may get lost more than others: a node that misses proposals still hears votes. */
const LOSSY = ['PRE-PREPARE', 'PREPARE', 'COMMIT', 'NEW-VIEW', 'VIEW-CHANGE', 'batch', 'BLOCKS'] as const;

export function planStorm(planning: Planning, crashAfter: Output['kind'] | null): Weather {
  const { dice, nemesis } = planning;
  const endMs = dice.between(1_000, 1_700, 'end');
  const calm = dice.chance(0.25, 'calm');
  const weather = stormyLinks(dice, nemesis, {
    drop: calm ? 0.02 : dice.roll('drop') * 0.35,
    duplicate: dice.roll('duplicate') * 0.1,
    minDelayMs: 0.3,
    maxDelayMs: dice.pick([2, 5, 15], 'delay'),
    slow: dice.roll('slow') * 0.1
  });
  const parted = dice.chance(0.3, 'partition') && nemesis.allows('partition') ? partition(planning, endMs) : null;
  const lossy = dice.chance(0.3, 'lossy') ? dice.pick(LOSSY, 'type') : null;
  const crashHere = planCrashes(planning, endMs, crashAfter);
  return {
    endMs,
    links: (frame) => {
      if (parted?.(frame) === true) return [];
      if (frame.type === lossy && nemesis.chance(0.5, 'lossy', frame.from, frame.to, frame.slot, frame.nth)) return [];
      return weather(frame);
    },
    pace: planPace(planning),
    victims: (node, output, cluster) => (crashHere(node, output, cluster.agenda.nowMs) ? [node] : []),
    workload: (cluster) => {
      scheduleBatches(cluster, planning, endMs, dice.pick([150, 250, 400], 'mean'));
      scheduleClocks(cluster, planning, endMs);
    }
  };
}

/** Disks and databases of all nodes; sometimes one node is much slower than the rest. */
function planPace({ dice, n }: Planning): (node: SimulatedNode) => Pace {
  const common: Pace = {
    syncMs: [0.2, dice.pick([1, 3, 10], 'sync')],
    executeMs: [0.5, dice.pick([2, 5, 20], 'execute')],
    databaseMs: [1, dice.pick([3, 8, 20], 'database')]
  };
  const slow = dice.chance(0.25, 'laggard') ? dice.between(0, n - 1, 'laggard', 'who') : -1;
  const slower: Pace = { ...common, executeMs: [common.executeMs[1], 6 * common.executeMs[1]] };
  return (node) => (node.index === slow ? slower : common);
}

/** Clocks that are wrong and jump; at the end of all faults those that were far off are set right. */
function scheduleClocks(cluster: Cluster, { dice, nemesis, n }: Planning, endMs: number): void {
  for (let i = 0; i < (dice.chance(0.3, 'jumps') ? dice.between(1, 4, 'jumps', 'count') : 0); i++) {
    const node = cluster.node(dice.between(0, n - 1, 'jumps', i));
    if (!cluster.isHonest(node) || !nemesis.allows(`clock ${i}`)) continue;
    cluster.agenda.at(dice.roll('jump', i) * endMs, () => {
      node.skewMs = dice.between(-800, 800, 'by', i);
      cluster.clockJumps++;
    });
  }
  // One clock may be an hour off: that node cannot lead, and what it makes of others' blocks is its own affair.
  if (!dice.chance(0.08, 'lost clock') || !nemesis.allows('lost clock')) return;
  const node = cluster.node(dice.between(0, n - 1, 'lost clock', 'who'));
  if (!cluster.isHonest(node)) return;
  cluster.agenda.at(dice.roll('lost clock', 'when') * endMs, () => {
    node.skewMs = dice.pick([-3_600_000, 3_600_000], 'lost clock', 'by');
    cluster.clockJumps++;
  });
  cluster.agenda.at(endMs - 1, () => {
    node.skewMs = 0;
  });
}

/** True when the frame is lost: for one stretch of time the nodes are in two groups, or one is deaf or mute. */
function partition({ dice, n }: Planning, endMs: number): (frame: Frame) => boolean {
  const from = dice.between(100, Math.floor(endMs / 2), 'from');
  const until = from + dice.between(200, 1_200, 'until');
  const oneWay = dice.chance(0.4, 'one-way');
  const victim = dice.between(0, n - 1, 'victim');
  const outward = dice.chance(0.5, 'outward');
  const group = (index: number): boolean => dice.chance(0.5, 'group', index);
  return (frame) => {
    if (frame.nowMs < from || frame.nowMs > until) return false;
    if (oneWay) return (outward ? frame.from : frame.to) === victim;
    return group(frame.from) !== group(frame.to);
  };
}
