import { hash } from 'node:crypto';
import { Cluster, LAN_PARAMETERS, steadyLinks } from '@lading/simulator';
import type { ClusterOptions } from '@lading/simulator';

/** One-way delay of every link. */
const DELAY_MS = 5;
const sha256 = (data: Uint8Array): Uint8Array => hash('sha256', data, 'buffer');

function network(options: Partial<ClusterOptions> = {}): Cluster {
  const cluster = new Cluster({
    seed: 1, n: 4, parameters: LAN_PARAMETERS, links: steadyLinks(DELAY_MS), sha256, ...options
  });
  cluster.start();
  return cluster;
}

const heights = (cluster: Cluster): number[] => cluster.nodes.map((node) => node.height);
const lowest = (cluster: Cluster): number => Math.min(...cluster.nodes.filter((node) => node.alive).map((node) => node.height));

/** A batch of an organization every so often, until a time. */
function load(cluster: Cluster, everyMs: number, untilMs: number, lanes: readonly number[] = [0, 1, 2, 3]): void {
  let turn = 0;
  for (let at = cluster.agenda.nowMs; at < untilMs; at += everyMs) {
    const lane = lanes[turn++ % lanes.length] ?? 0;
    cluster.agenda.at(at, () => cluster.author(lane));
  }
}

describe('A fault-free network', () => {
  it('commits a lone transaction on every node within 20 ms plus four one-way delays, and certifies it', () => {
    const cluster = network();
    cluster.run(1_000);
    cluster.author(2);
    expect(cluster.run(1_000 + 20 + 4 * DELAY_MS, () => lowest(cluster) === 1)).toBe(true);
    // S6: the idle checkpoint.
    const certified = (): boolean => cluster.nodes.every((node) => node.checkpoint?.height === 1);
    expect(cluster.run(1_300, certified)).toBe(true);
  });

  it('never changes views, hands over each turn without a pause, and checkpoints under load', () => {
    const cluster = network({ parameters: { ...LAN_PARAMETERS, turnBlocks: 10, checkpointBlocks: 16 } });
    load(cluster, 25, 3_500);
    cluster.run(4_500);
    expect(cluster.viewChanges.size).toBe(0);
    expect(cluster.handOvers).toBeGreaterThanOrEqual(10);
    expect(cluster.pending).toBe(0);
    expect(cluster.node(0).checkpoint?.height).toBeGreaterThanOrEqual(112);
  });

  it('stays in its view while idle: no blocks, no suspicions, for minutes', () => {
    const cluster = network();
    cluster.run(300_000);
    expect(heights(cluster)).toEqual([0, 0, 0, 0]);
    expect(cluster.viewChanges.size).toBe(0);
    expect(cluster.node(1).summary()?.suspected).toBe(false);
  });

  it('does not depose a leader because one node executes slowly (spec P2: proposals wait, F1119)', () => {
    const cluster = network({ pace: { syncMs: [0.2, 0.8], executeMs: [30, 40], databaseMs: [1, 4] } });
    load(cluster, 10, 3_000);
    cluster.run(8_000, () => cluster.pending === 0 && cluster.agenda.nowMs > 3_000);
    expect(cluster.viewChanges.size).toBe(0);
    expect(cluster.pending).toBe(0);
  });

  it.each([1, 2, 3, 5, 7])('works with %i validators', (n) => {
    const cluster = network({ n });
    load(cluster, 20, 2_000, Array.from({ length: n }, (_, lane) => lane));
    cluster.run(2_500);
    expect(cluster.pending).toBe(0);
    expect(new Set(heights(cluster)).size).toBe(1);
    expect(cluster.viewChanges.size).toBe(0);
  });
});

