import { toHex } from '@lading/kernel';
import { testKey } from '../fixtures/testNetwork.js';
import { Cluster } from './fakes/cluster.js';
import { configTransaction } from './fakes/configChange.js';
import { newcomer, withFifth } from './fakes/newcomer.js';

const configOf = (cluster: Cluster, index = 0) => cluster.at(index).node.config;
const epochs = (cluster: Cluster): number[] => cluster.up.map((index) => cluster.at(index).node.status().epoch);

/** Puts at each of the nodes, so that every lane of the epoch is used. */
async function putAll(cluster: Cluster, label: string, nodes: readonly number[]): Promise<void> {
  for (const index of nodes) await cluster.put(index, `${label}-${index}`, 'x');
}

async function sameEpoch(cluster: Cluster, epoch: number): Promise<void> {
  const reached = await cluster.world.until(() => epochs(cluster).every((one) => one === epoch), 20_000);
  expect([reached, ...epochs(cluster)]).toEqual([true, ...epochs(cluster).map(() => epoch)]);
}

const clean = (cluster: Cluster): void => {
  for (const index of cluster.up) {
    expect([index, cluster.at(index).fatal, cluster.at(index).alarms, cluster.at(index).invalid]).toEqual([index, [], [], []]);
  }
  expect([...cluster.doubled]).toEqual([]);
};

describe('a cluster that changes its epoch', () => {
  it('goes on by itself after the last block of an epoch, with every lane begun anew and nothing lost', async () => {
    const cluster = await Cluster.started({ parameters: { epochBlocks: 6 } });
    for (let round = 0; round < 5; round++) await putAll(cluster, `r${round}`, [0, 1, 2, 3]);
    expect(await cluster.converged()).toBe(true);
    expect(Math.min(...epochs(cluster))).toBeGreaterThanOrEqual(2);
    for (const index of cluster.up) {
      expect(cluster.disks[index]?.database.outcomeRows).toHaveLength(20);
      expect(cluster.disks[index]?.database.epochRows.length).toBe((epochs(cluster)[0] ?? 0) + 1);
    }
    clean(cluster);
  });

  it('answers every client of a burst that an epoch end cuts in two, each exactly once', async () => {
    const cluster = await Cluster.started({ parameters: { epochBlocks: 4 } });
    const txs = Array.from({ length: 200 }, (_, i) => cluster.toy(i % 4, 'toy.put', `k-${i}`, 'x'));
    const answers = txs.map((tx, i) => cluster.world.wait(cluster.at(i % 4).node.submit(tx, 30_000)));
    for (const answer of await Promise.all(answers)) expect(answer).toMatchObject({ outcome: { status: 'APPLIED' } });
    expect(await cluster.converged()).toBe(true);
    expect(cluster.disks[0]?.database.outcomeRows).toHaveLength(200);
    clean(cluster);
  });

  it('goes on when nodes restart in another epoch than they began in, also all of them at once', async () => {
    const cluster = await Cluster.started({ parameters: { epochBlocks: 5 } });
    for (let round = 0; round < 4; round++) {
      await putAll(cluster, `r${round}`, [0, 1, 2, 3]);
      cluster.kill(round);
      await cluster.start(round);
    }
    await cluster.converged();
    const before = epochs(cluster)[0] ?? 0;
    expect(before).toBeGreaterThan(1);
    for (const index of [0, 1, 2, 3]) cluster.kill(index);
    for (const index of [0, 1, 2, 3]) await cluster.start(index);
    await putAll(cluster, 'after', [0, 1, 2, 3]);
    expect(await cluster.converged()).toBe(true);
    clean(cluster);
  });

  it('goes on when all restart right after the block that ended an epoch, before the next one has a block', async () => {
    const cluster = await Cluster.started({ parameters: { epochBlocks: 4 } });
    // The last block of an epoch waits for nobody: it may be empty.
    for (let i = 0; i < 3; i++) await cluster.put(i, `k-${i}`, 'x');
    await sameEpoch(cluster, 1);
    expect(cluster.heights()).toEqual([4, 4, 4, 4]);
    for (const index of [0, 1, 2, 3]) cluster.kill(index);
    for (const index of [0, 1, 2, 3]) await cluster.start(index);
    await putAll(cluster, 'after', [0, 1, 2, 3]);
    expect(await cluster.converged()).toBe(true);
    clean(cluster);
  });

  it('brings a node that slept through several epochs back to the newest', async () => {
    const cluster = await Cluster.started({ parameters: { epochBlocks: 5 } });
    await putAll(cluster, 'a', [0, 1, 2, 3]);
    cluster.kill(3);
    for (let round = 0; round < 8; round++) await putAll(cluster, `r${round}`, [0, 1, 2]);
    await cluster.start(3);
    expect(await cluster.world.until(() => new Set(cluster.heights()).size === 1, 30_000)).toBe(true);
    expect(Math.max(...epochs(cluster))).toBeGreaterThanOrEqual(4);
    cluster.kill(0);
    await cluster.put(3, 'needed', 'x');
  });
});

