import { decodeMessage, decodePersistRecord } from '@lading/consensus';
import type { Message, Safety } from '@lading/consensus';
import { CHANNEL } from '@lading/engine';
import { asHash, equalBytes, toHex } from '@lading/kernel';
import { verifyReceipt } from '@lading/verifier';
import { decodeSignRight } from '../../libs/engine/src/driver/signRight.js';
import { Cluster } from './fakes/cluster.js';

/** What a node has on disk at this moment. */
function durable(cluster: Cluster, index: number): { readonly safety: readonly Safety[]; readonly blocks: ReadonlySet<string> } {
  const safety: Safety[] = [];
  const blocks = new Set<string>();
  for (const bytes of cluster.disks[index]?.safetyLog.records ?? []) {
    if (decodeSignRight(bytes) !== null) continue;
    const record = decodePersistRecord(bytes, cluster.network.config);
    if (!record.ok) throw new Error(record.code);
    if (record.value.kind === 'Safety') safety.push(record.value.safety);
    else blocks.add(toHex(record.value.block.blockHash));
  }
  return { safety, blocks };
}

/** Why this message must not have left its signer yet, or null. */
function spokenTooEarly(cluster: Cluster, from: number, message: Message): string | null {
  if (!('signer' in message) || message.signer !== from) return null;
  const { safety, blocks } = durable(cluster, from);
  switch (message.type) {
    case 'PREPARE': {
      const kept = safety.some(({ lastPrepared }) => lastPrepared?.view === message.view && lastPrepared.height >= message.height);
      if (!kept) return `PREPARE ${message.view}/${message.height} before lastPrepared`;
      return blocks.has(toHex(message.blockHash)) ? null : `PREPARE ${message.height} before its block`;
    }
    case 'COMMIT': {
      const kept = safety.some(({ highCert }) => highCert !== null && highCert.view >= message.view && highCert.height >= message.height);
      return kept ? null : `COMMIT ${message.view}/${message.height} before highCert`;
    }
    case 'VIEW-CHANGE': {
      const kept = safety.some(({ mode, view }) => mode === 'CHANGING' && view >= message.newView - 1);
      return kept ? null : `VIEW-CHANGE ${message.newView} before its mode`;
    }
    case 'CHECKPOINT': {
      const row = cluster.disks[from]?.database.blockRows.get(message.height);
      return row !== undefined && equalBytes(row.stateRoot, message.stateRoot) ? null : `CHECKPOINT ${message.height} before its block`;
    }
    default:
      return null;
  }
}

describe('what leaves a node is on its disk first', () => {
  it('holds for every vote, checkpoint and batch of a run with a change of leader', async () => {
    const cluster = await Cluster.started({ seed: 5 });
    const early: string[] = [];
    const seen = new Map<string, number>();
    cluster.wires.tap = (from, _to, channel, bytes) => {
      if (channel === CHANNEL.batch) {
        seen.set('BATCH', (seen.get('BATCH') ?? 0) + 1);
        const records = cluster.disks[from]?.batchLog.records ?? [];
        if (!records.some((record) => equalBytes(record, bytes))) early.push(`batch of node ${from}`);
      }
      if (channel !== CHANNEL.consensus) return;
      const decoded = decodeMessage(bytes, cluster.network.config);
      if (!decoded.ok) throw new Error(decoded.code);
      seen.set(decoded.value.type, (seen.get(decoded.value.type) ?? 0) + 1);
      const why = spokenTooEarly(cluster, from, decoded.value);
      if (why !== null) early.push(`node ${from}: ${why}`);
    };
    for (let i = 0; i < 12; i++) await cluster.put(i % 4, `a-${i}`, 'x');
    cluster.kill(0);
    for (let i = 0; i < 12; i++) await cluster.put(1 + (i % 3), `b-${i}`, 'x');
    await cluster.world.pass(500);
    expect(early).toEqual([]);
    for (const type of ['BATCH', 'PRE-PREPARE', 'PREPARE', 'COMMIT', 'VIEW-CHANGE', 'CHECKPOINT']) {
      expect({ type, seen: (seen.get(type) ?? 0) > 0 }).toEqual({ type, seen: true });
    }
  });

  it.each(['safetyLog', 'batchLog'] as const)('a %s that cannot be written stops the node for good, and only this node', async (log) => {
    const cluster = await Cluster.started();
    await cluster.put(0, 'a', 'x');
    const victim = cluster.at(2);
    victim[log].broken = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    const answer = cluster.world.wait(victim.node.submit(cluster.toy(2, 'toy.put', 'never', 'x'), 20_000));
    await cluster.put(1, 'b', 'x');
    expect(await answer).toMatchObject({ ok: false, code: 'NODE_HALTED' });
    expect(victim.fatal.map(({ message }) => message)).toEqual(['no space left on device']);
    let said = 0;
    cluster.wires.tap = (from) => {
      if (from === 2) said += 1;
    };
    await cluster.put(1, 'c', 'x');
    await cluster.world.pass(1000);
    expect(said).toBe(0);
    expect(victim.node.status()).toMatchObject({ mode: 'HALTED' });
  });

  it('many records share one sync when blocks come fast', async () => {
    const cluster = await Cluster.started();
    const waits = Array.from({ length: 60 }, (_, i) =>
      cluster.world.delay(i).then(() => cluster.at(i % 4).node.submit(cluster.toy(i % 4, 'toy.put', `k-${i}`, 'x'), 20_000))
    );
    const answers = await cluster.world.wait(Promise.all(waits));
    expect(answers.every((answer) => !('ok' in answer))).toBe(true);
    const records = cluster.disks[1]?.safetyLog.records.length ?? 0;
    expect(cluster.at(1).safetyLog.flushes).toBeLessThan(records * 0.8);
  });
});

