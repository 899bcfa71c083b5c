import { jest } from '@jest/globals';
import { CHANNEL, decodeManifest } from '@lading/engine';
import { asHash, toHex } from '@lading/kernel';
import { encodeManifest } from '../../libs/engine/src/snapshot/manifest.js';
import { SNAPSHOT_LIMITS } from '../../libs/engine/src/snapshot/snapshotLimits.js';
import { decodeQuestion } from '../../libs/engine/src/snapshot/wire.js';
import { Cluster } from './fakes/cluster.js';
import { baseOf, diskOf, withoutDatabase } from './fakes/newcomer.js';

// Whole networks with real signatures, on machines that have other things to do.
jest.setTimeout(120_000);

const CHUNKS = 40;
const chunk = new Uint8Array(SNAPSHOT_LIMITS.chunkBytesMax);
/** The manifest, what is believed, and the chunk that is too much. */
const MOST_PARTS = 1 + SNAPSHOT_LIMITS.stateSlackBytes / chunk.length + 1;

/** Node 0 offers a snapshot of the true block with chunks almost without end, and says that its state is as large; nobody else has one. */
async function withLiar(): Promise<Cluster> {
  const cluster = await Cluster.started();
  await withoutDatabase(cluster, 14);
  await cluster.start(3, { minimumLag: 5 });
  const { sha256 } = cluster.crypto;
  const [made] = diskOf(cluster, 0).files.complete;
  const manifest = decodeManifest(made?.parts.get(0) ?? new Uint8Array(0), sha256);
  if (made === undefined || !manifest.ok) throw new Error('node 0 has made no snapshot');
  const hash = asHash(sha256(chunk));
  const forged = encodeManifest({ ...manifest.value, chunks: Array.from({ length: CHUNKS }, () => hash) });
  const parts = new Map([[0, forged], ...Array.from({ length: CHUNKS }, (_, at) => [at + 1, chunk] as const)]);
  diskOf(cluster, 0).files.complete = [{ id: toHex(sha256(forged)), parts }];
  cluster.kill(0);
  await cluster.start(0);
  cluster.at(0).store.stateBytes = () => Promise.resolve(2 ** 50);
  for (const index of [1, 2]) cluster.at(index).store.openStateView = () => new Promise(() => undefined);
  for (const index of [1, 2]) diskOf(cluster, index).files.complete = [];
  await withoutDatabase(cluster, 1);
  cluster.told.length = 0;
  return cluster;
}

/** How often node 3 asks a peer for a part. */
function countParts(cluster: Cluster): Map<number, number> {
  const asked = new Map<number, number>();
  cluster.wires.tap = (from, to, channel, bytes) => {
    const question = from === 3 && channel === CHANNEL.fetchSnapshot ? decodeQuestion(bytes) : null;
    if (question?.ok === true && question.value.kind === 'part') asked.set(to, (asked.get(to) ?? 0) + 1);
  };
  return asked;
}

describe('a snapshot whose maker says that it is larger than the state of the network', () => {
  it('is loaded no further than f + 1 validators make likely, is false, and is not asked for again after a restart', async () => {
    const cluster = await withLiar();
    const asked = countParts(cluster);
    const joining = cluster.start(3, { minimumLag: 5 }).catch(() => null);
    const isRefused = (): boolean => cluster.told.some((line) => line.includes('far larger than f + 1 validators say'));
    expect(await cluster.world.until(isRefused, 60_000)).toBe(true);
    expect(asked.get(0)).toBeLessThanOrEqual(MOST_PARTS);
    expect(await diskOf(cluster, 3).files.liars()).toEqual([cluster.organizations[0]?.id]);
    expect(diskOf(cluster, 3).files.making.size).toBe(0);
    cluster.kill(3);
    await joining;
    asked.clear();
    const again = cluster.start(3, { minimumLag: 5 }).catch(() => null);
    expect(await cluster.world.until(() => cluster.told.some((line) => line.startsWith('not asked')), 20_000)).toBe(true);
    await cluster.world.pass(20_000);
    expect(asked.get(0)).toBeUndefined();
    cluster.kill(3);
    await again;
  });

  it('is loaded no further, and not called false, where too few validators are there to be sure of that', async () => {
    const cluster = await withLiar();
    const asked = countParts(cluster);
    cluster.wires.cut(2, 3, true);
    const joining = cluster.start(3, { minimumLag: 5 }).catch(() => null);
    await cluster.world.pass(120_000);
    expect([asked.get(0), await diskOf(cluster, 3).files.liars()]).toEqual([MOST_PARTS, []]);
    expect(cluster.told.filter((line) => line.includes('false'))).toEqual([]);
    cluster.kill(3);
    await joining;
  });
});

describe('a validator that says too small or too large a size', () => {
  it.each([0, 2 ** 50])('keeps no newcomer from a true snapshot (%i bytes)', async (said) => {
    const cluster = await Cluster.started();
    await withoutDatabase(cluster, 14);
    cluster.at(1).store.stateBytes = () => Promise.resolve(said);
    await cluster.start(3, { minimumLag: 5 });
    expect([baseOf(cluster, 3) > 0, await diskOf(cluster, 3).files.liars()]).toEqual([true, []]);
  });
});
