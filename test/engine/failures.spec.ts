import { decodeMessage } from '@lading/consensus';
import { CHANNEL } from '@lading/engine';
import { asHash } from '@lading/kernel';
import { encodeLaneMark } from '../../libs/engine/src/lanes/laneMark.js';
import { Cluster, emptyDisk } from './fakes/cluster.js';
import { MemoryDatabase } from './fakes/memoryDatabase.js';

const leaderOf = (cluster: Cluster, at: number): number => {
  const leader = cluster.at(at).node.status().leader;
  return cluster.network.organizations.findIndex(({ id }) => id === leader);
};

const outcomesOf = (cluster: Cluster, index: number): number => cluster.disks[index]?.database.outcomeRows.length ?? -1;

describe('a cluster that loses nodes', () => {
  it('goes on without its leader within three seconds, and keeps what was acknowledged', async () => {
    const cluster = await Cluster.started();
    await cluster.put(1, 'before', 'kept');
    const leader = leaderOf(cluster, 1);
    const survivor = (leader + 1) % 4;
    cluster.kill(leader);
    const since = cluster.world.nowMs;
    const committed = await cluster.put(survivor, 'after', 'kept too');
    expect(cluster.world.nowMs - since).toBeLessThanOrEqual(3000);
    expect(committed.outcome.status).toBe('APPLIED');
    expect(await cluster.converged()).toBe(true);
  });

  it('waits for no timeout when its leader stops in an orderly way: it hands over first', async () => {
    const cluster = await Cluster.started();
    await cluster.put(1, 'before', 'x');
    const leader = leaderOf(cluster, 1);
    const [client, other] = [(leader + 1) % 4, (leader + 2) % 4];
    const { view } = cluster.at(client).node.status();
    const under = cluster.at(client).node.submit(cluster.toy(client, 'toy.put', 'under', 'x'), 20_000);
    await cluster.world.until(() => cluster.at(leader).node.status().pendingTransactions >= 0, 10);
    const since = cluster.world.nowMs;
    const leaving = cluster.world.wait(cluster.at(leader).node.handOver());
    await cluster.world.wait(under);
    await leaving;
    await cluster.world.wait(cluster.at(leader).node.stop());
    cluster.kill(leader);
    await cluster.put(other, 'after', 'x');
    expect([cluster.world.nowMs - since < 1000, cluster.at(client).node.status().view]).toEqual([true, view + 1]);
  });

  it.each([0, 1, 2, 3])('survives the crash of node %i under load: nothing lost, nothing doubled', async (victim) => {
    const cluster = await Cluster.started({ seed: 11 + victim });
    const acknowledged: string[] = [];
    const clients = [0, 1, 2, 3].filter((index) => index !== victim);
    const submit = (index: number, count: number): void => {
      const key = `k-${index}-${count}`;
      const sent = cluster.at(index).node.submit(cluster.toy(index, 'toy.put', key, 'x'), 30_000);
      void sent.then((answer) => {
        if ('ok' in answer) return;
        acknowledged.push(key);
        if (count < 30) submit(index, count + 1);
      });
    };
    for (const index of clients) submit(index, 0);
    await cluster.world.until(() => acknowledged.length > 20, 10_000);
    cluster.kill(victim);
    expect(await cluster.world.until(() => acknowledged.length === 93, 60_000)).toBe(true);
    await cluster.start(victim);
    expect(await cluster.world.until(() => new Set(cluster.heights()).size === 1, 20_000)).toBe(true);
    expect(await cluster.converged()).toBe(true);
    for (const index of [0, 1, 2, 3]) {
      const { database } = cluster.disks[index] ?? { database: null };
      for (const key of acknowledged) expect(database?.stateRows.has(`toy/entry/${key}`)).toBe(true);
      expect(outcomesOf(cluster, index)).toBe(93);
    }
  });

  it('catches up after a restart by blocks and batches of its peers, also when it is far behind', async () => {
    const cluster = await Cluster.started();
    await cluster.put(0, 'a', '1');
    cluster.kill(3);
    for (let i = 0; i < 40; i++) await cluster.put(i % 3, `while-away-${i}`, `${i}`);
    await cluster.start(3);
    expect(await cluster.world.until(() => new Set(cluster.heights()).size === 1, 20_000)).toBe(true);
    expect(await cluster.converged()).toBe(true);
    // It takes part again: with node 0 gone the quorum needs it.
    cluster.kill(0);
    await cluster.put(3, 'back', 'again');
  });

  it('catches up after losing its database, and its lane goes on with fresh numbers', async () => {
    const cluster = await Cluster.started();
    for (let i = 0; i < 5; i++) await cluster.put(3, `own-${i}`, 'x');
    await cluster.converged();
    cluster.kill(3);
    const disk = cluster.disks[3];
    if (disk === undefined) throw new Error('no disk');
    // As after a compaction: nothing but the mark tells how far the lane had come.
    const batches = cluster.disks[0]?.database.batchRows.filter((row) => row.lane === 3) ?? [];
    const lastHash = asHash(batches.at(-1)?.batchHash ?? new Uint8Array(32));
    disk.batchLog.records = [encodeLaneMark({ epoch: 0, seq: batches.length, lastHash })];
    cluster.disks[3] = { ...disk, database: new MemoryDatabase() };
    await cluster.start(3);
    const early = cluster.at(3).node.submit(cluster.toy(3, 'toy.put', 'early', 'x'), 60_000);
    expect(await cluster.world.wait(early)).toMatchObject({ outcome: { status: 'APPLIED' } });
    expect(await cluster.world.until(() => new Set(cluster.heights()).size === 1, 20_000)).toBe(true);
    await cluster.put(3, 'later', 'x');
    expect(await cluster.converged()).toBe(true);
    expect([...cluster.doubled]).toEqual([]);
  });

  it('refuses submissions while it is far behind, because its checks would be of old state', async () => {
    const cluster = await Cluster.started();
    cluster.kill(3);
    for (let i = 0; i < 70; i++) await cluster.put(i % 3, `away-${i}`, 'x');
    const { node } = await cluster.start(3);
    const tx = cluster.toy(3, 'toy.put', 'back', 'x');
    // One peer's word is not enough: f+1 have to claim it.
    const claims = (): number => node.status().peers.filter((peer) => (peer.committedHeight ?? 0) > 64).length;
    await cluster.world.until(() => claims() >= 2, 5000);
    expect(await cluster.world.wait(node.submit(tx, 20_000))).toMatchObject({ ok: false, code: 'NODE_SYNCING' });
    expect(await cluster.world.until(() => new Set(cluster.heights()).size === 1, 20_000)).toBe(true);
    await cluster.commit(3, tx);
  });

  it('stops safely with two nodes down and says why, then goes on when one is back', async () => {
    const cluster = await Cluster.started();
    await cluster.put(0, 'a', '1');
    await cluster.converged();
    cluster.kill(2);
    cluster.kill(3);
    const height = cluster.head(0);
    const answer = await cluster.world.wait(cluster.at(0).node.submit(cluster.toy(0, 'toy.put', 'late', 'x'), 10_000));
    expect(answer).toMatchObject({ ok: false, code: 'COMMIT_TIMEOUT' });
    expect(cluster.head(0)).toBe(height);
    const status = cluster.at(0).node.status();
    expect(status.reason).toBe(
      '2 of 4 reachable, 3 needed (not reachable: nordic-roast, port-logistics); nothing is lost; waiting'
    );
    expect(status).toMatchObject({ reachable: 2, quorum: 3, quorumMargin: -1 });
    await cluster.start(2);
    expect(await cluster.world.until(() => cluster.head(0) > height, 15_000)).toBe(true);
    expect(await cluster.world.until(() => cluster.at(0).node.status().reason === null, 5000)).toBe(true);
  });

  it('recovers everything acknowledged when all nodes lose power at once', async () => {
    const cluster = await Cluster.started();
    const pending = [0, 1, 2, 3].map((index) =>
      cluster.at(index).node.submit(cluster.toy(index, 'toy.put', `power-${index}`, 'x'), 30_000)
    );
    const first = await cluster.world.wait(
      Promise.any(
        pending.map(async (one) => {
          const answer = await one;
          if ('ok' in answer) throw new Error(answer.code);
          return answer;
        })
      )
    );
    for (const index of [0, 1, 2, 3]) cluster.kill(index);
    for (const index of [0, 1, 2, 3]) await cluster.start(index);
    await cluster.put(0, 'light', 'again');
    expect(await cluster.converged()).toBe(true);
    const row = cluster.disks[2]?.database.transactionRows.find(
      (tx) => tx.height === first.height && tx.index === first.index
    );
    expect(row?.txId).toEqual(first.txId);
  });

  it('keeps its promise with a cut link: frames go around nothing, the quorum still decides', async () => {
    const cluster = await Cluster.started();
    cluster.wires.cut(0, 1, true);
    for (let i = 0; i < 8; i++) await cluster.put(i % 4, `cut-${i}`, 'x');
    cluster.wires.cut(0, 1, false);
    expect(await cluster.converged()).toBe(true);
  });
});

