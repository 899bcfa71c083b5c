import type { Transaction } from '@lading/ledger';
import type { LedgerNodeApi } from '@lading/engine';
import { signTransaction } from '../fixtures/testNetwork.js';
import { Cluster } from './fakes/cluster.js';

type Answer = Awaited<ReturnType<LedgerNodeApi['submit']>>;

const submit = (cluster: Cluster, index: number, tx: Transaction): Promise<Answer> =>
  cluster.world.wait(cluster.at(index).node.submit(tx, 10_000));

describe('submitting to a node', () => {
  it('tells when a transaction waits in the lane: what is submitted from then on is ordered after it', async () => {
    const cluster = await Cluster.started();
    const { node } = cluster.at(0);
    const transactions = Array.from({ length: 12 }, (_, i) => cluster.toy(0, 'toy.put', `part-${i}`, 'x'));
    const answers: Promise<Answer>[] = [];
    let waiting = 0;
    for (const tx of transactions) {
      await cluster.world.wait(new Promise<void>((resolve) => answers.push(node.submit(tx, 10_000, resolve))));
      waiting += 1;
    }
    expect(waiting).toBe(12);
    const places: number[] = [];
    for (const answer of answers) {
      const { height, index } = (await cluster.world.wait(answer)) as Extract<Answer, { height: number }>;
      places.push(height * 1000 + index);
    }
    expect(places).toEqual([...places].sort((x, y) => x - y));
    expect(new Set(places).size).toBe(12);
    const told: string[] = [];
    const [first] = transactions;
    if (first !== undefined) await cluster.world.wait(node.submit(first, 10_000, () => told.push('waits')));
    expect(told).toEqual([]);
  });

  it('answers a repeated transaction with its first outcome, on any node that it lists', async () => {
    const cluster = await Cluster.started();
    const lanes = cluster.network.organizations.slice(0, 2).map(({ id }) => id);
    const tx = cluster.toy(0, 'toy.put', 'once', 'x', { lanes });
    const first = await cluster.commit(0, tx);
    await cluster.converged();
    for (const index of [0, 1]) {
      const again = await submit(cluster, index, tx);
      expect(again).toMatchObject({ height: first.height, index: first.index, replayed: true, outcome: first.outcome });
    }
    expect(cluster.disks[0]?.database.outcomeRows).toHaveLength(1);
  });

  it('answers it with its first outcome on nodes that it does not list too, also when the block is not there yet', async () => {
    const cluster = await Cluster.started();
    const tx = cluster.toy(0, 'toy.put', 'once', 'x', { jti: 'order-9' });
    cluster.wires.cut(3, 0, true);
    cluster.wires.cut(3, 1, true);
    cluster.wires.cut(3, 2, true);
    const first = await cluster.commit(0, tx);
    for (const other of [0, 1, 2]) cluster.wires.cut(3, other, false);
    // Node 3 learns of the block only now; nodes 1 and 2 within a moment.
    for (const index of [3, 1, 2]) {
      expect(await submit(cluster, index, tx)).toMatchObject({ height: first.height, index: first.index, replayed: true });
    }
    const other = cluster.toy(0, 'toy.put', 'once', 'other', { jti: 'order-9' });
    for (const index of [0, 1, 2, 3]) expect(await submit(cluster, index, other)).toMatchObject({ code: 'JTI_CONFLICT' });
    expect(cluster.disks[0]?.database.outcomeRows).toHaveLength(1);
  });

  it('answers LANE_NOT_LISTED within two STATUS intervals when there is no first outcome, and keeps nothing', async () => {
    const cluster = await Cluster.started();
    const tx = cluster.toy(0, 'toy.put', 'stray', 'x');
    const since = cluster.world.nowMs;
    expect(await submit(cluster, 1, tx)).toMatchObject({ ok: false, code: 'LANE_NOT_LISTED' });
    expect(cluster.world.nowMs - since).toBeLessThanOrEqual(500);
    expect(cluster.at(1).node.status().pendingTransactions).toBe(0);
    await cluster.commit(0, tx);
  });

  it('answers a retry that was signed anew with the first outcome, and another request with that jti by JTI_CONFLICT', async () => {
    const cluster = await Cluster.started();
    const first = await cluster.commit(0, cluster.toy(0, 'toy.put', 'k', 'v', { jti: 'order-7' }));
    await cluster.world.pass(3000);
    const retry = await submit(cluster, 0, cluster.toy(0, 'toy.put', 'k', 'v', { jti: 'order-7' }));
    expect(retry).toMatchObject({ txId: first.txId, height: first.height, replayed: true });
    const other = await submit(cluster, 0, cluster.toy(0, 'toy.put', 'k', 'other', { jti: 'order-7' }));
    expect(other).toMatchObject({ ok: false, code: 'JTI_CONFLICT' });
  });

  it('lets the ledger refuse the second of two concurrent copies in two lanes, and tells both clients the first outcome', async () => {
    const cluster = await Cluster.started();
    const lanes = cluster.network.organizations.slice(0, 2).map(({ id }) => id);
    const tx = cluster.toy(0, 'toy.put', 'race', 'x', { lanes });
    const [a, b] = await Promise.all([submit(cluster, 0, tx), submit(cluster, 1, tx)]);
    if ('ok' in a || 'ok' in b) throw new Error('both must be answered');
    expect([b.height, b.index]).toEqual([a.height, a.index]);
    expect(cluster.disks[0]?.database.stateRows.get('toy/entry/race')).toBeDefined();
  });

  it('refuses at once what could only fail later, each with its own code', async () => {
    const cluster = await Cluster.started();
    const { network, world } = cluster;
    const [own, other] = network.organizations;
    if (own === undefined || other === undefined) throw new Error('no organizations');
    const now = Math.floor(world.nowMs / 1000);
    const make = (more: object, key = own.admin): Transaction =>
      signTransaction(network, key, { op: 'toy.put', payload: { key: 'a', value: 'b' }, jti: 'j', lanes: [own.id], iat: now, ...more });
    const stranger = own.memberKey('nobody');
    const good = make({});
    const forged = { ...good, signature: new Uint8Array(64), encoded: make({ jti: 'k' }).encoded };
    const cases: [Transaction, string][] = [
      [make({ lanes: [other.id] }), 'LANE_NOT_LISTED'],
      [make({ iat: now - 7200, exp: now - 3600 }), 'EXPIRED'],
      [make({ iat: now + 3600, exp: now + 7200 }), 'NOT_YET_VALID'],
      [make({}, stranger), 'KEY_NOT_ACTIVE'],
      [make({ chainId: own.config.tlsKeyHash }), 'TX_WRONG_CHAIN'],
      [forged, 'TX_SIGNATURE']
    ];
    for (const [tx, code] of cases) expect(await submit(cluster, 0, tx)).toMatchObject({ ok: false, code });
    expect(cluster.head(0)).toBe(0);
  });

  it('returns the outcome of an expired transaction that had been committed', async () => {
    const cluster = await Cluster.started();
    const owner = cluster.network.organization(0);
    const iat = Math.floor(cluster.world.nowMs / 1000);
    const options = { op: 'toy.put', payload: { key: 'short', value: 'x' }, jti: 'short', lanes: [owner.id], iat, exp: iat + 5 };
    const tx = signTransaction(cluster.network, owner.admin, options);
    const first = await cluster.commit(0, tx);
    await cluster.world.pass(10_000);
    expect(await submit(cluster, 0, tx)).toMatchObject({ height: first.height, replayed: true });
  });

  it('deletes dedupe entries whose time has passed, so state does not grow with them', async () => {
    const cluster = await Cluster.started();
    const owner = cluster.network.organization(0);
    const iat = Math.floor(cluster.world.nowMs / 1000);
    const short = { op: 'toy.put', payload: { key: 'a', value: 'x' }, jti: 'short', lanes: [owner.id], iat, exp: iat + 5 };
    await cluster.commit(0, signTransaction(cluster.network, owner.admin, short));
    const jtis = (): string[] =>
      [...(cluster.disks[0]?.database.stateRows.keys() ?? [])].filter((key) => key.startsWith('core/jti'));
    expect(jtis()).toHaveLength(3);
    await cluster.world.pass(10_000);
    await cluster.put(1, 'later', 'y');
    expect(await cluster.converged()).toBe(true);
    expect(jtis()).toHaveLength(3);
    expect(jtis().some((key) => key.includes(`${iat + 5}/`))).toBe(false);
  });

  it('gives every transaction of a burst its own outcome, in few blocks and few disk syncs', async () => {
    const cluster = await Cluster.started();
    await cluster.put(0, 'warm', 'up');
    const before = cluster.at(0).batchLog.flushes;
    const txs = Array.from({ length: 300 }, (_, i) => cluster.toy(0, 'toy.put', `burst-${i}`, `${i}`));
    const answers = await Promise.all(txs.map((tx) => submit(cluster, 0, tx)));
    expect(answers.every((answer) => !('ok' in answer) && answer.outcome.status === 'APPLIED')).toBe(true);
    const places = new Set(answers.map((answer) => ('ok' in answer ? '' : `${answer.height}/${answer.index}`)));
    expect(places.size).toBe(300);
    expect(cluster.at(0).batchLog.flushes - before).toBeLessThanOrEqual(5);
    expect(cluster.at(0).node.status().commitLatencyMs?.count).toBe(301);
  });

  it('refuses more than the quota of an organization while no block takes it, by bytes, and takes it again afterwards', async () => {
    const cluster = await Cluster.started();
    await cluster.put(0, 'warm', 'up');
    for (const other of [1, 2, 3]) cluster.wires.cut(0, other, true);
    const big = 'x'.repeat(500_000);
    const txs = Array.from({ length: 9 }, (_, i) => cluster.toy(0, 'toy.put', `big-${i}`, big));
    const answers = txs.map((tx) => cluster.at(0).node.submit(tx, 60_000));
    expect(await cluster.world.wait(answers[8] as Promise<Answer>)).toMatchObject({ ok: false, code: 'MEMPOOL_FULL' });
    const small = cluster.toy(0, 'toy.put', 'small', big);
    expect(await submit(cluster, 0, small)).toMatchObject({ ok: false, code: 'MEMPOOL_FULL' });
    expect(await submit(cluster, 1, cluster.toy(1, 'toy.put', 'other', 'x'))).toMatchObject({ outcome: { status: 'APPLIED' } });
    for (const other of [1, 2, 3]) cluster.wires.cut(0, other, false);
    for (const answer of answers.slice(0, 8)) {
      expect(await cluster.world.wait(answer)).toMatchObject({ outcome: { status: 'APPLIED' } });
    }
    expect(await submit(cluster, 0, small)).toMatchObject({ outcome: { status: 'APPLIED' } });
  });
});
