import { ZERO_HASH } from '@lading/kernel';
import type { Hash, Height } from '@lading/kernel';
import { collectRefs } from './collectRefs.js';
import type { StoredBatch } from './input.js';
import { MiniNetwork } from './miniNetwork.test-kit.js';
import { Bench, shape } from './network.test-kit.js';
import type { Output } from './output.js';
import { summarize } from './summary.js';

const store = (bench: Bench, lane: number, seq = 0, previous: Hash = ZERO_HASH, sizeBytes = 100): StoredBatch => {
  const batch = { ...bench.batch(lane, seq, previous), sizeBytes };
  bench.do({ kind: 'BatchStored', batch });
  return batch;
};
/** A whole row of batches of one lane. */
const row = (bench: Bench, lane: number, count: number, sizeBytes: number): void => {
  let previous: Hash = ZERO_HASH;
  for (let seq = 0; seq < count; seq++) previous = store(bench, lane, seq, previous, sizeBytes).ref.batchHash;
};
const sends = (outputs: readonly Output[], type: string): Output[] =>
  outputs.filter((output) => output.kind === 'Send' && output.message.type === type);

describe('What a leader orders', () => {
  it('P1: heads of all lanes, then equal bytes for lanes that compete; what one does not use is for the others', () => {
    const bench = new Bench(1, 4, { blockBytes: 10_000 });
    row(bench, 0, 20, 3_000);
    row(bench, 2, 20, 500);
    row(bench, 3, 2, 400);
    const chosen = collectRefs(bench.state, bench.state.committed.cursors, 1);
    expect(chosen.slice(0, 3).map((batch) => batch.ref.lane).sort()).toEqual([0, 2, 3]);
    const further = (lane: number): number =>
      chosen.slice(3).reduce((sum, batch) => sum + (batch.ref.lane === lane ? batch.sizeBytes : 0), 0);
    expect(further(3)).toBe(400);
    expect(further(0) + further(2) + further(3)).toBeLessThanOrEqual(10_000);
    // Equal within one batch.
    expect(Math.abs(further(0) - further(2))).toBeLessThanOrEqual(3_000);
    expect(further(0) + further(2)).toBeGreaterThan(9_000);
    // Alone, a lane may have it all.
    const alone = new Bench(1, 4, { blockBytes: 10_000 });
    row(alone, 2, 64, 500);
    expect(collectRefs(alone.state, alone.state.committed.cursors, 1).length).toBe(21);
  });

  it('P1: begins with another lane at each height, and takes at most refsPerLane of one', () => {
    const bench = new Bench(1, 4, { refsPerLane: 3 });
    row(bench, 0, 5, 10);
    row(bench, 1, 5, 10);
    const lanes = (height: number): number[] =>
      collectRefs(bench.state, bench.state.committed.cursors, height).map((batch) => batch.ref.lane);
    expect(lanes(4).slice(0, 2)).toEqual([0, 1]);
    expect(lanes(1).slice(0, 2)).toEqual([1, 0]);
    expect(lanes(1).length).toBe(6);
  });

  it('P8: after HandOver the next proposal ends the turn, and the one after is another leader’s', () => {
    const net = new MiniNetwork(4);
    net.work(2);
    net.node(0).input({ kind: 'HandOver' });
    net.run(1_000);
    expect(net.heights()).toEqual([2, 2, 2, 2]);
    net.work(2, [1]);
    expect(net.node(2).database[3]?.block.header).toMatchObject({ turnEnd: true, proposer: 0 });
    expect(net.node(2).database[4]?.block.header).toMatchObject({ turnEnd: false, proposer: 1, originView: 1 });
    expect(summarize(net.node(0).core)).toMatchObject({ leader: 1, outstanding: false });
  });
});