describe('a lane after a crash', () => {
  it('never gives a number to two batches, and orders what was waiting', async () => {
    const cluster = await Cluster.started();
    await cluster.put(0, 'a', 'x');
    cluster.kill(2);
    cluster.kill(3);
    const waiting = cluster.toy(0, 'toy.put', 'waiting', 'x');
    void cluster.at(0).node.submit(waiting, 60_000);
    await cluster.world.until(() => (cluster.disks[1]?.batchLog.records.length ?? 0) > 2, 1000);
    cluster.kill(0);
    await cluster.start(0);
    const after = cluster.at(0).node.submit(cluster.toy(0, 'toy.put', 'after', 'x'), 60_000);
    await cluster.world.pass(500);
    await cluster.start(2);
    expect(await cluster.world.wait(after)).toMatchObject({ outcome: { status: 'APPLIED' } });
    expect(await cluster.commit(0, waiting)).toMatchObject({ replayed: true, outcome: { status: 'APPLIED' } });
    expect([...cluster.doubled]).toEqual([]);
  });
});

describe('stopping a node', () => {
  it('answers who waits, leaves the network, and starts again where it was', async () => {
    const cluster = await Cluster.started();
    await cluster.put(3, 'a', 'x');
    await cluster.converged();
    const height = cluster.head(3);
    const node = cluster.at(3).node;
    const waiting = node.submit(cluster.toy(3, 'toy.put', 'b', 'x'), 20_000);
    await cluster.world.wait(node.stop());
    expect(await waiting).toMatchObject({ ok: false, code: 'NODE_HALTED' });
    cluster.kill(3);
    await cluster.start(3);
    expect(cluster.head(3)).toBeGreaterThanOrEqual(height);
    await cluster.put(3, 'c', 'x');
    expect(await cluster.converged()).toBe(true);
  });
});

describe('receipts after a restart', () => {
  it('are there at once for everything below the stored checkpoint, with the network down and blocks above it', async () => {
    const cluster = await Cluster.started();
    const old = await cluster.put(0, 'old', 'x');
    const certified = (): boolean => cluster.at(0).node.status().certifiedHeight >= old.height;
    expect(await cluster.world.until(certified, 2000)).toBe(true);
    const fresh = await cluster.put(0, 'fresh', 'x');
    for (const index of [0, 1, 2, 3]) cluster.kill(index);
    const { node } = await cluster.start(0);
    expect(node.status()).toMatchObject({ height: fresh.height, certifiedHeight: old.height });
    const receipt = await node.receipt(old.txId);
    if (!receipt.ok) throw new Error(receipt.code);
    expect(verifyReceipt(receipt.value, cluster.network.genesisBytes)).toMatchObject({ proven: true });
    expect(await node.receipt(fresh.txId)).toMatchObject({ ok: false, code: 'NOT_CERTIFIED_YET' });
  });

  it('are refused a tree root that the checkpoint does not certify', async () => {
    const cluster = await Cluster.started();
    await cluster.put(0, 'a', 'x');
    expect(await cluster.world.until(() => cluster.at(0).node.status().certifiedHeight > 0, 2000)).toBe(true);
    cluster.kill(0);
    for (const height of cluster.disks[0]?.database.treeRoots.keys() ?? []) {
      cluster.disks[0]?.database.treeRoots.set(height, asHash(new Uint8Array(32)));
    }
    await expect(cluster.start(0)).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
  });
});
