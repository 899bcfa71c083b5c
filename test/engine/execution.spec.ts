import type { OutcomeStatus } from '@lading/ledger';
import { Cluster } from './fakes/cluster.js';
import { toyKey } from './fakes/toyContract.js';

const value = (cluster: Cluster, key: string): string | null => {
  const row = cluster.disks[0]?.database.stateRows.get(toyKey(key));
  return row === undefined ? null : String.fromCharCode(...row.value);
};

/** Several transactions in one block of a one-node network: submitted in one tick, so they share a batch. */
async function oneBlock(cluster: Cluster, steps: readonly [op: string, key: string, value: string][]) {
  const waits = steps.map(([op, key, text]) => cluster.at(0).node.submit(cluster.toy(0, op, key, text), 10_000));
  const answers = await cluster.world.wait(Promise.all(waits));
  return answers.map((answer): { status: OutcomeStatus; code: string; height: number } => {
    if ('ok' in answer) throw new Error(answer.code);
    return { status: answer.outcome.status, code: answer.outcome.code, height: answer.height };
  });
}

const single = (): Promise<Cluster> => Cluster.started({ organizations: 1 });

describe('executing a block', () => {
  it('lets a later transaction see what an earlier one of the same block wrote, also through a new pointer', async () => {
    const cluster = await single();
    const outcomes = await oneBlock(cluster, [
      ['toy.put', 'a', 'b'],
      ['toy.follow', 'a', 'through-b'],
      ['toy.put', 'a', 'c'],
      ['toy.follow', 'a', 'through-c']
    ]);
    expect(new Set(outcomes.map(({ height }) => height)).size).toBe(1);
    expect(outcomes.map(({ status }) => status)).toEqual(['APPLIED', 'APPLIED', 'APPLIED', 'APPLIED']);
    expect([value(cluster, 'a'), value(cluster, 'b'), value(cluster, 'c')]).toEqual(['c', 'through-b', 'through-c']);
  });

  it('discards the writes of a rejected transaction, and uses up its jti all the same', async () => {
    const cluster = await single();
    const tx = cluster.toy(0, 'toy.refuse', 'no', 'x');
    const first = await cluster.commit(0, tx);
    expect(first.outcome).toEqual({ status: 'REJECTED', code: 'TOY_REFUSED', detail: ['no', 7] });
    expect(value(cluster, 'no')).toBeNull();
    expect(await cluster.commit(0, tx)).toMatchObject({ replayed: true, outcome: first.outcome });
  });

  it('turns a contract that throws, reads unnamed keys or never stops naming them into outcomes, not into a dead node', async () => {
    const cluster = await single();
    await cluster.put(0, 'chain/0', 'x');
    for (let i = 1; i < 10; i++) await cluster.put(0, `chain/${i}`, 'x');
    const outcomes = await oneBlock(cluster, [
      ['toy.throw', 'a', 'x'],
      ['toy.sneak', 'a', 'x'],
      ['toy.endless', 'chain', 'x'],
      ['toy.unknown', 'a', 'x'],
      ['toy.put', 'a', 'x']
    ]);
    expect(outcomes.map(({ code }) => code)).toEqual(['CONTRACT_FAULT', 'CONTRACT_FAULT', 'KEY_ROUNDS', 'OPERATION_UNKNOWN', '']);
    expect(cluster.at(0).fatal).toEqual([]);
  });

  it('asks the database once a round and block, however many transactions the block has', async () => {
    const cluster = await single();
    await oneBlock(cluster, Array.from({ length: 50 }, (_, i) => ['toy.put', `p-${i}`, `t-${i}`]));
    cluster.kill(0);
    const { store } = await cluster.start(0);
    const before = { ...store.asked };
    const outcomes = await oneBlock(cluster, Array.from({ length: 50 }, (_, i) => ['toy.follow', `p-${i}`, 'x']));
    expect(outcomes.every(({ status }) => status === 'APPLIED')).toBe(true);
    // One for the submissions; admission, pointers, targets, expiry for the block.
    expect(store.asked.stateValues - before.stateValues).toBeLessThanOrEqual(5);
    expect(store.asked.bucketEntries - before.bucketEntries).toBe(1);
    expect(store.asked.appendBlocks - before.appendBlocks).toBe(1);
  });

  it('gives the same state root whether blocks are executed one by one or in groups', async () => {
    const cluster = await Cluster.started();
    cluster.kill(3);
    for (let i = 0; i < 25; i++) await cluster.put(i % 3, `k-${i % 5}`, `${i}`);
    const { store } = await cluster.start(3);
    expect(await cluster.world.until(() => new Set(cluster.heights()).size === 1, 20_000)).toBe(true);
    expect(store.asked.appendBlocks).toBeLessThan(20);
    expect(await cluster.converged()).toBe(true);
  });

  it('keeps the same roots after a restart that rebuilds tree, log and history from the tables', async () => {
    const cluster = await single();
    for (let i = 0; i < 10; i++) await cluster.put(0, `k-${i}`, `${i}`);
    const before = cluster.at(0).node.status();
    cluster.kill(0);
    await cluster.start(0);
    const after = cluster.at(0).node.status();
    expect([after.height, after.blockHash, after.stateRoot]).toEqual([before.height, before.blockHash, before.stateRoot]);
    await cluster.put(0, 'more', 'x');
  });
});
