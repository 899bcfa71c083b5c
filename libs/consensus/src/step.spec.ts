import { asHash, ZERO_HASH } from '@lading/kernel';
import type { Height } from '@lading/kernel';
import type { BlockHeader } from '@lading/ledger';
import { leaderOf } from './leader.js';
import type { Status } from './message.js';
import { Bench, GENESIS_ROOT, shape, START_MS } from './network.test-kit.js';
import type { Output } from './output.js';
import { summarize } from './summary.js';

const other = asHash(new Uint8Array(32).fill(66));
const stored = (bench: Bench, lane = 1): ReturnType<Bench['batch']> => {
  const batch = bench.batch(lane, 0);
  bench.do({ kind: 'BatchStored', batch });
  return batch;
};
const signed = (outputs: readonly Output[], type: string): Output | undefined =>
  outputs.find((output) => output.kind === 'SignBroadcast' && output.message.type === type);

describe('Normal case', () => {
  it('L1: the leader goes round the validators with the view', () => {
    expect([0, 1, 2, 3, 4, 5].map((view) => leaderOf(0, view, [0, 1, 2, 3]))).toEqual([0, 1, 2, 3, 0, 1]);
  });

  it('P1, D2: the leader proposes at once, after block and lastPrepared are on their way to the disk', () => {
    const bench = new Bench(0);
    const outputs = bench.do({ kind: 'BatchStored', batch: bench.batch(2, 0) });
    expect(shape(outputs)).toEqual(['Persist Block', 'Persist Safety', 'Sign PRE-PREPARE', 'Sign PREPARE']);
    const message = outputs.find((output) => output.kind === 'SignBroadcast')?.message;
    expect(message).toMatchObject({ view: 0, signer: 0, block: { header: { height: 1, txCount: 2, timestampMs: START_MS } } });
  });

  it('P1: nobody else proposes, and nobody proposes an empty block', () => {
    expect(shape(new Bench(1).do({ kind: 'BatchStored', batch: new Bench(1).batch(2, 0) }))).toEqual([]);
    expect(shape(new Bench(0).do({ kind: 'ProposalNeeded' }))).toEqual([]);
  });

  it('P1: where blocks take long, half of that lies between two proposals; nothing is waited for once all are executed', () => {
    const bench = new Bench(0);
    bench.state.pace.roundMs = 80;
    const one = bench.batch(1, 0);
    const two = bench.batch(1, 1, one.ref.batchHash);
    const proposed = (waitMs: number, batch: typeof one | null): boolean => {
      bench.nowMs += waitMs;
      const outputs = bench.do(batch === null ? { kind: 'Tick' } : { kind: 'BatchStored', batch });
      return signed(outputs, 'PRE-PREPARE') !== undefined;
    };
    expect([proposed(0, one), proposed(20, two), proposed(19, null), proposed(1, null)]).toEqual([true, false, false, true]);
    const blocks = [1, 2].map((height) => bench.state.accepted.get(height)?.block);
    for (const block of blocks) for (const signer of [1, 2, 3]) if (block !== undefined) bench.receive(bench.vote('COMMIT', block, signer));
    expect(bench.state.committed.block.header.height).toBe(2);
    expect(proposed(1, bench.batch(2, 0))).toBe(false);
    const executed = (height: number): readonly Output[] =>
      bench.do({ kind: 'Executed', height: height as Height, stateRoot: other });
    expect(signed(executed(1), 'PRE-PREPARE')).toBeUndefined();
    expect(signed(executed(2), 'PRE-PREPARE')).toBeDefined();
  });

  it('P1, X1: proposals stop a window above what is executed, and go on by what is executed', () => {
    const bench = new Bench(0, 4, { window: 2 });
    let previous = ZERO_HASH;
    const proposals: number[] = [];
    for (let seq = 0; seq < 5; seq++) {
      const batch = bench.batch(1, seq, previous);
      previous = batch.ref.batchHash;
      bench.nowMs += 20;
      if (signed(bench.do({ kind: 'BatchStored', batch }), 'PRE-PREPARE')) proposals.push(seq);
    }
    expect(proposals).toEqual([0, 1]);
    const first = bench.state.accepted.get(1)?.block;
    if (first === undefined) throw new Error('no block');
    for (const signer of [0, 1, 2]) bench.receive(bench.vote('COMMIT', first, signer));
    bench.nowMs += 20;
    const outputs = bench.do({ kind: 'Executed', height: 1 as Height, stateRoot: other });
    const header = { height: 3, executedHeight: 1, executedStateRoot: other };
    expect(signed(outputs, 'PRE-PREPARE')).toMatchObject({ message: { block: { header } } });
  });

  it('T1, X1: a node that is a window behind with executing blames no leader for it, and waits again from then on', () => {
    const bench = new Bench(1, 4, { window: 2 });
    const one = stored(bench);
    const two = bench.batch(1, 1, one.ref.batchHash);
    for (const batch of [two, bench.batch(1, 2, two.ref.batchHash)]) bench.do({ kind: 'BatchStored', batch });
    const first = bench.block(bench.genesis, [one]);
    const second = bench.block(first, [two], {}, [bench.genesis, first]);
    for (const block of [first, second]) bench.receive(bench.proposal(block));
    for (const signer of [0, 2, 3]) bench.receive(bench.vote('COMMIT', second, signer));
    expect(summarize(bench.state)).toMatchObject({ committedHeight: 2, executedHeight: 0, outstanding: true });
    expect(bench.state.deadlines.has('progress')).toBe(false);
    bench.nowMs += 5000;
    bench.do({ kind: 'Executed', height: 1 as Height, stateRoot: other });
    expect(bench.state.deadlines.get('progress')).toBeGreaterThan(bench.nowMs);
  });

  it('P2, P3, D2: a follower prepares a good proposal after persisting it', () => {
    const bench = new Bench(1);
    const block = bench.block(bench.genesis, [stored(bench)]);
    expect(shape(bench.receive(bench.proposal(block)))).toEqual(['Persist Block', 'Persist Safety', 'Sign PREPARE']);
  });

  const wrong: [keyof BlockHeader, Partial<BlockHeader>][] = [
    ['chainId', { chainId: other }],
    ['epoch', { epoch: 1 }],
    ['height', { height: 2 as Height }],
    ['parentHash', { parentHash: other }],
    ['historyRoot', { historyRoot: other }],
    ['originView', { originView: 1 }],
    ['proposer', { proposer: 2 }],
    ['timestampMs', { timestampMs: START_MS + 2_001 }],
    ['timestampMs', { timestampMs: START_MS - 10_001 }],
    ['timestampMs', { timestampMs: START_MS - 1_000 }],
    ['txCount', { txCount: 3 }],
    ['laneCursorsRoot', { laneCursorsRoot: other }],
    ['executedHeight', { executedHeight: 1 as Height }],
    ['epochEnd', { epochEnd: true }],
    ['nextConfigHash', { nextConfigHash: other }]
  ];
  it.each(wrong)('P2: refuses a proposal whose %s is not what it computes (%o)', (_, changes) => {
    const bench = new Bench(1);
    const block = bench.block(bench.genesis, [stored(bench)], changes);
    expect(signed(bench.receive(bench.proposal(block)), 'PREPARE')).toBeUndefined();
    bench.wait(10);
    expect(bench.state.slots.get('0:1')?.sentPrepare ?? false).toBe(false);
  });

  it('P2: refuses proposals of others than the leader, without refs, with a gap in a lane, or beyond the turn', () => {
    const cases: ((bench: Bench) => Parameters<Bench['receive']>[0])[] = [
      (bench) => bench.proposal(bench.block(bench.genesis, [stored(bench)], { proposer: 1 }), 0, 1),
      (bench) => bench.proposal(bench.block(bench.genesis, [])),
      (bench) => bench.proposal(bench.block(bench.genesis, [bench.batch(1, 1)])),
      // turnEnd is due at base + R = 1.
      (bench) => bench.proposal(bench.block(bench.genesis, [stored(bench)], { turnEnd: false }))
    ];
    cases.forEach((make, index) => {
      const bench = new Bench(2, 4, index === 3 ? { turnBlocks: 1 } : {});
      expect(signed(bench.receive(make(bench)), 'PREPARE')).toBeUndefined();
    });
  });

  it('P3, F1: without the batch it does not vote but fetches, from the leader first', () => {
    const bench = new Bench(1);
    const batch = bench.batch(3, 0);
    const block = bench.block(bench.genesis, [batch]);
    expect(signed(bench.receive(bench.proposal(block)), 'PREPARE')).toBeUndefined();
    expect(bench.wait(25).find((output) => output.kind === 'FetchPayload')).toMatchObject({ refs: [batch.ref], peers: [0, 3, 2] });
    expect(signed(bench.do({ kind: 'BatchStored', batch }), 'PREPARE')).toBeDefined();
  });

  it('P3: a batch that does not follow the one before in its lane is never voted for', () => {
    const bench = new Bench(1);
    const batch = bench.batch(1, 0, other);
    bench.do({ kind: 'BatchStored', batch });
    expect(signed(bench.receive(bench.proposal(bench.block(bench.genesis, [batch]))), 'PREPARE')).toBeUndefined();
  });

  it('P3, X2, H1: another state root withholds the vote; when f+1 peers vote for it, the node halts and only serves', () => {
    const bench = new Bench(1);
    const block = bench.block(bench.genesis, [stored(bench)], { executedStateRoot: other });
    expect(shape(bench.receive(bench.proposal(block)))).toEqual(['Alarm']);
    bench.receive(bench.vote('PREPARE', block, 0));
    expect(shape(bench.receive(bench.vote('PREPARE', block, 2)))).toEqual(['Alarm', 'Alarm']);
    expect(bench.state.halted).toContain('state root');
    const next = bench.block(bench.genesis, [bench.batch(1, 0)]);
    expect(shape(bench.receive(bench.proposal(next, 1)))).toEqual([]);
  });

  it('P4, D3: commits on q prepares, with the certificate on its way to the disk first', () => {
    const bench = new Bench(1);
    const block = bench.block(bench.genesis, [stored(bench)]);
    bench.receive(bench.proposal(block));
    expect(shape(bench.receive(bench.vote('PREPARE', block, 0)))).toEqual([]);
    expect(shape(bench.receive(bench.vote('PREPARE', block, 0)))).toEqual([]);
    bench.receive(bench.vote('PREPARE', block, 1));
    const outputs = bench.receive(bench.vote('PREPARE', block, 3));
    expect(shape(outputs)).toEqual(['Persist Safety', 'Sign COMMIT']);
    expect(outputs[0]).toMatchObject({ record: { safety: { highCert: { kind: 'P', height: 1, signers: [0, 1, 3] } } } });
  });

  it('P5: decides on q commits of any view, with all ancestors, each with its proof', () => {
    const bench = new Bench(1);
    const one = stored(bench);
    const two = bench.batch(1, 1, one.ref.batchHash);
    bench.do({ kind: 'BatchStored', batch: two });
    const first = bench.block(bench.genesis, [one]);
    const second = bench.block(first, [two], { timestampMs: START_MS + 1 }, [bench.genesis, first]);
    bench.receive(bench.proposal(first));
    bench.receive(bench.proposal(second));
    for (const signer of [0, 2]) bench.receive(bench.vote('COMMIT', second, signer, 1));
    const decided = bench.receive(bench.vote('COMMIT', second, 3, 1)).find((output) => output.kind === 'Commit');
    expect(decided?.blocks.map(({ block, proof }) => [block.header.height, proof.descendants.length])).toEqual([[1, 1], [2, 0]]);
    expect(bench.state.committed.block.blockHash).toEqual(second.blockHash);
  });

  it('P6: a committed turn end opens the next view for everyone, and the next leader proposes with its certificate', () => {
    const bench = new Bench(1, 4, { turnBlocks: 1 });
    const block = bench.block(bench.genesis, [stored(bench)], { turnEnd: true });
    bench.receive(bench.proposal(block));
    for (const signer of [0, 2, 3]) bench.receive(bench.vote('COMMIT', block, signer));
    expect(bench.state).toMatchObject({ view: 1, mode: 'NORMAL', base: { height: 1 } });
    const outputs = bench.do({ kind: 'BatchStored', batch: bench.batch(2, 0) });
    const message = { view: 1, justification: { kind: 'C', height: 1 }, block: { header: { turnEnd: true } } };
    expect(signed(outputs, 'PRE-PREPARE')).toMatchObject({ message });
  });

  it('P6: not for a turn end of an earlier view that was committed in this one', () => {
    const bench = new Bench(1, 4, { turnBlocks: 1 });
    const block = bench.block(bench.genesis, [stored(bench)], { turnEnd: true });
    bench.receive(bench.proposal(block));
    for (const signer of [0, 2, 3]) bench.receive(bench.vote('COMMIT', block, signer, 1));
    expect(bench.state).toMatchObject({ view: 0, committed: { block: { header: { height: 1 } } } });
  });
});

