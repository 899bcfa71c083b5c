import type { Sha256 } from '@lading/kernel';
import type { Mutant, Output } from '@lading/consensus';
import { Cluster } from './cluster.js';
import { Dice } from './dice.js';
import { planFaults } from './faults.js';
import type { FaultKind } from './faultPlan.js';
import { steadyLinks } from './network.js';
import { Violation } from './oracle.js';
import type { Invariant } from './oracle.js';

export interface SimulationOptions {
  readonly n?: number;
  readonly sha256?: Sha256;
  readonly mutants?: ReadonlySet<Mutant>;
  readonly trace?: (line: string) => void;
}

/** What one seed went through. */
export interface Outcome {
  readonly seed: number;
  readonly violation: { readonly invariant: Invariant; readonly detail: string } | null;
  readonly blocks: number;
  readonly transactions: number;
  readonly viewChanges: number;
  readonly handOvers: number;
  readonly crashes: number;
  /** Crashes that lost writes: unsynced records, batches or blocks. */
  readonly losses: number;
  /** Kinds of outputs right after which a node died. */
  readonly crashedAfter: readonly Output['kind'][];
  readonly kind: FaultKind;
  readonly virtualMs: number;
  /** From the end of all faults until every honest node has everything. */
  readonly recoveryMs: number;
}

/** Every seed goes on until this many blocks are everywhere. */
export const TARGET_BLOCKS = 20;
/** Longest time after the faults ended until everything is committed everywhere. */
const RECOVERY_LIMIT_MS = 60_000;
/** A mutant that does not come back has not shown a fork yet; there is no use in waiting for it. */
const MUTANT_LIMIT_MS = 3_000;

/** One whole life of a network: faults by seed, then calm, then the check that nothing is lost and work goes on. */
export function simulate(seed: number, options: SimulationOptions = {}): Outcome {
  const dice = new Dice(seed);
  const n = options.n ?? 4;
  const plan = planFaults(dice, n);
  const crashedAfter: Output['kind'][] = [];
  let crashes = 0;
  let losses = 0;
  const cluster: Cluster = new Cluster({
    seed,
    n,
    parameters: plan.parameters,
    links: plan.links,
    timing: { statusMs: 100, fetchRetryMs: 150, idleCheckpointMs: 60, payloadPatienceMs: 10, proposalIntervalMs: 3 },
    pace: plan.pace,
    twin: plan.twin,
    victims: (node, output) => (cluster.agenda.nowMs < plan.endMs ? plan.victims(node, output, cluster) : []),
    onCrash: (node, output, lost) => {
      crashes++;
      if (lost > 0) losses++;
      if (output !== null) crashedAfter.push(output.kind);
      const awayMs = output === null ? 60 : 1_500;
      cluster.agenda.after(dice.between(10, awayMs, 'away', node.index, node.life), () => node.start());
    },
    ...(options.sha256 === undefined ? {} : { sha256: options.sha256 }),
    ...(options.mutants === undefined ? {} : { mutants: options.mutants }),
    ...(options.trace === undefined ? {} : { trace: options.trace })
  });
  let violation: Outcome['violation'] = null;
  try {
    cluster.start();
    plan.workload(cluster);
    cluster.run(plan.endMs);
    recover(cluster);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const invariant = error instanceof Violation ? error.invariant : 'alarm';
    violation = { invariant, detail: error instanceof Violation ? error.message : (error.stack ?? error.message) };
  }
  return {
    seed,
    violation,
    blocks: Math.min(...cluster.honest.map((node) => node.height)),
    transactions: cluster.oracle.transactions,
    viewChanges: cluster.viewChanges.size,
    handOvers: cluster.handOvers,
    crashes,
    losses,
    crashedAfter,
    kind: plan.kind,
    virtualMs: cluster.agenda.nowMs,
    recoveryMs: cluster.agenda.nowMs - plan.endMs
  };
}

/** All faults end: everyone is up, the network is fast, one instance of a twin is gone for good. */
function recover(cluster: Cluster): void {
  cluster.trace(null, 'all faults end');
  cluster.links = steadyLinks(2);
  const second = cluster.nodes[cluster.options.n];
  if (second !== undefined) second.crash();
  for (const node of cluster.nodes) if (node !== second) node.start();
  const patienceMs = (cluster.options.mutants?.size ?? 0) > 0 ? MUTANT_LIMIT_MS : RECOVERY_LIMIT_MS;
  const limit = cluster.agenda.nowMs + patienceMs;
  const { honest } = cluster;
  let asked = -1;
  const calm = (): boolean => {
    const heights = honest.map((node) => node.height);
    const lowest = Math.min(...heights);
    const caughtUp = lowest >= cluster.oracle.acknowledgedHeight && lowest === Math.max(...heights);
    if (!caughtUp || cluster.pending > 0) return false;
    if (lowest >= TARGET_BLOCKS) return true;
    // A new transaction for every block that is still wanted; none while the last one is on its way.
    if (asked !== lowest) {
      const author = honest[lowest % honest.length];
      if (author !== undefined && cluster.author(author.index)) asked = lowest;
    }
    return false;
  };
  // The condition costs more than an event: it is looked at for every eighth.
  let events = 0;
  if (!cluster.run(limit, () => ++events % 8 === 0 && calm())) {
    const state = cluster.nodes.map((node) => `${node.name}:${node.alive ? node.height : 'down'}`).join(' ');
    throw new Violation('liveness', `not recovered after ${patienceMs} ms: ${state}, ${cluster.pending} pending`);
  }
  cluster.oracle.checkDurability(honest);
}
