import { emptyDisk, type Cluster, type Disk } from './cluster.js';

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