describe('A network that loses its leader', () => {
  it('commits again within T_base + 6 delays (and the disk writes of a view change) under load', () => {
    const cluster = network();
    load(cluster, 20, 4_000, [1, 2, 3]);
    cluster.run(1_000);
    cluster.crash(cluster.node(0));
    // What the leader had sent before may still commit.
    cluster.run(1_000 + 4 * DELAY_MS);
    const before = lowest(cluster);
    expect(cluster.run(10_000, () => lowest(cluster) > before)).toBe(true);
    const pauseMs = cluster.agenda.nowMs - 1_000;
    expect(pauseMs).toBeLessThanOrEqual(LAN_PARAMETERS.baseTimeoutMs + 6 * DELAY_MS + 30);
  });

  it('replaces it before the next transaction when the network is idle (T_idle)', () => {
    const cluster = network();
    cluster.run(500);
    cluster.crash(cluster.node(0));
    cluster.run(5_500);
    expect(cluster.node(1).summary()?.view).toBe(1);
    cluster.author(2);
    expect(cluster.run(5_500 + 20 + 4 * DELAY_MS, () => lowest(cluster) === 1)).toBe(true);
  });

  it('passes over two dead leaders in turn', () => {
    const cluster = network({ n: 7 });
    load(cluster, 20, 3_000, [2, 3, 4]);
    cluster.run(500);
    cluster.crash(cluster.node(0));
    cluster.crash(cluster.node(1));
    cluster.run(500 + 4 * DELAY_MS);
    const before = lowest(cluster);
    expect(cluster.run(8_000, () => lowest(cluster) > before)).toBe(true);
    // T_base until the first is suspected, 2 T_base for the second, which has its chance.
    expect(cluster.agenda.nowMs).toBeLessThanOrEqual(500 + 3 * LAN_PARAMETERS.baseTimeoutMs + 300);
  });

  it('takes it back: the old leader catches up, votes, and leads again in its turn', () => {
    const cluster = network({ parameters: { ...LAN_PARAMETERS, turnBlocks: 10 } });
    load(cluster, 20, 5_000, [1, 2, 3]);
    cluster.run(1_000);
    cluster.crash(cluster.node(0));
    cluster.run(2_500);
    cluster.node(0).start();
    cluster.run(6_000);
    expect(cluster.pending).toBe(0);
    expect(new Set(heights(cluster)).size).toBe(1);
    expect(cluster.node(0).database.at(-1)?.block.header.originView).toBeGreaterThan(4);
    expect(cluster.node(0).database.some(({ block }) => block.header.originView >= 4 && block.header.proposer === 0)).toBe(true);
  });
});

describe('A node that was away', () => {
  it('catches up when it is more than a window behind, while the others go on (S4)', () => {
    const cluster = network();
    load(cluster, 30, 6_000, [0, 1, 2]);
    cluster.run(500);
    cluster.crash(cluster.node(3));
    cluster.run(4_000);
    expect(cluster.node(0).height - cluster.node(3).height).toBeGreaterThan(10 * LAN_PARAMETERS.window);
    cluster.node(3).start();
    expect(cluster.run(5_500, () => cluster.node(3).height >= cluster.node(0).height)).toBe(true);
    expect(cluster.viewChanges.size).toBe(0);
  });

  it('catches up on an idle chain, and gets its checkpoint (S2, S4)', () => {
    const cluster = network();
    cluster.run(100);
    cluster.crash(cluster.node(3));
    load(cluster, 50, 500, [0, 1]);
    cluster.run(2_000);
    cluster.node(3).start();
    const done = (): boolean => cluster.node(3).height === cluster.node(0).height && cluster.node(3).checkpoint !== null;
    expect(cluster.run(3_200, done)).toBe(true);
    expect(cluster.node(3).checkpoint?.height).toBe(cluster.node(0).height);
  });

  it('keeps the rest going, and is needed again when another leaves', () => {
    const cluster = network();
    load(cluster, 30, 8_000, [0, 1, 2]);
    cluster.run(500);
    cluster.crash(cluster.node(3));
    cluster.run(3_000);
    cluster.node(3).start();
    cluster.run(4_000);
    cluster.crash(cluster.node(1));
    const before = cluster.node(0).height;
    expect(cluster.run(6_000, () => lowest(cluster) > before + 20)).toBe(true);
  });
});

describe('A network without a quorum', () => {
  it('commits nothing with two of four down, and goes on when one is back, within seconds even after ten minutes', () => {
    const cluster = network();
    load(cluster, 20, 1_000);
    cluster.run(1_000);
    cluster.crash(cluster.node(2));
    cluster.crash(cluster.node(3));
    cluster.run(1_100);
    const stopped = cluster.node(0).height;
    cluster.author(0);
    cluster.author(1);
    cluster.run(601_000);
    expect(heights(cluster).slice(0, 2)).toEqual([stopped, stopped]);
    cluster.node(2).start();
    expect(cluster.run(601_000 + 20_000, () => cluster.pending === 0)).toBe(true);
  });

  it('loses nothing when all nodes lose power at once', () => {
    const cluster = network();
    load(cluster, 7, 2_000);
    cluster.run(1_500.5);
    const acknowledged = cluster.oracle.acknowledgedHeight;
    for (const node of cluster.nodes) cluster.crash(node);
    for (const node of cluster.nodes) node.start();
    cluster.run(4_000);
    expect(cluster.pending).toBe(0);
    expect(lowest(cluster)).toBeGreaterThan(acknowledged);
    cluster.oracle.checkDurability(cluster.nodes);
  });
});