describe('a node whose database is away', () => {
  it.each(['down', 'answerLost'] as const)(
    'waits for it (%s), says so, and goes on where it was: nothing lost, nothing doubled',
    async (away) => {
      const cluster = await Cluster.started();
      await cluster.put(2, 'before', 'x');
      await cluster.converged();
      const { node, store, fatal } = cluster.at(2);
      store.away = away;
      const waiting = node.submit(cluster.toy(2, 'toy.put', 'waiting', 'x'), 200_000);
      const answers = [];
      for (let i = 0; i < 90; i++) answers.push(await cluster.put([0, 1, 3][i % 3] ?? 0, `meanwhile-${i}`, 'x'));
      await cluster.world.pass(60_000);
      expect(node.status()).toMatchObject({
        reason: expect.stringMatching(/database of this node does not answer/) as string
      });
      expect(fatal).toEqual([]);
      const refused = await cluster.world.wait(node.submit(cluster.toy(2, 'toy.put', 'refused', 'x'), 20_000));
      expect(refused).toMatchObject({ ok: false });
      store.away = false;
      const since = cluster.world.nowMs;
      expect(await cluster.world.until(() => new Set(cluster.heights()).size === 1, 15_000)).toBe(true);
      expect(cluster.world.nowMs - since).toBeLessThanOrEqual(15_000);
      const answer = await cluster.world.wait(waiting);
      if ('ok' in answer) expect(answer.code).toBe('STORE_UNAVAILABLE');
      await cluster.put(2, 'after', 'x');
      expect(await cluster.converged()).toBe(true);
      expect(await cluster.world.until(() => node.status().reason === null, 5000)).toBe(true);
      expect(outcomesOf(cluster, 2)).toBe(outcomesOf(cluster, 0));
      expect(answers).toHaveLength(90);
    }
  );

  it('can be stopped meanwhile', async () => {
    const cluster = await Cluster.started();
    const { node, store } = cluster.at(1);
    store.away = 'down';
    await cluster.put(0, 'a', 'x');
    await cluster.world.pass(3000);
    await cluster.world.wait(node.stop(), 2000);
  });
});

