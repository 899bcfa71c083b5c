import type { Sha256 } from '@lading/kernel';
import type { Output } from '@lading/consensus';
import { Cluster } from './cluster.js';
import { steadyLinks } from './network.js';
import { LAN_PARAMETERS } from './world.js';

/** One run with one death. */
export interface CrashPoint {
  /** Which output of the node, counted from its start, it died after; and what kind that was. */
  readonly index: number;
  readonly kind: Output['kind'];
}

export interface CrashPointOptions {
  readonly blocks: number;
  readonly node: number;
  readonly sha256?: Sha256;
}

/** Longest virtual time of a run. */
const LIMIT_MS = 30_000;

/** A fault-free run of so many blocks in which one node dies right after its `dieAfter`-th output; returns its outputs. */
function run({ blocks, node: who, sha256 }: CrashPointOptions, dieAfter: number): { outputs: number; kind: Output['kind'] | null } {
  let outputs = 0;
  let kind: Output['kind'] | null = null;
  const parameters = { ...LAN_PARAMETERS, window: 4, turnBlocks: 6, checkpointBlocks: 8, epochBlocks: 15, baseTimeoutMs: 300 };
  const cluster: Cluster = new Cluster({
    seed: 1,
    n: 4,
    parameters,
    links: steadyLinks(2),
    timing: { statusMs: 100, fetchRetryMs: 150, idleCheckpointMs: 60, payloadPatienceMs: 10, proposalIntervalMs: 3 },
    ...(sha256 === undefined ? {} : { sha256 }),
    victims: (node, output) => {
      if (node.index !== who || node.life > 1) return [];
      outputs++;
      if (outputs !== dieAfter) return [];
      kind = output.kind;
      return [node];
    },
    onCrash: (node) => cluster.agenda.after(120, () => node.start())
  });
  cluster.start();
  let turn = 0;
  const load = (): void => {
    if (cluster.nodes.every((node) => node.height >= blocks)) return;
    cluster.author(turn++ % 4);
    cluster.agenda.after(9, load);
  };
  load();
  const calm = (): boolean => {
    const goal = Math.max(blocks, cluster.oracle.acknowledgedHeight);
    return cluster.nodes.every((node) => node.alive && node.height >= goal) && cluster.pending === 0;
  };
  const done = cluster.run(LIMIT_MS, calm);
  if (!done) throw new Error(`after a crash behind output ${dieAfter} the network does not go on`);
  cluster.oracle.checkDurability(cluster.nodes);
  return { outputs, kind };
}

/** Outputs of that node in the run without a death: the number of points there are. */
export function countCrashPoints(options: CrashPointOptions): number {
  return run(options, 0).outputs;
}

/** Throws a Violation when a death right there makes it vote twice, or loses what was acknowledged. */
export function crashAt(options: CrashPointOptions, index: number): CrashPoint {
  const { kind } = run(options, index);
  if (kind === null) throw new Error(`there is no output ${index}`);
  return { index, kind };
}
