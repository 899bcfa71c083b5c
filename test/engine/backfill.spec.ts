import { jest } from '@jest/globals';
import { auditLedger, CHANNEL, type Finding } from '@lading/engine';
import { encodeUtf8, toHex } from '@lading/kernel';
import { verifyReceipt } from '@lading/verifier';
import { decodeAnswer, encodeAnswer } from '../../libs/engine/src/snapshot/wire.js';
import type { SnapshotAnswer } from '../../libs/engine/src/snapshot/wire.js';
import { Cluster } from './fakes/cluster.js';
import { baseOf, diskOf, putMany, withoutDatabase } from './fakes/newcomer.js';

// Whole networks with real signatures, on machines that have other things to do.
jest.setTimeout(120_000);

const isHeld = (cluster: Cluster, index: number): boolean => cluster.at(index).node.status().historyFrom === undefined;

const held = (cluster: Cluster, index = 3, withinMs = 60_000): Promise<boolean> =>
  cluster.world.until(() => isHeld(cluster, index), withinMs);

async function findings(cluster: Cluster, index: number): Promise<Finding[]> {
  const found: Finding[] = [];
  const { contracts, crypto, network } = cluster;
  for await (const one of auditLedger(diskOf(cluster, index).database, network.genesisBytes, contracts, crypto)) found.push(one);
  return found;
}

/** Tables of the ledger but state, epochs and checkpoints, as text. */
function rowsOf(cluster: Cluster, index: number): string[] {
  const { blockRows, batchRows, transactionRows, outcomeRows, noteRows } = diskOf(cluster, index).database;
  const blocks = [...blockRows.values()].sort((a, b) => a.height - b.height).map(({ proof: _, ...row }) => row);
  const text = (rows: readonly object[]): string =>
    JSON.stringify(rows, (_key, value: unknown) => (value instanceof Uint8Array ? toHex(value) : value));
  return [blocks, batchRows, transactionRows, outcomeRows, noteRows].map(text);
}

async function joined(blocks: number, options: { readonly fills: boolean }, epochBlocks = 4096): Promise<Cluster> {
  const cluster = await Cluster.started({ parameters: { epochBlocks } });
  await putMany(cluster, 'before', 6, [0, 1, 2, 3]);
  await withoutDatabase(cluster, blocks);
  await cluster.start(3, { minimumLag: 10, ...options });
  return cluster;
}

/** What some peers answer node 3 arrives as another answer, where `change` makes one. */
function forge(cluster: Cluster, from: readonly number[], change: (answer: SnapshotAnswer) => SnapshotAnswer | null): { count: number } {
  const forged = { count: 0 };
  cluster.wires.forge = (sender, to, channel, bytes) => {
    const answer = from.includes(sender) && to === 3 && channel === CHANNEL.snapshot ? decodeAnswer(bytes) : null;
    const other = answer?.ok === true ? change(answer.value) : null;
    if (other === null) return bytes;
    forged.count += 1;
    return encodeAnswer(other);
  };
  return forged;
}

describe('a node that began from a snapshot and fetches what is below (spec/ledger.md 8.8)', () => {
  it('holds what the others hold, row by row, answers for it, and is derived by an audit of its own', async () => {
    const cluster = await Cluster.started();
    const early = cluster.toy(1, 'toy.put', 'early', 'x', { jti: 'early' });
    await cluster.commit(1, early);
    await withoutDatabase(cluster, 30);
    await cluster.start(3, { minimumLag: 10, fills: true });
    expect(baseOf(cluster, 3)).toBeGreaterThan(10);
    expect(await held(cluster)).toBe(true);
    await putMany(cluster, 'after', 3);
    expect(await cluster.converged()).toBe(true);
    expect(rowsOf(cluster, 3)).toEqual(rowsOf(cluster, 0));
    expect(await findings(cluster, 3)).toEqual([]);
    const { node } = cluster.at(3);
    expect(node.status().history).toBeUndefined();
    const receipt = await cluster.world.wait(node.receipt(early.txId));
    if (!receipt.ok) throw new Error(receipt.code);
    expect(verifyReceipt(encodeUtf8(receipt.value) ?? new Uint8Array(), cluster.network.genesisBytes)).toMatchObject({ proven: true });
    expect([cluster.at(3).fatal, cluster.at(3).alarms, cluster.at(3).invalid]).toEqual([[], [], []]);
  });

  it('goes through ends of epochs, and starts afterwards as a node that began from genesis', async () => {
    const cluster = await joined(26, { fills: true }, 7);
    expect(await held(cluster)).toBe(true);
    cluster.kill(3);
    await cluster.start(3);
    expect(isHeld(cluster, 3)).toBe(true);
    await putMany(cluster, 'after', 9);
    expect(await cluster.converged()).toBe(true);
    expect(rowsOf(cluster, 3)).toEqual(rowsOf(cluster, 0));
    expect(diskOf(cluster, 3).database.epochRows).toEqual(diskOf(cluster, 0).database.epochRows);
    expect(await findings(cluster, 3)).toEqual([]);
    expect(await cluster.world.until(() => cluster.at(3).node.status().mode === 'NORMAL', 20_000)).toBe(true);
    cluster.kill(1);
    await cluster.put(3, 'mine', 'x');
  });

  it('is killed again and again, and goes on where it was', async () => {
    const cluster = await joined(130, { fills: true });
    const base = baseOf(cluster, 3);
    const tips: number[] = [];
    while (!isHeld(cluster, 3)) {
      const { asked } = cluster.at(3).store;
      await cluster.world.until(() => isHeld(cluster, 3) || asked.appendHistory > 0, 60_000);
      await cluster.world.pass(tips.length);
      if (isHeld(cluster, 3)) break;
      cluster.kill(3);
      const below = [...diskOf(cluster, 3).database.blockRows.keys()].filter((height) => height < base);
      tips.push(Math.max(...below));
      await cluster.start(3, { fills: true });
      if (tips.length > 20) break;
    }
    expect(isHeld(cluster, 3)).toBe(true);
    expect(tips.some((tip) => tip > 0 && tip < base - 1)).toBe(true);
    expect(await cluster.converged()).toBe(true);
    expect(rowsOf(cluster, 3)).toEqual(rowsOf(cluster, 0));
    expect(await findings(cluster, 3)).toEqual([]);
  });

  it('does not hold anything in between: no receipt, no audit, and it says how far it is', async () => {
    const cluster = await joined(90, { fills: true });
    const base = baseOf(cluster, 3);
    await cluster.world.until(() => (cluster.at(3).node.status().history?.height ?? 0) > 0, 60_000);
    cluster.wires.cut(0, 3, true);
    cluster.wires.cut(1, 3, true);
    cluster.wires.cut(2, 3, true);
    await cluster.world.pass(2000);
    const { history, historyFrom } = cluster.at(3).node.status();
    expect(historyFrom).toBe(base + 1);
    expect(history).toMatchObject({ target: base, problem: null });
    const [first] = diskOf(cluster, 3).database.transactionRows;
    expect(first?.height).toBe(1);
    const receipt = await cluster.world.wait(cluster.at(3).node.receipt(first?.txId as never));
    expect(receipt).toMatchObject({ ok: false, code: 'HISTORY_NOT_HELD' });
    await expect(findings(cluster, 3)).rejects.toThrow(expect.objectContaining({ code: 'HISTORY_NOT_HELD' }));
    await cluster.world.pass(60_000);
    expect(cluster.at(3).node.status().history?.problem).toContain('No connected node');
    expect(cluster.at(3).alarms.filter((line) => line.startsWith('HISTORY_UNSERVED'))).toHaveLength(1);
    for (const peer of [0, 1, 2]) cluster.wires.cut(peer, 3, false);
    expect(await held(cluster, 3, 120_000)).toBe(true);
  });
});