describe('What peers send', () => {
  it('E1, M2: two votes of one signer for one slot are evidence, and the first counts', () => {
    const bench = new Bench(1);
    const block = bench.block(bench.genesis, [stored(bench)]);
    const rival = bench.block(bench.genesis, [bench.batch(1, 0)], { timestampMs: START_MS + 5 });
    bench.receive(bench.vote('COMMIT', block, 2));
    expect(shape(bench.receive(bench.vote('COMMIT', rival, 2)))).toEqual(['Broadcast EVIDENCE', 'Evidence']);
    expect(shape(bench.receive(bench.vote('COMMIT', rival, 2)))).toEqual([]);
    expect(bench.state.slots.get('0:1')?.commits[2]?.blockHash).toEqual(block.blockHash);
  });

  it('E1: two proposals of one height are evidence, and the first stands', () => {
    const bench = new Bench(1);
    const batch = stored(bench);
    bench.receive(bench.proposal(bench.block(bench.genesis, [batch])));
    const rival = bench.block(bench.genesis, [batch], { timestampMs: START_MS + 5 });
    expect(shape(bench.receive(bench.proposal(rival)))).toEqual(['Broadcast EVIDENCE', 'Evidence']);
  });

  it('H2: two certified blocks at one height halt the node', () => {
    const bench = new Bench(1);
    const batch = stored(bench);
    const block = bench.block(bench.genesis, [batch]);
    const rival = bench.block(bench.genesis, [batch], { timestampMs: START_MS + 5 });
    bench.receive(bench.viewChange(1, 2, bench.certificate('C', block, [0, 1, 2])));
    const outputs = bench.receive(bench.viewChange(2, 3, bench.certificate('C', rival, [0, 2, 3], 1)));
    expect(outputs).toContainEqual(expect.objectContaining({ kind: 'Alarm', code: 'FORK' }));
  });

  it('M1: votes far above the head or of far views leave no trace', () => {
    const bench = new Bench(1);
    const block = bench.block(bench.genesis, [bench.batch(1, 0)]);
    for (let height = 1; height < 1_000; height++) {
      for (const view of [0, 1, 2, 1_000]) bench.receive({ ...bench.vote('PREPARE', block, 2, view), height: height as Height });
      bench.receive({ ...bench.proposal(block), block: { ...block, header: { ...block.header, height: height as Height } } });
    }
    expect(bench.state.slots.size).toBe(2 * 2 * bench.state.window);
    expect(bench.state.known.size + (bench.state.proposals.get(0)?.size ?? 0)).toBeLessThanOrEqual(2 * bench.state.window + 1);
  });

  it('S1, S2, S5: STATUS is sent every interval, and what a peer lacks is sent to it once an interval', () => {
    const bench = new Bench(1);
    const batch = stored(bench);
    const block = bench.block(bench.genesis, [batch]);
    bench.receive(bench.proposal(block));
    bench.receive(bench.vote('PREPARE', block, 1));
    const status: Status = {
      type: 'STATUS', epoch: 0, view: 0, mode: 'NORMAL', suspect: -1, committedHeight: 0 as Height,
      committedHash: bench.genesis.blockHash, executedHeight: 0 as Height, stableCheckpoint: 0 as Height, window: [],
      laneTips: [0, 0, 0, 0]
    };
    bench.wait(10);
    expect(shape(bench.receive(status, 2))).toEqual(['Send PRE-PREPARE', 'Send PREPARE']);
    expect(shape(bench.receive(status, 2))).toEqual([]);
    const ticks = bench.wait(250).filter((output) => output.kind === 'Broadcast');
    const window = [{ height: 1, hasProposal: true, prepares: 2 }];
    expect(ticks).toMatchObject([{ message: { type: 'STATUS', laneTips: [0, 1, 0, 0], window } }]);
    expect(shape(bench.receive(status, 2))).toEqual(['Send PRE-PREPARE', 'Send PREPARE', 'SendPayload']);
  });

  it('S2: what left less than the interval of P1 ago is on its way, and not sent again', () => {
    const bench = new Bench(1);
    bench.state.pace.roundMs = 120;
    const block = bench.block(bench.genesis, [stored(bench)]);
    bench.receive(bench.proposal(block));
    bench.receive(bench.vote('PREPARE', block, 1));
    const status: Status = {
      type: 'STATUS', epoch: 0, view: 0, mode: 'NORMAL', suspect: -1, committedHeight: 0 as Height,
      committedHash: bench.genesis.blockHash, executedHeight: 0 as Height, stableCheckpoint: 0 as Height, window: [],
      laneTips: [0, 1, 0, 0]
    };
    bench.nowMs += 59;
    expect(shape(bench.receive(status, 2))).toEqual([]);
    bench.nowMs += 1;
    expect(shape(bench.receive(status, 3))).toEqual(['Send PRE-PREPARE', 'Send PREPARE']);
  });

  it('M5, S4: calls itself SYNCING a window behind, and asks one peer for blocks', () => {
    const bench = new Bench(1);
    const ahead: Status = {
      type: 'STATUS', epoch: 0, view: 0, mode: 'NORMAL', suspect: -1, committedHeight: 100 as Height, committedHash: other,
      executedHeight: 100 as Height, stableCheckpoint: 0 as Height, window: [], laneTips: [0, 0, 0, 0]
    };
    const outputs = [...bench.receive(ahead, 2), ...bench.receive(ahead, 3)];
    const asked = outputs.filter((output) => output.kind === 'Send');
    expect(asked).toMatchObject([{ to: 2, message: { type: 'FETCH-BLOCKS', from: 1, to: 64 } }]);
    expect(bench.wait(250).find((output) => output.kind === 'Broadcast')).toMatchObject({ message: { mode: 'SYNCING' } });
    expect(bench.wait(500).find((output) => output.kind === 'Send')).toMatchObject({ to: 3 });
  });

  it('S6: what waits to be proposed is on its way, too; the checkpoint comes when nothing does', () => {
    const bench = new Bench(1);
    const first = stored(bench);
    const block = bench.block(bench.genesis, [first]);
    bench.receive(bench.proposal(block));
    const batch = bench.batch(1, 1, first.ref.batchHash);
    bench.do({ kind: 'BatchStored', batch });
    for (const signer of [0, 2, 3]) bench.receive(bench.vote('COMMIT', block, signer));
    bench.do({ kind: 'Executed', height: 1 as Height, stateRoot: GENESIS_ROOT });
    expect(signed(bench.wait(100), 'CHECKPOINT')).toBeUndefined();
    const next = bench.block(block, [batch], {}, [bench.genesis, block]);
    bench.receive(bench.proposal(next));
    for (const signer of [0, 2, 3]) bench.receive(bench.vote('COMMIT', next, signer));
    bench.do({ kind: 'Executed', height: 2 as Height, stateRoot: GENESIS_ROOT });
    expect(signed(bench.wait(99), 'CHECKPOINT')).toBeUndefined();
    expect(signed(bench.wait(1), 'CHECKPOINT')).toMatchObject({ message: { height: 2 } });
  });

  it('S6: what nobody proposes does not keep checkpoints back: its author may have sent it to this node alone', () => {
    const bench = new Bench(1);
    const first = stored(bench);
    const block = bench.block(bench.genesis, [first]);
    bench.receive(bench.proposal(block));
    for (const signer of [0, 2, 3]) bench.receive(bench.vote('COMMIT', block, signer));
    bench.do({ kind: 'BatchStored', batch: bench.batch(1, 1, first.ref.batchHash) });
    bench.do({ kind: 'Executed', height: 1 as Height, stateRoot: GENESIS_ROOT });
    const { longestIntervalMs, idleCheckpointMs } = bench.state.timing;
    expect(signed(bench.wait(longestIntervalMs), 'CHECKPOINT')).toBeUndefined();
    expect(signed(bench.wait(2 * idleCheckpointMs), 'CHECKPOINT')).toMatchObject({ message: { height: 1 } });
  });

  it('S6, X2: executed heights are checkpointed when idle; q equal ones are stable; f+1 other roots halt', () => {
    const bench = new Bench(1);
    const block = bench.block(bench.genesis, [stored(bench)]);
    bench.receive(bench.proposal(block));
    for (const signer of [0, 2, 3]) bench.receive(bench.vote('COMMIT', block, signer));
    bench.do({ kind: 'Executed', height: 1 as Height, stateRoot: GENESIS_ROOT });
    expect(signed(bench.wait(100), 'CHECKPOINT')).toMatchObject({ message: { height: 1, stateRoot: GENESIS_ROOT } });
    const checkpoint = (signer: number, stateRoot = GENESIS_ROOT): Parameters<Bench['receive']>[0] =>
      bench.sign({ type: 'CHECKPOINT', epoch: 0, height: 1 as Height, blockHash: block.blockHash, stateRoot, signer });
    bench.receive(checkpoint(0));
    bench.receive(checkpoint(1));
    expect(shape(bench.receive(checkpoint(3)))).toEqual(['Stable']);
    const doubter = new Bench(1);
    doubter.receive(doubter.proposal(block));
    stored(doubter);
    for (const signer of [0, 2, 3]) doubter.receive(doubter.vote('COMMIT', block, signer));
    doubter.do({ kind: 'Executed', height: 1 as Height, stateRoot: other });
    doubter.receive(checkpoint(0));
    doubter.receive(checkpoint(2));
    expect(doubter.state.halted).toContain('checkpoint 1');
  });
});
