import type { NetworkParameters } from '@lading/ledger';
import { planCrashes, planPowerCut } from './crashes.js';
import type { Dice } from './dice.js';
import type { FaultKind, FaultPlan } from './faultPlan.js';
import { stormyLinks } from './network.js';
import type { Frame } from './network.js';
import { scheduleBatches } from './workload.js';
import { LAN_PARAMETERS } from './world.js';

function kindOf(dice: Dice, n: number): FaultKind {
  const roll = dice.roll('kind');
  if (n < 4 || roll < 0.55) return 'storm';
  if (roll < 0.75) return 'power cut';
  return roll < 0.85 ? 'twins in a storm' : 'twins at work';
}

function parametersOf(dice: Dice, kind: FaultKind): NetworkParameters {
  return {
    ...LAN_PARAMETERS,
    window: kind === 'twins at work' ? 8 : dice.pick([1, 2, 4, 8], 'window'),
    turnBlocks: kind === 'twins at work' ? 64 : dice.pick([3, 5, 8, 256], 'turn'),
    checkpointBlocks: dice.pick([4, 8, 16], 'checkpoint'),
    baseTimeoutMs: 300,
    inclusionTimeoutMs: 900
  };
}

export function planFaults(dice: Dice, n: number): FaultPlan {
  const kind = kindOf(dice, n);
  const parameters = parametersOf(dice, kind);
  const base = { kind, parameters };
  switch (kind) {
    case 'storm':
      return { ...base, ...planStorm(dice, n, false), twin: null };
    case 'power cut':
      return { ...base, ...planPowerCut(dice, n), twin: null };
    case 'twins in a storm': {
      const storm = planStorm(dice, n, true);
      const twin = dice.pick([0, 1], 'twin');
      const lost = twinSides(dice, twin, dice.pick([40, 120, 400], 'slice'), dice.roll('both') * 0.5);
      return { ...base, ...storm, twin, links: (frame) => (lost(frame) ? [] : storm.links(frame)) };
    }
    case 'twins at work':
      return { ...base, ...planTwinsAtWork(dice) };
  }
}

function planStorm(dice: Dice, n: number, twins: boolean): Omit<FaultPlan, 'kind' | 'parameters' | 'twin'> {
  const endMs = dice.between(1_200, 2_600, 'end');
  const calm = dice.chance(0.25, 'calm');
  const weather = stormyLinks(dice, {
    drop: calm ? 0.02 : dice.roll('drop') * 0.35,
    duplicate: dice.roll('duplicate') * 0.1,
    minDelayMs: 0.3,
    maxDelayMs: dice.pick([2, 5, 15], 'delay'),
    slow: dice.roll('slow') * 0.1
  });
  const parted = dice.chance(0.3, 'partition') ? partition(dice, n, endMs) : null;
  const crashHere = planCrashes(dice, n, endMs, twins);
  return {
    endMs,
    links: (frame) => (parted?.(frame) === true ? [] : weather(frame)),
    pace: {
      syncMs: [0.2, dice.pick([1, 3, 10], 'sync')],
      executeMs: [0.5, dice.pick([2, 5, 20], 'execute')],
      databaseMs: [1, dice.pick([3, 8, 20], 'database')]
    },
    victims: (node, output, cluster) => (crashHere(node, output, cluster.agenda.nowMs) ? [node] : []),
    workload: (cluster) => scheduleBatches(cluster, dice, endMs, dice.pick([150, 250, 400], 'mean'))
  };
}

/** True when the frame is lost: for one stretch of time the nodes are in two groups, or one is deaf or mute. */
function partition(dice: Dice, n: number, endMs: number): (frame: Frame) => boolean {
  const from = dice.between(100, Math.floor(endMs / 2), 'from');
  const until = from + dice.between(200, 1_500, 'until');
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

/**
 * The two instances of a Byzantine validator talk to different nodes, and the sides change now and then, so that one
 * node first follows one instance and then hears the other. True when the frame is lost.
 */
function twinSides(dice: Dice, twin: number, sliceMs: number, both: number): (frame: Frame) => boolean {
  const side = (peer: number, slice: number): number => (dice.chance(0.5, 'side', peer, slice) ? 0 : 1);
  return (frame) => {
    if (frame.from !== twin && frame.to !== twin) return false;
    const slice = Math.floor(frame.nowMs / sliceMs);
    const [peer, instance] = frame.from === twin ? [frame.to, frame.fromInstance] : [frame.from, frame.toInstance];
    // Batches reach both instances: they order the same ones, at different times.
    if (frame.isBatch || dice.chance(both, 'both', peer, slice)) return false;
    return side(peer, slice) !== instance;
  };
}

function planTwinsAtWork(dice: Dice): Omit<FaultPlan, 'kind' | 'parameters'> {
  const endMs = dice.between(500, 900, 'end');
  const twin = 0;
  const lost = twinSides(dice, twin, dice.pick([12, 25, 50], 'slice'), 0);
  return {
    endMs,
    twin,
    links: (frame) => (lost(frame) ? [] : [1 + dice.roll('delay', frame.from, frame.to, frame.digest, frame.nth)]),
    pace: { syncMs: [0.2, 0.6], executeMs: [0.5, 1], databaseMs: [0.5, 1] },
    victims: () => [],
    // Alone and in turn, so that both instances propose the same refs at the same height.
    workload: (cluster) => {
      for (let i = 0, at = 5; i < 24; i++, at += 12 + dice.roll('gap', i) * 10) {
        cluster.agenda.at(at, () => cluster.author(1 + (i % (cluster.options.n - 1))));
      }
    }
  };
}
