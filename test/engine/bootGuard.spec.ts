import { decodeMessage } from '@lading/consensus';
import { CHANNEL } from '@lading/engine';
import { testKey } from '../fixtures/testNetwork.js';
import { Cluster, emptyDisk } from './fakes/cluster.js';
import { configTransaction } from './fakes/configChange.js';
import { MemoryDatabase } from './fakes/memoryDatabase.js';
import { nameFifth, withFifth } from './fakes/newcomer.js';

/** What a node signs from now on, in every epoch whose config is that of genesis but for its number. */
function signedBy(cluster: Cluster, index: number): string[] {
  const said: string[] = [];
  cluster.wires.tap = (from, _to, channel, bytes) => {
    if (from !== index || channel !== CHANNEL.consensus) return;
    const decoded = decodeMessage(bytes, cluster.network.config);
    if (decoded.ok && 'signer' in decoded.value && decoded.value.signer === index) said.push(decoded.value.type);
  };
  return said;
}

describe('a node that starts asks what it has signed (spec B3)', () => {
  it('and never signs again when its safety log is an old copy, whatever else it has', async () => {
    const cluster = await Cluster.started();
    for (let i = 0; i < 6; i++) await cluster.put(i % 4, `a-${i}`, 'x');
    await cluster.converged();
    const disk = cluster.disks[2];
    if (disk === undefined) throw new Error('no disk');
    const backup = [...disk.safetyLog.records];
    for (let i = 0; i < 6; i++) await cluster.put(i % 4, `b-${i}`, 'x');
    await cluster.converged();
    cluster.kill(2);
    disk.safetyLog.records = backup;
    const said = signedBy(cluster, 2);
    await cluster.start(2);
    await cluster.world.pass(3000);
    const { mode, reason } = cluster.at(2).node.status();
    expect([mode, reason]).toEqual(['OBSERVER', expect.stringMatching(/^SAFETY_RECORD_LOST/)]);
    for (let i = 0; i < 3; i++) await cluster.put(i % 2, `c-${i}`, 'x');
    cluster.kill(2);
    await cluster.start(2);
    await cluster.world.pass(3000);
    expect([said, cluster.at(2).node.status().mode]).toEqual([[], 'OBSERVER']);
  });

  it('and signs at once when peers know nothing beyond its record, but not before n − f have answered', async () => {
    const cluster = await Cluster.started();
    for (let i = 0; i < 6; i++) await cluster.put(i % 4, `a-${i}`, 'x');
    await cluster.converged();
    for (const index of [0, 1, 2, 3]) cluster.kill(index);
    const said = signedBy(cluster, 1);
    await cluster.start(1);
    await cluster.start(2);
    await cluster.world.pass(20_000);
    expect([said, cluster.at(1).node.status().mode]).toEqual([[], 'SYNCING']);
    await cluster.start(3);
    await cluster.put(1, 'again', 'x');
    expect(said.length).toBeGreaterThan(0);
  });

  it('and is silent in epochs that only its log knows, when the database was lost', async () => {
    const cluster = await Cluster.started({ parameters: { epochBlocks: 5 } });
    for (let i = 0; i < 12; i++) await cluster.put(i % 4, `a-${i}`, 'x');
    await cluster.converged();
    const { epoch } = cluster.at(3).node.status();
    expect(epoch).toBeGreaterThan(0);
    cluster.kill(3);
    const disk = cluster.disks[3];
    if (disk === undefined) throw new Error('no disk');
    cluster.disks[3] = { ...disk, database: new MemoryDatabase() };
    const epochs = new Set<number>();
    cluster.wires.tap = (from, _to, channel, bytes) => {
      const decoded = from === 3 && channel === CHANNEL.consensus ? decodeMessage(bytes, cluster.network.config) : null;
      if (decoded?.ok === true && 'signature' in decoded.value && decoded.value.signer === 3) epochs.add(decoded.value.epoch);
    };
    await cluster.start(3);
    for (let i = 0; i < 15; i++) await cluster.put(i % 3, `b-${i}`, 'x');
    expect(await cluster.world.until(() => cluster.at(3).node.status().mode === 'NORMAL', 20_000)).toBe(true);
    await cluster.put(3, 'mine', 'x');
    expect(Math.min(...epochs)).toBeGreaterThan(epoch);
    expect([...cluster.doubled]).toEqual([]);
  });

  it('and a node that lost everything comes back with a new key, which votes at once in the epoch that names it', async () => {
    const cluster = await Cluster.started();
    for (let i = 0; i < 6; i++) await cluster.put(i % 4, `a-${i}`, 'x');
    cluster.kill(3);
    const fresh = testKey('made after everything was lost');
    cluster.replaced.set(3, fresh);
    cluster.disks[3] = emptyDisk();
    await cluster.start(3, { joining: true });
    const { config } = cluster.at(0).node;
    const own = cluster.organizations[3]?.id ?? '';
    const organizations = config.organizations.map((one) => (one.id === own ? { ...one, validatorKey: fresh.publicKey } : one));
    const change = { organizations, by: 0, keys: new Map([[own, fresh]]) };
    await cluster.commit(0, configTransaction(cluster, config, change));
    expect(await cluster.world.until(() => cluster.at(3).node.status().mode === 'NORMAL', 20_000)).toBe(true);
    cluster.kill(1);
    await cluster.put(3, 'back', 'x');
    // The log now holds a right of the new key: a restart without the flag is a start like any other.
    cluster.kill(3);
    await cluster.start(3);
    await cluster.put(3, 'again', 'x');
  });

  it('and a newcomer that voted, lost everything and starts again with the same key is recognized', async () => {
    const cluster = await Cluster.started();
    const fifth = await withFifth(cluster);
    await nameFifth(cluster, fifth);
    for (let i = 0; i < 5; i++) await cluster.put(i === 4 ? fifth : i, `a-${i}`, 'x');
    cluster.kill(fifth);
    cluster.disks[fifth] = emptyDisk();
    let signed = 0;
    cluster.wires.tap = (from, _to, channel, bytes) => {
      const decoded = from === fifth && channel === CHANNEL.consensus ? decodeMessage(bytes, cluster.at(0).node.config) : null;
      if (decoded?.ok === true && 'signature' in decoded.value && decoded.value.signer === 4) signed += 1;
    };
    await cluster.start(fifth, { joining: true });
    for (let i = 0; i < 4; i++) await cluster.put(i, `b-${i}`, 'x');
    expect(await cluster.world.until(() => cluster.head(fifth) === cluster.head(0), 20_000)).toBe(true);
    await cluster.world.pass(3000);
    const { mode, reason } = cluster.at(fifth).node.status();
    expect([mode, reason, signed]).toEqual(['OBSERVER', expect.stringMatching(/^SAFETY_RECORD_LOST/), 0]);
  });

  /** Node 3 has put a batch into its lane that only node 1 holds, and nobody has ordered; then node 3 is down. */
  async function withBatchAtOne(before: (cluster: Cluster) => void = () => undefined): Promise<Cluster> {
    const cluster = await Cluster.started();
    await cluster.world.pass(1000);
    before(cluster);
    for (const other of [0, 2]) {
      cluster.wires.cut(3, other, true);
      cluster.wires.cut(1, other, true);
    }
    void cluster.at(3).node.submit(cluster.toy(3, 'toy.put', 'seen by one', 'x'), 1000);
    await cluster.world.pass(100);
    cluster.kill(3);
    cluster.wires.cut(3, 0, false);
    return cluster;
  }

  const lostAndSilent = async (cluster: Cluster): Promise<void> => {
    const said = signedBy(cluster, 3);
    await cluster.start(3);
    void cluster.at(3).node.submit(cluster.toy(3, 'toy.put', 'another one', 'x'), 5000);
    await cluster.world.pass(10_000);
    const { mode, reason } = cluster.at(3).node.status();
    expect([mode, reason]).toEqual(['OBSERVER', expect.stringMatching(/^SAFETY_RECORD_LOST.*batch 0 of its own lane/)]);
    expect([said, [...cluster.doubled]]).toEqual([[], []]);
  };

  it('and a batch of its own lane counts as signed: one peer that holds it is enough to silence a wiped node', async () => {
    const cluster = await withBatchAtOne();
    cluster.disks[3] = emptyDisk();
    await lostAndSilent(cluster);
  });

  it('and a node whose batch log is an old copy does not use a number of its lane again', async () => {
    let backup: readonly Uint8Array[] = [];
    const cluster = await withBatchAtOne(({ disks }) => (backup = [...(disks[3]?.batchLog.records ?? [])]));
    const disk = cluster.disks[3];
    if (disk === undefined) throw new Error('no disk');
    disk.batchLog.records = [...backup];
    await lostAndSilent(cluster);
  });

  it('and a node that kept its batch log alone has signed: the new safety log says nothing', async () => {
    const cluster = await withBatchAtOne();
    const disk = cluster.disks[3];
    if (disk === undefined) throw new Error('no disk');
    cluster.disks[3] = { ...emptyDisk(), batchLog: disk.batchLog };
    cluster.wires.cut(1, 3, true);
    cluster.wires.cut(2, 3, false);
    await lostAndSilent(cluster);
  });

  it('and a node whose logs are whole goes on with its lane, whoever holds its last batch', async () => {
    const cluster = await withBatchAtOne();
    await cluster.start(3);
    for (const other of [0, 2]) cluster.wires.cut(1, other, false);
    cluster.wires.cut(3, 2, false);
    await cluster.put(3, 'another one', 'x');
    expect([cluster.at(3).node.status().mode, [...cluster.doubled]]).toEqual(['NORMAL', []]);
  });

  const FILLS = 'and is not taken for one that forgot while it fills a lost database from one peer, epochs of %i blocks';
  it.each([5, 4096])(FILLS, async (epochBlocks) => {
    const cluster = await Cluster.started({ parameters: { epochBlocks } });
    for (let i = 0; i < 12; i++) await cluster.put(i % 4, `a-${i}`, 'x');
    await cluster.converged();
    cluster.kill(3);
    const disk = cluster.disks[3];
    if (disk === undefined) throw new Error('no disk');
    cluster.disks[3] = { ...disk, database: new MemoryDatabase() };
    for (const other of [1, 2]) cluster.wires.cut(3, other, true);
    await cluster.start(3);
    expect(await cluster.world.until(() => cluster.head(3) === cluster.head(0), 20_000)).toBe(true);
    for (const other of [1, 2]) cluster.wires.cut(3, other, false);
    for (let i = 0; i < 6; i++) await cluster.put(i % 3, `b-${i}`, 'x');
    expect(await cluster.world.until(() => cluster.at(3).node.status().mode === 'NORMAL', 20_000)).toBe(true);
    await cluster.put(3, 'mine', 'x');
    expect([...cluster.doubled]).toEqual([]);
  });

  it('and never signs again when all its disks are old copies from an epoch before, whatever it signed since', async () => {
    const cluster = await Cluster.started({ parameters: { epochBlocks: 5 } });
    for (let i = 0; i < 3; i++) await cluster.put(i % 4, `a-${i}`, 'x');
    await cluster.converged();
    const disk = cluster.disks[3];
    if (disk === undefined) throw new Error('no disk');
    const backup = { database: copyOf(disk.database), safetyLog: [...disk.safetyLog.records], batchLog: [...disk.batchLog.records] };
    const before = cluster.at(3).node.status().epoch;
    for (let i = 0; cluster.at(3).node.status().epoch < before + 2; i++) await cluster.put(i % 4, `b-${i}`, 'x');
    await cluster.put(3, 'in the last epoch', 'x');
    await cluster.converged();
    cluster.kill(3);
    const [safetyLog, batchLog] = [{ records: backup.safetyLog }, { records: backup.batchLog }];
    cluster.disks[3] = { ...disk, database: backup.database, safetyLog, batchLog };
    let signed = 0;
    cluster.wires.tap = (from, _to, channel, bytes) => {
      if (from !== 3 || channel !== CHANNEL.consensus) return;
      const heard = cluster.configs.map((config) => decodeMessage(bytes, config));
      if (heard.some((one) => one.ok && 'signature' in one.value && one.value.signer === 3)) signed += 1;
    };
    await cluster.start(3);
    expect(await cluster.world.until(() => cluster.head(3) === cluster.head(0), 20_000)).toBe(true);
    await cluster.world.pass(3000);
    const { mode, reason } = cluster.at(3).node.status();
    expect([mode, reason, signed]).toEqual(['OBSERVER', expect.stringMatching(/^SAFETY_RECORD_LOST/), 0]);
    expect([...cluster.doubled]).toEqual([]);
  });
});

/** As a snapshot of the disk has it. */
function copyOf(database: MemoryDatabase): MemoryDatabase {
  const copy = new MemoryDatabase();
  for (const [name, value] of Object.entries(database)) Object.assign(copy, { [name]: structuredClone(value) as unknown });
  return copy;
}
