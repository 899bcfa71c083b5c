import type { Output } from '@lading/consensus';
import type { NetworkParameters } from '@lading/ledger';
import type { Cluster } from './cluster.js';
import type { LinkModel } from './network.js';
import type { Pace, SimulatedNode } from './simulatedNode.js';

/**
 * What a seed does to its network:
 * - `storm`: loss, delay, reordering, duplicates, partitions, and single nodes that die after chosen outputs;
 * - `power cut`: right after the first node commits a block, the others that voted for it lose power, and the network
 *   goes on without the first and with one that has seen nothing: what was promised must come back from the disks;
 * - `twins in a storm`: one validator runs twice with one key;
 * - `twins at work`: the same on a good network, with the two instances talking to changing sides: equivocation, and
 *   proposals that fit in everything except their parent.
 */
export type FaultKind = 'storm' | 'power cut' | 'twins in a storm' | 'twins at work';

export interface FaultPlan {
  readonly kind: FaultKind;
  readonly parameters: NetworkParameters;
  readonly endMs: number;
  readonly links: LinkModel;
  readonly pace: Pace;
  /** Index of the Byzantine pair, or null. */
  readonly twin: number | null;
  /** Nodes that die right after this output. */
  readonly victims: (node: SimulatedNode, output: Output, cluster: Cluster) => readonly SimulatedNode[];
  readonly workload: (cluster: Cluster) => void;
}
