import type { Sha256 } from '@lading/kernel';
import type { Mutant, Output } from '@lading/consensus';
import type { AdversaryName } from './adversaries/names.js';
import { castAdversary } from './adversaries/cast.js';
import { Cluster } from './cluster.js';
import { Dice } from './dice.js';
import { Nemesis } from './nemesis.js';
import { steadyLinks } from './network.js';
import { faultsOf } from './oracle/ballots.js';
import { Violation } from './oracle/violation.js';
import type { Invariant } from './oracle/violation.js';
import type { FaultKind, FaultPlan, Planning } from './plans/faultPlan.js';
import { planFaults } from './plans/plan.js';

export interface SimulationOptions {
  readonly n?: number;
  readonly sha256?: Sha256;
  readonly mutants?: ReadonlySet<Mutant>;
  readonly reusesWipedKeys?: boolean;
  readonly harmOnly?: boolean;
  /** Only schedules of this kind. */
  readonly kind?: FaultKind;
  /** Byzantine nodes, where the schedule has any; more than f is a positive control. */
  readonly byzantine?: number;
  /** Only these scripts of Byzantine nodes. */
  readonly roles?: readonly AdversaryName[];
  /** Only these decisions of the nemesis: a part of what `Outcome.decisions` of a recorded run lists. */
  readonly only?: readonly string[];
  readonly recording?: boolean;
  readonly targetBlocks?: number;
  readonly noticed?: number;
  readonly trace?: (line: string) => void;
  readonly frames?: boolean;
}

/** What one seed went through. */
export interface Outcome {
  readonly seed: number;
  readonly n: number;
  readonly violation: { readonly invariant: Invariant; readonly detail: string } | null;
  readonly blocks: number;
  readonly transactions: number;
  readonly viewChanges: number;
  readonly handOvers: number;
  readonly epochs: number;
  readonly syncs: number;
  readonly clockJumps: number;
  readonly wipes: number;
  readonly crashes: number;
  /** Crashes that lost writes: unsynced records, batches or blocks. */
  readonly losses: number;
  /** Kinds of outputs right after which a node died. */
  readonly crashedAfter: readonly Output['kind'][];
  readonly evidence: readonly string[];
  /** Adversaries that have misbehaved. */
  readonly adversaries: readonly AdversaryName[];
  readonly kind: FaultKind;
  readonly virtualMs: number;
  /** From the end of all faults until every honest node has everything, and the views that it took. */
  readonly recoveryMs: number;
  readonly recoveryViews: number;
  /** What the nemesis did, when recording. */
  readonly decisions: readonly string[];
}

/** Every seed goes on until this many blocks are everywhere. */
export const TARGET_BLOCKS = 20;
/** Longest time after the faults ended until everything is committed everywhere: the ceiling of the timers (T4). */
const RECOVERY_LIMIT_MS = 60_000;
/** T4: a timer doubles six times at most. */
const LONGEST_TIMER = 2 ** 6;
/** A mutant that does not come back has not shown a fork yet; there is no use in waiting for it. */
const MUTANT_LIMIT_MS = 10_000;

/** One whole life of a network: faults by seed, then calm, then the check that nothing is lost and work goes on. */
export function simulate(seed: number, options: SimulationOptions = {}): Outcome {
  const dice = new Dice(seed);
  const n = options.n ?? 4;
  const { only, recording = false } = options;
  const nemesis = new Nemesis(dice, only === undefined ? { recording } : { only, recording });
  const plan = planFaults(planningOf(dice, nemesis, n, options), options.kind);
  const deaths: { after: Output['kind'] | null; lost: number }[] = [];
  const cluster: Cluster = new Cluster({
    ...clusterOptions(seed, n, plan, options),
    victims: (node, output) => (cluster.agenda.nowMs < plan.endMs ? plan.victims(node, output, cluster) : []),
    onCrash: (node, output, lost) => {
      deaths.push({ after: output?.kind ?? null, lost });
      const awayMs = output === null ? 60 : 1_500;
      cluster.agenda.after(dice.between(10, awayMs, 'away', node.index, node.life), () => node.start());
    }
  });
  const recovery = { views: 0 };
  const violation = live(cluster, plan, options, recovery);
  return {
    seed,
    n,
    violation,
    blocks: Math.min(...cluster.honest.map((node) => node.height)),
    transactions: cluster.oracle.transactions,
    viewChanges: cluster.viewChanges.size,
    handOvers: cluster.handOvers,
    epochs: cluster.highestEpoch,
    syncs: cluster.syncs,
    clockJumps: cluster.clockJumps,
    wipes: cluster.wiped.size,
    crashes: deaths.length,
    losses: deaths.filter(({ lost }) => lost > 0).length,
    crashedAfter: deaths.flatMap(({ after }) => (after === null ? [] : [after])),
    evidence: [...cluster.evidence],
    adversaries: [...cluster.acts.keys()],
    kind: plan.kind,
    virtualMs: cluster.agenda.nowMs,
    recoveryMs: cluster.agenda.nowMs - plan.endMs,
    recoveryViews: recovery.views,
    decisions: [...nemesis.taken]
  };
}

function planningOf(dice: Dice, nemesis: Nemesis, n: number, { byzantine, roles }: SimulationOptions): Planning {
  const planning = { dice, nemesis, n, byzantine: byzantine ?? faultsOf(n) };
  return roles === undefined ? planning : { ...planning, roles };
}

