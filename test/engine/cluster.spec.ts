import { encodeUtf8 } from '@lading/kernel';
import { verifyReceipt } from '@lading/verifier';
import { Cluster } from './fakes/cluster.js';
import { toyKey } from './fakes/toyContract.js';

const valueAt = (cluster: Cluster, index: number, key: string): string | null => {
  const row = cluster.disks[index]?.database.stateRows.get(toyKey(key));
  return row === undefined ? null : String.fromCharCode(...row.value);
};

describe('four nodes of the engine over virtual disks, wires and time', () => {
  it('commit a transaction of every organization on all nodes, with equal state roots', async () => {
    const cluster = await Cluster.started();
    for (const index of [0, 1, 2, 3]) {
      const committed = await cluster.put(index, `key-${index}`, `value-${index}`);
      expect(committed.outcome).toEqual({ status: 'APPLIED', code: '', detail: [] });
      expect(committed.replayed).toBe(false);
    }
    expect(await cluster.converged()).toBe(true);
    for (const index of cluster.up) {
      expect(cluster.at(index).fatal).toEqual([]);
      expect(cluster.at(index).alarms).toEqual([]);
      expect(cluster.at(index).invalid).toEqual([]);
      for (const other of [0, 1, 2, 3]) expect(valueAt(cluster, index, `key-${other}`)).toBe(`value-${other}`);
    }
  });

  it('answer a lone transaction within a few message delays, because nothing waits for a timer when idle', async () => {
    const cluster = await Cluster.started();
    await cluster.put(0, 'warm', 'up');
    await cluster.world.pass(2000);
    const before = cluster.world.nowMs;
    await cluster.put(1, 'lone', 'one');
    expect(cluster.world.nowMs - before).toBeLessThan(40);
  });

  it('certify the tail soon after it went quiet, and hand out receipts that verify offline', async () => {
    const cluster = await Cluster.started();
    const tx = cluster.toy(2, 'toy.put', 'proven', 'yes');
    const committed = await cluster.commit(2, tx);
    const early = await cluster.world.wait(cluster.at(2).node.receipt(tx.txId));
    expect(early.ok ? 'certified' : early.code).toBe('NOT_CERTIFIED_YET');
    expect(await cluster.world.until(() => cluster.at(2).node.status().certifiedHeight >= committed.height, 2000)).toBe(true);
    const receipt = await cluster.world.wait(cluster.at(2).node.receipt(tx.txId));
    if (!receipt.ok) throw new Error(receipt.code);
    const report = verifyReceipt(encodeUtf8(receipt.value) ?? new Uint8Array(), cluster.network.genesisBytes);
    expect(report).toMatchObject({ proven: true });
  });
});