describe('a node without the record of what it signed', () => {
  const wipe = (cluster: Cluster, index: number): void => {
    cluster.kill(index);
    cluster.disks[index] = emptyDisk();
  };

  /** Signed messages and batches that leave a node, by their type. */
  const listen = (cluster: Cluster, index: number): string[] => {
    const said: string[] = [];
    cluster.wires.tap = (from, _to, channel, bytes) => {
      if (from !== index) return;
      if (channel === CHANNEL.batch) said.push('BATCH');
      if (channel !== CHANNEL.consensus) return;
      const decoded = decodeMessage(bytes, cluster.network.config);
      if (decoded.ok && 'signer' in decoded.value && decoded.value.signer === index) said.push(decoded.value.type);
    };
    return said;
  };

  it.each([0, 3])(
    'never signs again with that key (node %i), also after another restart; it follows the chain and says why',
    async (victim) => {
      const cluster = await Cluster.started();
      for (let i = 0; i < 6; i++) await cluster.put(i % 4, `a-${i}`, 'x');
      await cluster.converged();
      wipe(cluster, victim);
      const said = listen(cluster, victim);
      await cluster.start(victim);
      const early = cluster.at(victim).node.submit(cluster.toy(victim, 'toy.put', 'early', 'x'), 60_000);
      expect(await cluster.world.wait(early)).toMatchObject({ ok: false, code: 'NODE_HALTED' });
      const other = (victim + 1) % 4;
      for (let round = 0; round < 2; round++) {
        for (let i = 0; i < 4; i++) await cluster.put(other, `b-${round}-${i}`, 'x');
        expect(await cluster.world.until(() => new Set(cluster.heights()).size === 1, 20_000)).toBe(true);
        const status = cluster.at(victim).node.status();
        expect(status).toMatchObject({
          mode: 'OBSERVER',
          reason: expect.stringMatching(/^SAFETY_RECORD_LOST/) as string
        });
        cluster.kill(victim);
        await cluster.start(victim);
      }
      expect(said).toEqual([]);
    }
  );

  it('votes when the network is as new as it is, and none of its messages is lost by the waiting', async () => {
    const cluster = await Cluster.create();
    for (const index of [0, 1]) await cluster.start(index);
    const early = cluster.at(0).node.submit(cluster.toy(0, 'toy.put', 'early', 'x'), 60_000);
    await cluster.world.pass(3000);
    expect(cluster.at(0).node.status().height).toBe(0);
    await cluster.start(2);
    expect(await cluster.world.wait(early)).toMatchObject({ outcome: { status: 'APPLIED' } });
  });

  it('votes when it starts for the first time after the others, once it has caught up', async () => {
    const cluster = await Cluster.create();
    for (const index of [0, 1, 2]) await cluster.start(index);
    for (let i = 0; i < 30; i++) await cluster.put(i % 3, `a-${i}`, 'x');
    await cluster.start(3);
    await cluster.put(3, 'mine', 'x');
    cluster.kill(1);
    await cluster.put(3, 'needed', 'x');
  });
});
