import type { NetworkParameters } from '@lading/ledger';
import { LAN_PARAMETERS } from '../world.js';
import { castRoles, parted, pickFaulty, planGoodNetwork, planScripts, planTwinsAtWork, twinSides } from './byzantine.js';
import { planPowerCut } from './crashes.js';
import type { FaultKind, FaultPlan, Planning, Weather } from './faultPlan.js';
import { planEpochs } from './membership.js';
import { planStorm } from './storm.js';
import { planUsurpation, usurpers } from './usurpation.js';
import { scheduleBatches } from './workload.js';

/** Shares of the kinds among the seeds of four and more nodes. */
const SHARES: readonly (readonly [FaultKind, number])[] = [
  ['usurpation', 0.03],
  ['calm', 0.02],
  ['storm', 0.17],
  ['power cut', 0.12],
  ['twins in a storm', 0.06],
  ['twins at work', 0.08],
  ['adversaries', 0.2],
  ['adversaries in a storm', 0.12],
  ['epochs', 0.1],
  ['wipe', 0.05],
  ['divergence', 0.04],
  ['stall', 0.01]
];

function kindOf({ dice, n }: Planning): FaultKind {
  if (n < 4) return 'storm';
  let roll = dice.roll('kind');
  for (const [kind, share] of SHARES) {
    if (roll < share) return kind;
    roll -= share;
  }
  return 'storm';
}

function parametersOf({ dice }: Planning, kind: FaultKind): NetworkParameters {
  const atWork = kind === 'twins at work';
  return {
    ...LAN_PARAMETERS,
    window: atWork ? 8 : dice.pick([1, 2, 4, 8], 'window'),
    turnBlocks: atWork ? 64 : dice.pick([3, 5, 8, 256], 'turn'),
    checkpointBlocks: dice.pick([4, 8, 16], 'checkpoint'),
    epochBlocks: kind === 'epochs' ? dice.pick([6, 9, 14], 'epoch') : dice.pick([4096, 4096, 4096, 11], 'epoch'),
    baseTimeoutMs: 300,
    inclusionTimeoutMs: 900
  };
}

const QUICK = { statusMs: 100, fetchRetryMs: 150, idleCheckpointMs: 60, payloadPatienceMs: 10, proposalIntervalMs: 3 };

export function planFaults(planning: Planning, wanted?: FaultKind): FaultPlan {
  const kind = wanted ?? kindOf(planning);
  const none = { twins: [], adversaries: new Map(), diverges: null, spares: 0, timing: QUICK };
  const base = { ...none, kind, parameters: parametersOf(planning, kind) };
  const { dice } = planning;
  switch (kind) {
    case 'storm':
      return { ...base, ...planStorm(planning, null) };
    case 'power cut':
      return { ...base, ...planPowerCut(planning) };
    case 'twins in a storm': {
      const storm = planStorm(planning, 'Evidence');
      const twins = pickFaulty(planning);
      const lost = twinSides(planning, twins, dice.pick([40, 120, 400], 'slice'), dice.roll('both') * 0.5);
      return { ...base, ...storm, twins, links: parted(lost, storm.links) };
    }
    case 'twins at work': {
      const twins = Array.from({ length: planning.byzantine }, (_, index) => index);
      return { ...base, ...planTwinsAtWork(planning, twins), twins };
    }
    case 'adversaries':
      return { ...base, ...planScripts(planning) };
    case 'adversaries in a storm':
      return { ...base, ...planStorm(planning, null), adversaries: castRoles(planning) };
    case 'epochs':
      return { ...base, ...planEpochs(planning), spares: 1 };
    case 'wipe':
      return { ...base, ...planWipe(planning) };
    case 'divergence': {
      const node = dice.between(0, planning.n - 1, 'diverges');
      const weather = dice.chance(0.5, 'stormy') ? planStorm(planning, null) : planGoodNetwork(planning);
      return { ...base, ...weather, diverges: { node, height: dice.between(1, 8, 'from height') } };
    }
    case 'usurpation': {
      const roles = new Map(usurpers(planning.byzantine).map((index) => [index, 'usurper'] as const));
      const parameters = { ...base.parameters, turnBlocks: 256, epochBlocks: 4096, window: dice.pick([2, 4, 8], 'window') };
      return { ...base, parameters, ...planUsurpation(planning), adversaries: roles };
    }
    case 'calm':
      return { ...base, ...planGoodNetwork(planning, -1) };
    case 'stall':
      return { ...base, ...planStall(planning), timing: { ...QUICK, statusMs: 1_000 } };
  }
}

/** A node dies, and comes back with an empty disk. */
function planWipe(planning: Planning): Weather {
  const { dice, nemesis, n } = planning;
  const weather = dice.chance(0.5, 'stormy') ? planStorm(planning, null) : planGoodNetwork(planning);
  return {
    ...weather,
    workload: (cluster) => {
      weather.workload(cluster);
      const node = cluster.node(dice.between(0, n - 1, 'wiped'));
      cluster.agenda.at(weather.endMs * (0.2 + 0.6 * dice.roll('wiped at')), () => {
        if (!nemesis.allows('wipe')) return;
        node.crash();
        node.wipe();
        cluster.agenda.after(dice.between(20, 300, 'wiped for'), () => node.start());
      });
    }
  };
}

/** For minutes no block gets its votes, although everyone hears everyone: timers grow, and must not grow for ever. */
function planStall(planning: Planning): Weather {
  const { dice } = planning;
  const good = planGoodNetwork(planning);
  const endMs = dice.between(100_000, 160_000, 'end');
  const mute = dice.pick(['PREPARE', 'COMMIT', 'NEW-VIEW'], 'mute');
  return {
    ...good,
    endMs,
    links: (frame) => (frame.type === mute || frame.type === 'BLOCKS' ? [] : good.links(frame)),
    workload: (cluster) => scheduleBatches(cluster, planning, 2_000, 400)
  };
}
