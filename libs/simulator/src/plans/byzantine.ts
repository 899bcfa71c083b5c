import type { AdversaryName } from '../adversaries/names.js';
import { ADVERSARIES } from '../adversaries/names.js';
import type { Frame, LinkModel } from '../network.js';
import type { FaultPlan, Planning, Weather } from './faultPlan.js';
import { scheduleBatches } from './workload.js';

/** Up to f validators; the first leaders more often than others, because that is where power is. */
export function pickFaulty({ dice, n, byzantine }: Planning): readonly number[] {
  const count = Math.max(1, byzantine - (dice.chance(0.25, 'fewer') ? 1 : 0));
  const chosen = new Set<number>();
  for (let i = 0; chosen.size < count; i++) {
    chosen.add(dice.chance(0.7, 'early', i) ? dice.between(0, Math.min(n - 1, count), 'faulty', i) : dice.between(0, n - 1, 'late', i));
  }
  return [...chosen];
}

/** Scripts that need no schedule of their own. */
const FREELANCERS = ADVERSARIES.filter((name) => name !== 'usurper');

/** Scripts that do nothing before a view fails. */
const VIEW_CHANGERS: ReadonlySet<AdversaryName> = new Set([
  'two-faced new view', 'subset chooser', 'stale view change', 'lying view change'
]);

export function castRoles(planning: Planning): ReadonlyMap<number, AdversaryName> {
  const roles = planning.roles ?? FREELANCERS;
  return new Map(pickFaulty(planning).map((index, i) => [index, planning.dice.pick(roles, 'role', i)]));
}

/** The first leader is away for a while when a script waits for the next view; an adversary in its place leads the second. */
export function planScripts(planning: Planning): Pick<FaultPlan, 'adversaries'> & Weather {
  const roles = castRoles(planning);
  if (![...roles.values()].some((name) => VIEW_CHANGERS.has(name))) return { ...planGoodNetwork(planning), adversaries: roles };
  const moved = roles.has(0) && !roles.has(1);
  const adversaries = moved ? new Map([...roles].map(([index, name]) => [index === 0 ? 1 : index, name] as const)) : roles;
  return { ...planGoodNetwork(planning, 0), adversaries };
}

/** A good network, but for one node that may be away for a while (-1: nobody): what goes wrong, goes wrong because someone wants it to. */
export function planGoodNetwork(planning: Planning, leaves: number | null = null): Weather {
  const { dice, nemesis } = planning;
  const endMs = dice.between(900, 1_600, 'end');
  const away = leaves ?? (dice.chance(0.3, 'away') ? dice.between(0, planning.n - 1, 'away', 'who') : -1);
  const awayUntil = nemesis.allows('away') ? endMs * 0.6 : 0;
  return {
    endMs,
    links: (frame) => {
      const cut = frame.nowMs < awayUntil && (frame.from === away || frame.to === away);
      return cut ? [] : [0.5 + dice.roll('delay', frame.from, frame.to, frame.slot, frame.nth) * 3];
    },
    pace: () => ({ syncMs: [0.2, 1], executeMs: [0.5, 2], databaseMs: [1, 4] }),
    victims: () => [],
    workload: (cluster) => scheduleBatches(cluster, planning, endMs, dice.pick([100, 200], 'mean'))
  };
}

/**
 * The two instances of a Byzantine validator talk to different nodes, and the sides change now and then, so that one
 * node first follows one instance and then hears the other. True when the frame is lost.
 */
export function twinSides(
  { dice }: Planning,
  twins: readonly number[],
  sliceMs: number,
  both: number
): (frame: Frame) => boolean {
  // Several of them may act together: the first instances with one half of the network, the second with the other.
  const together = twins.length > 1 && dice.chance(0.6, 'together');
  const side = (twin: number, peer: number, slice: number): number =>
    dice.chance(0.5, 'side', together ? (twins[0] ?? 0) : twin, peer, slice) ? 0 : 1;
  const lost = (twin: number, peer: number, instance: number, slice: number): boolean => {
    if (dice.chance(both, 'both', twin, peer, slice)) return false;
    return side(twin, peer, slice) !== instance;
  };
  return (frame) => {
    // Batches reach both instances: they order the same ones, at different times.
    if (frame.isBatch) return false;
    const slice = Math.floor(frame.nowMs / sliceMs);
    if (together && twins.includes(frame.from) && twins.includes(frame.to)) return frame.fromInstance !== frame.toInstance;
    if (twins.includes(frame.from) && lost(frame.from, frame.to, frame.fromInstance, slice)) return true;
    return twins.includes(frame.to) && lost(frame.to, frame.from, frame.toInstance, slice);
  };
}

export function parted(lost: (frame: Frame) => boolean, links: LinkModel): LinkModel {
  return (frame) => (lost(frame) ? [] : links(frame));
}

export function planTwinsAtWork(planning: Planning, twins: readonly number[]): Weather {
  const { dice, nemesis } = planning;
  const endMs = dice.between(500, 900, 'end');
  const lost = twinSides(planning, twins, dice.pick([12, 25, 50], 'slice'), 0);
  return {
    endMs,
    links: (frame) => (lost(frame) ? [] : [1 + dice.roll('delay', frame.from, frame.to, frame.slot, frame.nth)]),
    pace: () => ({ syncMs: [0.2, 0.6], executeMs: [0.5, 1], databaseMs: [0.5, 1] }),
    victims: () => [],
    // Alone and in turn, so that both instances propose the same refs at the same height.
    workload: (cluster) => {
      const authors = cluster.nodes.filter((node) => cluster.isHonest(node)).map((node) => node.index);
      for (let i = 0, at = 5; i < 24; i++, at += 12 + dice.roll('gap', i) * 10) {
        if (!nemesis.allows(`batch ${i}`)) continue;
        cluster.agenda.at(at, () => cluster.author(authors[i % authors.length] ?? 0));
      }
    }
  };
}
