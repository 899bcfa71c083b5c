import { auditLedger } from '@lading/engine';
import type { Finding } from '@lading/engine';
import type { Hash } from '@lading/kernel';
import { equalBytes } from '@lading/kernel';
import { newValidators, type EpochConfig } from '@lading/ledger';
import { verifyReceipt } from '@lading/verifier';
import { testKey } from '../fixtures/testNetwork.js';
import { Cluster } from './fakes/cluster.js';
import { configTransaction } from './fakes/configChange.js';

/**
 * A cluster of four, all of whose validator keys are replaced one after the other, an epoch each: in the end no signature
 * of the first set is worth anything, and everything must still lead back to genesis.
 */
describe('proofs of a cluster whose validators have all changed their keys', () => {
  let cluster: Cluster;
  const txIds: Hash[] = [];
  const heights: number[] = [];

  const put = async (label: string): Promise<void> => {
    for (const index of cluster.up) {
      const { txId, height } = await cluster.put(index, `${label}-${index}`, 'x');
      txIds.push(txId);
      heights.push(height);
    }
  };

  beforeAll(async () => {
    cluster = await Cluster.started();
    await put('first');
    for (const index of [0, 1, 2, 3]) {
      const key = testKey(`second validator ${index}`);
      const { config } = cluster.at(index === 0 ? 1 : 0).node;
      const organizations = config.organizations.map((organization, at) =>
        at === index ? { ...organization, validatorKey: key.publicKey } : organization
      );
      const by = (index + 1) % 4;
      const keys = new Map([[cluster.network.organization(index).id, key]]);
      const tx = configTransaction(cluster, config, { organizations, by, keys });
      const committed = await cluster.commit(by, tx);
      expect(committed.outcome.status).toBe('APPLIED');
      txIds.push(committed.txId);
      heights.push(committed.height);
      cluster.kill(index);
      cluster.replaced.set(index, key);
      // Its own database may not have reached the change when it was killed.
      await cluster.start(index, { joining: true });
      const reached = (): boolean => cluster.up.every((one) => cluster.at(one).node.status().epoch === index + 1);
      expect(await cluster.world.until(reached, 30_000)).toBe(true);
      await put(`epoch-${index + 1}`);
    }
    expect(await cluster.converged()).toBe(true);
  }, 120_000);

  async function receipts(index: number): Promise<string[]> {
    const { node } = cluster.at(index);
    const found: string[] = [];
    for (const txId of txIds) {
      for (;;) {
        const answer = await cluster.world.wait(node.receipt(txId));
        if (answer.ok) found.push(answer.value);
        if (answer.ok) break;
        expect(answer.code).toBe('NOT_CERTIFIED_YET');
        await cluster.world.until(() => false, 50);
      }
    }
    return found;
  }

  const audited = async (index: number): Promise<string[]> => {
    const disk = cluster.disks[index];
    if (disk === undefined) throw new Error('no disk');
    const found: Finding[] = [];
    const { genesisBytes } = cluster.network;
    for await (const finding of auditLedger(disk.database, genesisBytes, cluster.contracts, cluster.crypto)) found.push(finding);
    return found.map(({ table, key, what }) => `${table} ${key}: ${what}`);
  };

  it('share no validator key with genesis any more', () => {
    const last = cluster.configs.at(-1) as EpochConfig;
    expect([last.epoch, newValidators(cluster.network.config, last).length]).toEqual([4, 4]);
  });

  it('are receipts that verify from genesis alone, whichever epoch they are of', async () => {
    const reports = (await receipts(2)).map((text) => verifyReceipt(text, cluster.network.genesisBytes));
    expect(reports.filter(({ proven }) => !proven)).toEqual([]);
    expect(reports.map(({ facts }) => facts?.height)).toEqual(heights);
    expect(new Set(reports.map(({ facts }) => facts?.epoch))).toEqual(new Set([0, 1, 2, 3, 4]));
  });

  it('are databases that an audit derives again, with the right set for every height', async () => {
    for (const index of [0, 3]) expect(await audited(index)).toEqual([]);
  });

  it('are not databases in which an epoch ends with the signatures of another set', async () => {
    const database = cluster.disks[3]?.database;
    const [, second, third] = database?.epochRows ?? [];
    const [early, late] = [second, third].map((row) => database?.blockRows.get(row?.startHeight ?? -1));
    if (early === undefined || late === undefined || second === undefined) throw new Error('three epochs');
    const { proof } = late;
    const { encoded } = second;
    late.proof = early.proof;
    expect(await audited(3)).toEqual([`block ${late.height}: the commit proof does not verify`]);
    late.proof = proof;
    second.encoded = database?.epochRows[0]?.encoded ?? encoded;
    expect(await audited(3)).toEqual(['epoch 1: the config is not the one the chain gives']);
    second.encoded = encoded;
    expect(equalBytes(late.proof, proof)).toBe(true);
  });
});