describe('Acknowledgements', () => {
  it('A1: lane tips go to the leader when no proposal covers them in time, and not otherwise', () => {
    const bench = new Bench(2);
    store(bench, 1);
    expect(sends(bench.wait(9), 'BATCH-ACK')).toEqual([]);
    expect(sends(bench.wait(1), 'BATCH-ACK')).toMatchObject([{ to: 0, message: { laneTips: [0, 1, 0, 0] } }]);
    const covered = new Bench(2);
    const block = covered.block(covered.genesis, [store(covered, 1)]);
    covered.receive(covered.proposal(block));
    expect(sends(covered.wait(20), 'BATCH-ACK')).toEqual([]);
  });

  it('A1: where proposals come less often, lane tips wait as much longer', () => {
    const bench = new Bench(2);
    bench.state.pace.roundMs = 100;
    store(bench, 1);
    expect(sends(bench.wait(49), 'BATCH-ACK')).toEqual([]);
    expect(sends(bench.wait(1), 'BATCH-ACK')).toMatchObject([{ to: 0 }]);
  });

  it('A2: a batch that the leader held for long goes out with its proposal to those who have not told to hold it', () => {
    const leader = new Bench(0, 4, { window: 1 });
    const late = { ...leader.batch(1, 0) };
    const early = leader.batch(2, 0);
    // One height is in flight, so that the second batch has to wait for the next proposal.
    leader.do({ kind: 'BatchStored', batch: early });
    leader.do({ kind: 'BatchStored', batch: late });
    leader.receive({ type: 'BATCH-ACK', epoch: 0, laneTips: [0, 0, 0, 0] }, 2);
    leader.nowMs += 50;
    const block = leader.state.accepted.get(1)?.block;
    if (block === undefined) throw new Error('no block');
    for (const signer of [0, 2, 3]) leader.receive(leader.vote('COMMIT', block, signer));
    const outputs = leader.do({ kind: 'Executed', height: 1 as Height, stateRoot: ZERO_HASH });
    expect(shape(outputs)).toContain('Sign PRE-PREPARE');
    expect(outputs.filter((output) => output.kind === 'SendPayload')).toMatchObject([{ to: 2, refs: [late.ref] }, { to: 3 }]);
    const told = new Bench(0, 4, { window: 1 });
    told.do({ kind: 'BatchStored', batch: early });
    told.do({ kind: 'BatchStored', batch: late });
    // Itself, the author and one more: a quorum holds it.
    told.receive({ type: 'BATCH-ACK', epoch: 0, laneTips: [0, 1, 1, 0] }, 2);
    told.nowMs += 50;
    const first = told.state.accepted.get(1)?.block;
    if (first === undefined) throw new Error('no block');
    for (const signer of [0, 2, 3]) told.receive(told.vote('COMMIT', first, signer));
    const quiet = told.do({ kind: 'Executed', height: 1 as Height, stateRoot: ZERO_HASH });
    expect(quiet.filter((output) => output.kind === 'SendPayload')).toEqual([]);
  });
});

describe('A frozen lane', () => {
  const rival = (bench: Bench, batch: StoredBatch): StoredBatch =>
    ({ ...batch, ref: { ...batch.ref, batchHash: bench.genesis.blockHash } });

  it('A3: two batches of one author for one place freeze its lane: not proposed, not waited for, said once', () => {
    const bench = new Bench(2);
    const batch = store(bench, 1);
    const outputs = bench.do({ kind: 'BatchStored', batch: rival(bench, batch) });
    expect(outputs).toContainEqual(expect.objectContaining({ kind: 'Alarm', code: 'LANE_FROZEN' }));
    expect(bench.do({ kind: 'LaneFault', lane: 1, detail: 'again' }).filter((output) => output.kind === 'Alarm')).toEqual([]);
    expect(summarize(bench.state)).toMatchObject({ frozenLanes: [1], outstanding: false });
    expect(collectRefs(bench.state, bench.state.committed.cursors, 1)).toEqual([]);
    bench.wait(3_500);
    expect(bench.state.peers[2]?.suspect).toBe(-1);
  });

  it('A3, P2: is local: a block of another leader that orders it is prepared as ever', () => {
    const bench = new Bench(2);
    const batch = store(bench, 1);
    bench.do({ kind: 'LaneFault', lane: 1, detail: 'an invalid batch' });
    expect(shape(bench.receive(bench.proposal(bench.block(bench.genesis, [batch]))))).toContain('Sign PREPARE');
  });

  it('A3, N2: is free again in the next epoch', () => {
    const net = new MiniNetwork(4, { epochBlocks: 2 });
    for (const node of net.nodes) node.input({ kind: 'LaneFault', lane: 1, detail: 'an invalid batch' });
    net.node(1).author();
    net.run(2_000);
    expect(net.heights()).toEqual([0, 0, 0, 0]);
    net.work(1, [2]);
    net.work(1, [1]);
    expect(net.node(0).database[3]?.block.refs).toMatchObject([{ lane: 1, seq: 0 }]);
  });
});
