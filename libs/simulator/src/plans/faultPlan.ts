import type { Output, Timing } from '@lading/consensus';
import type { NetworkParameters } from '@lading/ledger';
import type { AdversaryName } from '../adversaries/names.js';
import type { Cluster } from '../cluster.js';
import type { Dice } from '../dice.js';
import type { Nemesis } from '../nemesis.js';
import type { LinkModel } from '../network.js';
import type { SimulatedNode } from '../simulatedNode.js';
import type { Pace } from '../surroundings.js';

/**
 * What a seed does to its network:
 * - `storm`: loss, delay, reordering, duplicates, partitions, clocks that jump, single nodes that die after chosen
 *   outputs;
 * - `power cut`: right after the first node commits a block, the others that voted for it lose power, and the network
 *   goes on without the first and with one that has seen nothing: what was promised must come back from the disks;
 * - `twins in a storm`: up to f validators run twice with one key each;
 * - `twins at work`: the same on a good network, with the two instances talking to changing sides: equivocation, and
 *   proposals that fit in everything except their parent;
 * - `adversaries`, `adversaries in a storm`: up to f nodes follow scripts of their own;
 * - `epochs`: validators come, go and change keys under load;
 * - `wipe`: a node loses its disk and must never sign with that key again;
 * - `divergence`: one node computes other state roots and must stop, alone;
 * - `stall`: no phase of voting gets through for a long time, then everything does;
 * - `usurpation`: the first view fails with things undone, and f false leaders of the next ones deny them;
 * - `calm`: nothing goes wrong: no view may fail.
 */
export const FAULT_KINDS = [
  'storm', 'power cut', 'twins in a storm', 'twins at work', 'adversaries', 'adversaries in a storm', 'epochs', 'wipe',
  'divergence', 'stall', 'usurpation', 'calm'
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface FaultPlan {
  readonly kind: FaultKind;
  readonly parameters: NetworkParameters;
  readonly endMs: number;
  readonly links: LinkModel;
  readonly pace: (node: SimulatedNode) => Pace;
  readonly twins: readonly number[];
  readonly adversaries: ReadonlyMap<number, AdversaryName>;
  /** Node whose execution diverges, and from which height. */
  readonly diverges: { readonly node: number; readonly height: number } | null;
  readonly spares: number;
  readonly timing: Partial<Timing>;
  /** Nodes that die right after this output. */
  readonly victims: (node: SimulatedNode, output: Output, cluster: Cluster) => readonly SimulatedNode[];
  /** Schedules batches, and everything else that happens at a time of its own. */
  readonly workload: (cluster: Cluster) => void;
}

export type Weather = Pick<FaultPlan, 'endMs' | 'links' | 'pace' | 'victims' | 'workload'>;

export interface Planning {
  readonly dice: Dice;
  readonly nemesis: Nemesis;
  readonly n: number;
  /** Byzantine nodes at most: f, unless more are wanted to show the harm. */
  readonly byzantine: number;
  /** Only these scripts. */
  readonly roles?: readonly AdversaryName[];
}
