import { jest } from '@jest/globals';
import { Cluster } from './fakes/cluster.js';
import { baseOf, diskOf, putMany, withoutDatabase } from './fakes/newcomer.js';

// Whole networks with real signatures, on machines that have other things to do.
jest.setTimeout(120_000);

/** Node 3 has stored some of the blocks below its snapshot, and is killed. */
async function halfFilled(): Promise<Cluster> {
  const cluster = await Cluster.started();
  await withoutDatabase(cluster, 90);
  await cluster.start(3, { minimumLag: 10, fills: true });
  await cluster.world.until(() => (cluster.at(3).node.status().history?.height ?? 0) > 0, 60_000);
  cluster.kill(3);
  return cluster;
}

describe('blocks below a snapshot that were changed in the database before all were there', () => {
  it('end the filling with an alarm when a root is another, and the node goes on as before', async () => {
    const cluster = await halfFilled();
    const row = diskOf(cluster, 3).database.blockRows.get(7);
    if (row === undefined) throw new Error('block 7 is not stored');
    row.stateRoot = new Uint8Array(32);
    await cluster.start(3, { fills: true });
    expect(await cluster.world.until(() => cluster.at(3).alarms.length > 0, 60_000)).toBe(true);
    await cluster.world.pass(10_000);
    expect(cluster.at(3).alarms).toEqual([expect.stringMatching(/^HISTORY_DIVERGED: .*block 7 /)]);
    expect(cluster.at(3).node.status().history?.problem).toContain('block 7');
    expect(baseOf(cluster, 3)).toBeGreaterThan(10);
    expect(cluster.at(3).fatal).toEqual([]);
    await putMany(cluster, 'after', 3);
    expect(await cluster.converged()).toBe(true);
  });

  it('end it when the payload of a block is gone', async () => {
    const cluster = await halfFilled();
    const { database } = diskOf(cluster, 3);
    database.batchRows = database.batchRows.filter(({ height }) => height !== 5);
    await cluster.start(3, { fills: true });
    expect(await cluster.world.until(() => cluster.at(3).alarms.length > 0, 60_000)).toBe(true);
    expect(cluster.at(3).alarms).toEqual([expect.stringContaining('a batch of block 5 is not stored any more')]);
    expect(baseOf(cluster, 3)).toBeGreaterThan(10);
  });
});