describe('the validators of a cluster', () => {
  it('become more: a newcomer follows from genesis as an observer, and votes from the epoch that names its key', async () => {
    const cluster = await Cluster.started();
    await putAll(cluster, 'a', [0, 1, 2, 3]);
    const fifth = await withFifth(cluster);
    expect(await cluster.world.until(() => cluster.head(fifth) === cluster.head(0), 20_000)).toBe(true);
    const status = cluster.at(fifth).node.status();
    expect([status.mode, status.reason]).toEqual(['OBSERVER', expect.stringMatching(/not in the configuration of epoch 0 yet/)]);
    const early = await cluster.world.wait(cluster.at(fifth).node.submit(cluster.toy(0, 'toy.put', 'no', 'x'), 1000));
    expect(early).toMatchObject({ ok: false, code: 'NODE_HALTED' });

    const organizations = [...configOf(cluster).organizations, newcomer.config];
    const committed = await cluster.commit(1, configTransaction(cluster, configOf(cluster), { organizations, by: 1 }));
    expect(committed.outcome).toMatchObject({ status: 'APPLIED' });
    await sameEpoch(cluster, 1);
    expect(await cluster.world.until(() => cluster.at(fifth).node.status().mode === 'NORMAL', 20_000)).toBe(true);
    await putAll(cluster, 'b', [0, 1, 2, 3, fifth]);
    // n = 5, q = 4: without it there would be no quorum now.
    cluster.kill(0);
    await putAll(cluster, 'c', [1, 2, 3, fifth]);
    expect(await cluster.converged()).toBe(true);
    clean(cluster);
  });

  it('become fewer: one that is removed serves one more epoch, votes no more, and says so', async () => {
    const cluster = await Cluster.started();
    const fifth = await withFifth(cluster);
    const five = [...configOf(cluster).organizations, newcomer.config];
    await cluster.commit(1, configTransaction(cluster, configOf(cluster), { organizations: five, by: 1 }));
    await sameEpoch(cluster, 1);
    await putAll(cluster, 'b', [0, 1, 2, 3, fifth]);
    const waiting = cluster.at(2).node.submit(cluster.toy(2, 'toy.put', 'late', 'x'), 20_000);
    const without = five.filter(({ id }) => id !== cluster.organizations[2]?.id);
    await cluster.commit(1, configTransaction(cluster, configOf(cluster), { organizations: without, by: 1 }));
    await sameEpoch(cluster, 2);
    const answer = await cluster.world.wait(waiting);
    // Ordered before the epoch ended, or told that it cannot be any more.
    const told = ['APPLIED', 'NODE_HALTED', 'LANE_NOT_LISTED', 'TX_LANE'];
    expect(told).toContain('ok' in answer ? answer.code : answer.outcome.status);
    const status = cluster.at(2).node.status();
    expect([status.mode, status.reason]).toEqual(['OBSERVER', expect.stringMatching(/is no validator since epoch 2/)]);
    await putAll(cluster, 'c', [0, 1, 3, fifth]);
    // It still follows, and its peers still hear it.
    expect(await cluster.world.until(() => cluster.head(2) === cluster.head(0), 20_000)).toBe(true);
    cluster.kill(2);
    await cluster.start(2);
    await putAll(cluster, 'd', [0, 1, 3, fifth]);
    expect(await cluster.world.until(() => cluster.head(2) === cluster.head(0), 20_000)).toBe(true);
    clean(cluster);
  });

  it('replace a key: a wiped node observes with a new key, and votes from the epoch that carries it', async () => {
    const cluster = await Cluster.started();
    await putAll(cluster, 'a', [0, 1, 2, 3]);
    cluster.kill(3);
    const fresh = testKey('a new key after the disk was lost');
    cluster.replaced.set(3, fresh);
    const disk = cluster.disks[3];
    if (disk === undefined) throw new Error('no disk');
    await expect(cluster.start(3)).rejects.toMatchObject({ code: 'VALIDATOR_KEY_UNKNOWN' });
    await cluster.start(3, { joining: true });
    await cluster.put(0, 'meanwhile', 'x');
    expect(cluster.at(3).node.status().reason).toMatch(/names another validator key/);
    const own = cluster.organizations[3]?.id;
    const organizations = configOf(cluster).organizations.map((one) =>
      one.id === own ? { ...one, validatorKey: fresh.publicKey } : one
    );
    const keys = new Map([[own ?? '', fresh]]);
    await cluster.commit(0, configTransaction(cluster, configOf(cluster), { organizations, by: 0, keys }));
    await sameEpoch(cluster, 1);
    expect(await cluster.world.until(() => cluster.at(3).node.status().mode === 'NORMAL', 20_000)).toBe(true);
    cluster.kill(0);
    await putAll(cluster, 'b', [1, 2, 3]);
    expect(toHex(configOf(cluster, 3).organizations[3]?.validatorKey ?? new Uint8Array())).toBe(toHex(fresh.publicKey));
    clean(cluster);
  });
});
