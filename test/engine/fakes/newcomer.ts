import { testNetwork, type TestOrganization } from '../../fixtures/testNetwork.js';
import { emptyDisk, type Cluster, type Disk } from './cluster.js';
import { configTransaction } from './configChange.js';

/** An organization beyond the four of genesis. */
export const newcomer: TestOrganization = testNetwork({ organizations: 5 }).organization(4);

/** The newcomer observes: the four name it, and it has started. Returns its index. */
export async function withFifth(cluster: Cluster, options: { readonly minimumLag?: number } = {}): Promise<number> {
  const fifth = cluster.join(newcomer);
  const observers = [{ organization: newcomer.id, tlsKeyHash: newcomer.config.tlsKeyHash }];
  for (const index of [0, 1, 2, 3]) {
    cluster.kill(index);
    await cluster.start(index, { observers });
  }
  await cluster.start(fifth, { joining: true, ...options });
  return fifth;
}

/** A config names the newcomer, and it takes part. */
export async function nameFifth(cluster: Cluster, fifth: number): Promise<void> {
  const { config } = cluster.at(0).node;
  const organizations = [...config.organizations, newcomer.config];
  await cluster.commit(0, configTransaction(cluster, config, { organizations, by: 0 }));
  expect(await cluster.world.until(() => cluster.at(fifth).node.status().mode === 'NORMAL', 20_000)).toBe(true);
}

export const diskOf = (cluster: Cluster, index: number): Disk => {
  const disk = cluster.disks[index];
  if (disk === undefined) throw new Error(`no disk ${index}`);
  return disk;
};

export async function putMany(cluster: Cluster, label: string, count: number, nodes = [0, 1, 2]): Promise<void> {
  for (let i = 0; i < count; i++) await cluster.put(nodes[i % nodes.length] ?? 0, `${label}-${i}`, 'x');
}

/** Node 3 loses its database, and keeps its logs, while the others go on. */
export async function withoutDatabase(cluster: Cluster, blocks: number, index = 3): Promise<void> {
  await cluster.put(index, `by-${index}-${cluster.told.length}`, 'x');
  cluster.kill(index);
  const { safetyLog, batchLog } = diskOf(cluster, index);
  cluster.disks[index] = { ...emptyDisk(), safetyLog, batchLog };
  await putMany(cluster, 'meanwhile', blocks);
}

export const baseOf = (cluster: Cluster, index: number): number => (cluster.at(index).node.status().historyFrom ?? 1) - 1;
