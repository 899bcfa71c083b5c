import type { Output } from '@lading/consensus';
import type { Cluster } from './cluster.js';
import type { Dice } from './dice.js';
import { stormyLinks } from './network.js';
import type { Frame, LinkModel } from './network.js';
import type { Pace, SimulatedNode } from './simulatedNode.js';

/** What a seed does to its network. */
export interface FaultPlan {
  readonly endMs: number;
  readonly links: LinkModel;
  readonly pace: Pace;
  /** Index of the Byzantine pair, or null. */
  readonly twin: number | null;
  readonly crashHere: (node: SimulatedNode, output: Output, nowMs: number) => boolean;
  readonly workload: (cluster: Cluster) => void;
}

/** Kinds of outputs to die after, common ones more often: between Persist and its sync is where writes are lost. */
const CRASH_AFTER: readonly Output['kind'][] = [
  'Persist', 'Persist', 'Persist', 'SignBroadcast', 'SignBroadcast', 'Broadcast', 'Send', 'FetchPayload', 'SendPayload',
  'Commit', 'Commit', 'ServeBlocks', 'Stable', 'SetTimer', 'Evidence'
];
/** Outputs that a run makes only a few of. */
const RARE: ReadonlySet<Output['kind']> = new Set(['FetchPayload', 'SendPayload', 'ServeBlocks', 'Stable', 'Evidence']);

export function planFaults(dice: Dice, n: number): FaultPlan {
  const endMs = dice.between(1_200, 2_600, 'end');
  const twin = n >= 4 && dice.chance(0.25, 'twins') ? dice.pick([0, 1], 'twin') : null;
  const calm = dice.chance(0.25, 'calm');
  const weather = stormyLinks(dice, {
    drop: calm ? 0.02 : dice.roll('drop') * 0.35,
    duplicate: dice.roll('duplicate') * 0.1,
    minDelayMs: 0.3,
    maxDelayMs: dice.pick([2, 5, 15], 'delay'),
    slow: dice.roll('slow') * 0.1
  });
  const partition = dice.chance(0.3, 'partition') ? partitionLinks(dice, n, endMs) : null;
  const sides = twin === null ? null : twinLinks(dice, twin);
  return {
    endMs,
    twin,
    links: (frame) => (partition?.(frame) === true || sides?.(frame) === true ? [] : weather(frame)),
    pace: {
      syncMs: [0.2, dice.pick([1, 3, 10], 'sync')],
      executeMs: [0.5, dice.pick([2, 5, 20], 'execute')],
      databaseMs: [1, dice.pick([3, 8, 20], 'database')]
    },
    crashHere: planCrashes(dice, n, endMs),
    workload: (cluster) => scheduleBatches(cluster, dice, endMs)
  };
}

/** True when the frame is lost: for one stretch of time the nodes are in two groups, or one is deaf or mute. */
function partitionLinks(dice: Dice, n: number, endMs: number): (frame: Frame) => boolean {
  const from = dice.between(100, endMs / 2, 'from');
  const until = from + dice.between(200, 1_500, 'until');
  const group = (index: number): boolean => dice.chance(0.5, 'group', index);
  const oneWay = dice.chance(0.4, 'one-way');
  const victim = dice.between(0, n - 1, 'victim');
  const outward = dice.chance(0.5, 'outward');
  return (frame) => {
    if (frame.nowMs < from || frame.nowMs > until) return false;
    if (oneWay) return (outward ? frame.from : frame.to) === victim;
    return group(frame.from) !== group(frame.to);
  };
}

/**
 * The two instances of a Byzantine validator talk to different nodes, and the sides change now and then, so that one
 * node first follows one instance and then hears the other: equivocation, and proposals that do not fit together.
 */
function twinLinks(dice: Dice, twin: number): (frame: Frame) => boolean {
  const sliceMs = dice.pick([15, 40, 120, 400], 'slice');
  const both = dice.roll('both') * 0.5;
  const side = (peer: number, slice: number): number => (dice.chance(0.5, 'side', peer, slice) ? 0 : 1);
  return (frame) => {
    const slice = Math.floor(frame.nowMs / sliceMs);
    const [peer, instance] = frame.from === twin ? [frame.to, frame.fromInstance] : [frame.from, frame.toInstance];
    if (frame.from !== twin && frame.to !== twin) return false;
    if (dice.chance(both, 'both', peer, slice)) return false;
    return side(peer, slice) !== instance;
  };
}

function planCrashes(dice: Dice, n: number, endMs: number): FaultPlan['crashHere'] {
  const count = dice.pick([0, 1, 2, 2, 3, 4], 'crashes');
  const plans = Array.from({ length: count }, (_, i) => {
    const after = dice.pick(CRASH_AFTER, 'after', i);
    return {
      after,
      // The first leader dies often: it is the crash that matters most.
      node: dice.chance(0.4, 'leader', i) ? 0 : dice.between(0, n - 1, 'dies', i),
      left: RARE.has(after) ? dice.between(1, 2, 'left', i) : dice.between(1, 30, 'left', i),
      notBeforeMs: dice.roll('when', i) * endMs * 0.6
    };
  });
  return (node, output, nowMs) => {
    for (const plan of plans) {
      if (plan.left <= 0 || plan.after !== output.kind || nowMs < plan.notBeforeMs) continue;
      // Rare outputs may come from any node.
      if (!RARE.has(plan.after) && plan.node !== node.index) continue;
      plan.left--;
      if (plan.left > 0) continue;
      return true;
    }
    return false;
  };
}

/** Batches in bursts and alone, from every organization, until the faults end. */
function scheduleBatches(cluster: Cluster, dice: Dice, endMs: number): void {
  const meanMs = dice.pick([150, 250, 400], 'mean');
  for (let lane = 0; lane < cluster.options.n; lane++) {
    let at = dice.roll('first', lane) * meanMs;
    for (let i = 0; at < endMs; i++) {
      const burst = dice.chance(0.2, 'burst', lane, i) ? dice.between(2, 5, 'size', lane, i) : 1;
      for (let j = 0; j < burst; j++) {
        cluster.agenda.at(at + 12 * j, () => cluster.author(lane, dice.between(1, 5, 'transactions', lane, i, j)));
      }
      at += 2 * meanMs * dice.roll('gap', lane, i);
    }
  }
}