function clusterOptions(seed: number, n: number, plan: FaultPlan, options: SimulationOptions) {
  const { sha256, mutants, trace, frames, harmOnly, reusesWipedKeys, noticed } = options;
  return {
    seed,
    n,
    spares: plan.spares,
    parameters: plan.parameters,
    links: plan.links,
    timing: plan.timing,
    pace: plan.pace,
    twins: plan.twins,
    adversaries: new Map([...plan.adversaries].map(([index, name]) => [index, castAdversary(name)])),
    impaired: plan.diverges === null ? [] : [plan.diverges.node],
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(noticed === undefined ? {} : { noticed }),
    ...(mutants === undefined ? {} : { mutants }),
    ...(trace === undefined ? {} : { trace }),
    ...(frames === undefined ? {} : { frames }),
    ...(harmOnly === undefined ? {} : { harmOnly }),
    ...(reusesWipedKeys === undefined ? {} : { reusesWipedKeys })
  };
}

function live(
  cluster: Cluster,
  plan: FaultPlan,
  options: SimulationOptions,
  recovery: { views: number }
): Outcome['violation'] {
  try {
    if (plan.diverges !== null) cluster.node(plan.diverges.node).divergesFrom = plan.diverges.height;
    cluster.start();
    plan.workload(cluster);
    cluster.run(plan.endMs);
    recover(cluster, options, recovery);
    checkDiverged(cluster, plan);
    checkCalm(cluster, plan);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // An assertion of the core is a bug like any other.
    const invariant = error instanceof Violation ? error.invariant : 'alarm';
    return { invariant, detail: error instanceof Violation ? error.message : (error.stack ?? error.message) };
  }
  return null;
}

/** X2: the node that computes other roots has stopped, once it has seen what the others computed. */
function checkDiverged(cluster: Cluster, { diverges, parameters }: FaultPlan): void {
  if (diverges === null) return;
  const node = cluster.node(diverges.node);
  const told = node.state !== null && node.state.committed.block.header.height >= diverges.height + parameters.window;
  if (told && node.state?.halted === null) throw new Violation('roots', `node ${node.name} goes on with another state`);
}

/** L1, T1: without faults no view fails. */
function checkCalm(cluster: Cluster, { kind }: FaultPlan): void {
  if (kind !== 'calm' || cluster.viewChanges.size === 0) return;
  throw new Violation('liveness', `view change without a fault: ${[...cluster.viewChanges].join(' ')}`);
}

/** All faults end: everyone is up, the network is fast, one instance of a twin is gone for good. Liars go on lying. */
function recover(cluster: Cluster, options: SimulationOptions, recovery: { views: number }): void {
  cluster.trace(null, 'all faults end');
  cluster.links = steadyLinks(2);
  for (const node of cluster.nodes) {
    if (node.instance === 1) node.crash();
    else node.start();
  }
  const mutated = (options.mutants?.size ?? 0) > 0 || options.reusesWipedKeys === true;
  const patienceMs = mutated ? MUTANT_LIMIT_MS : RECOVERY_LIMIT_MS;
  const startMs = cluster.agenda.nowMs;
  const changesBefore = cluster.viewChanges.size;
  const calm = calmness(cluster, options.targetBlocks ?? TARGET_BLOCKS);
  // The condition costs more than an event: it is looked at for every eighth.
  let events = 0;
  const done = cluster.run(startMs + patienceMs, () => ++events % 8 === 0 && calm());
  recovery.views = cluster.viewChanges.size - changesBefore;
  if (!done) {
    const state = cluster.nodes.map((node) => `${node.name}:${node.alive ? node.height : 'down'}`).join(' ');
    throw new Violation('liveness', `not recovered after ${patienceMs} ms: ${state}, ${cluster.pending} pending`);
  }
  if (!mutated) checkPace(cluster, recovery.views, cluster.agenda.nowMs - startMs);
  cluster.oracle.checkDurability(cluster.honest);
}

/** After healing everything commits within f+2 views, or else before the longest timer has run out once. */
function checkPace(cluster: Cluster, views: number, tookMs: number): void {
  const { organizations, parameters } = cluster.world.config;
  const most = faultsOf(organizations.length) + 2;
  if (views <= most || tookMs <= Math.min(RECOVERY_LIMIT_MS, LONGEST_TIMER * parameters.baseTimeoutMs)) return;
  throw new Violation('liveness', `${views} view changes and ${tookMs} ms until everything was committed, ${most} are allowed`);
}

/** True once every honest node has everything that was acknowledged or is pending, and the wanted height. */
function calmness(cluster: Cluster, target: number): () => boolean {
  const { honest } = cluster;
  let asked = -1;
  return () => {
    let lowest = Infinity;
    let highest = 0;
    for (const node of honest) {
      lowest = Math.min(lowest, node.height);
      highest = Math.max(highest, node.height);
    }
    if (lowest !== highest || lowest < cluster.oracle.acknowledgedHeight || cluster.pending > 0) return false;
    if (lowest >= target) return true;
    // A new transaction for every block that is still wanted; none while the last one is on its way.
    if (asked === lowest) return false;
    const authors = honest.filter((node) => node.self !== null && node.guard.maySign);
    const author = authors[lowest % Math.max(1, authors.length)];
    if (author !== undefined && cluster.author(author.index)) asked = lowest;
    return false;
  };
}