describe('peers that lie about history', () => {
  const lies: readonly (readonly [string, (answer: SnapshotAnswer) => SnapshotAnswer | null])[] = [
    ['give blocks of which a byte is another', (answer) => {
      if (answer.kind !== 'blocks') return null;
      const block = answer.blocks[0]?.block.slice() ?? new Uint8Array(1);
      block[block.length >> 1] = (block[block.length >> 1] ?? 0) ^ 1;
      return { ...answer, blocks: answer.blocks.map((one, at) => (at === 0 ? { ...one, block } : one)) };
    }],
    ['leave a block out', (answer) => (answer.kind === 'blocks' ? { ...answer, blocks: answer.blocks.slice(1) } : null)],
    ['prove a block with the signatures of another', (answer) => {
      if (answer.kind !== 'blocks' || answer.blocks.length < 2) return null;
      const last = answer.blocks.at(-1);
      return { ...answer, blocks: answer.blocks.slice(0, 2).map((one) => ({ ...one, proof: last?.proof ?? one.proof })) };
    }],
    ['give a batch of which a byte is another', (answer) => {
      if (answer.kind !== 'batches') return null;
      const batch = answer.batches[0]?.slice() ?? new Uint8Array(1);
      batch[batch.length - 3] = (batch[batch.length - 3] ?? 0) ^ 1;
      return { ...answer, batches: [batch, ...answer.batches.slice(1)] };
    }],
    ['give one batch twice', (answer) => {
      if (answer.kind !== 'batches' || answer.batches.length < 2) return null;
      const [first = new Uint8Array(0)] = answer.batches;
      return { ...answer, batches: [first, first] };
    }]
  ];
  for (const [what, change] of lies) {
    it(`are found out when they ${what}, and others are asked`, async () => {
      const cluster = await Cluster.started();
      await withoutDatabase(cluster, 30);
      const forged = forge(cluster, [0, 1], change);
      await cluster.start(3, { minimumLag: 10, fills: true });
      expect(await held(cluster, 3, 120_000)).toBe(true);
      expect(forged.count).toBeGreaterThan(0);
      const accused = cluster.at(3).invalid.filter((line) => line.endsWith('HISTORY_FALSE'));
      expect(accused.length).toBeGreaterThan(0);
      expect(accused.length).toBeLessThanOrEqual(2);
      expect(await cluster.converged()).toBe(true);
      expect(rowsOf(cluster, 3)).toEqual(rowsOf(cluster, 0));
    });
  }

  it('are passed over when they say that they have nothing, and when nobody is left, that is told', async () => {
    const cluster = await Cluster.started();
    await withoutDatabase(cluster, 30);
    forge(cluster, [0, 1, 2], (answer) => (answer.kind === 'blocks' ? { ...answer, blocks: [] } : null));
    await cluster.start(3, { minimumLag: 10, fills: true });
    await cluster.world.pass(45_000);
    expect(cluster.at(3).node.status().history).toMatchObject({ height: 0, problem: expect.stringContaining('No connected node') });
    expect(cluster.at(3).invalid).toEqual([]);
    cluster.wires.forge = null;
    expect(await held(cluster, 3, 120_000)).toBe(true);
  });
});
