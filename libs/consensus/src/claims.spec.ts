import type { Height } from '@lading/kernel';
import type { Status } from './message.js';
import { Bench, shape, START_MS } from './network.test-kit.js';
import type { Output } from './output.js';
import { summarize } from './summary.js';

const status = (bench: Bench, changes: Partial<Status>): Status => ({
  type: 'STATUS', epoch: 0, view: 0, mode: 'NORMAL', suspect: -1, committedHeight: 0 as Height,
  committedHash: bench.genesis.blockHash, executedHeight: 0 as Height, stableCheckpoint: 0 as Height, window: [],
  laneTips: [0, 0, 0, 0], ...changes
});
const statuses = (outputs: readonly Output[]): Status[] =>
  outputs.flatMap((output) => (output.kind === 'Broadcast' && output.message.type === 'STATUS' ? [output.message] : []));
const store = (bench: Bench, seq = 0, previous = bench.batch(1, seq).prevBatchHash): ReturnType<Bench['batch']> => {
  const batch = bench.batch(1, seq, previous);
  bench.do({ kind: 'BatchStored', batch });
  return batch;
};

describe('What one peer claims', () => {
  it('M5: does not make a node call itself SYNCING: f+1 have to claim it', () => {
    const bench = new Bench(1);
    bench.receive(status(bench, { committedHeight: 1_000_000 as Height }), 2);
    bench.receive(status(bench, {}), 0);
    expect(summarize(bench.state)).toMatchObject({ mode: 'NORMAL', networkHeight: 0 });
    bench.receive(status(bench, { committedHeight: 900 as Height }), 3);
    expect(summarize(bench.state)).toMatchObject({ mode: 'SYNCING', networkHeight: 900 });
  });

  it('M5, S3: a CHANGING node says so even when all claim to be far ahead, or a lost NEW-VIEW would never come again', () => {
    const bench = new Bench(3);
    for (const peer of [0, 1]) bench.receive({ type: 'SUSPECT', epoch: 0, view: 0 }, peer);
    for (const peer of [0, 1, 2]) bench.receive(status(bench, { committedHeight: 1_000 as Height }), peer);
    expect(statuses(bench.wait(250))[0]?.mode).toBe('CHANGING');
  });
});

describe('What a node that is behind is sent', () => {
  it('S4: an answer without the next block is as good as silence: another peer is asked', () => {
    const bench = new Bench(1);
    const one = store(bench);
    const two = store(bench, 1, one.ref.batchHash);
    const first = bench.block(bench.genesis, [one]);
    const second = bench.block(first, [two], {}, [bench.genesis, first]);
    for (const peer of [2, 3]) bench.receive(status(bench, { committedHeight: 100 as Height }), peer);
    const useless = { certificate: bench.certificate('C', second, [0, 2, 3]), descendants: [] };
    const asked = (outputs: readonly Output[]): number[] =>
      outputs.flatMap((output) => (output.kind === 'Send' && output.message.type === 'FETCH-BLOCKS' ? [output.to] : []));
    const answer = { type: 'BLOCKS', checkpoint: null, blocks: [{ block: second, proof: useless }] } as const;
    expect(asked(bench.receive(answer, 2))).toEqual([]);
    expect(asked(bench.wait(500))).toEqual([3]);
  });

  it('H1: a halted node arms no timer in the past: it says where it is, and rests', () => {
    const bench = new Bench(1);
    store(bench);
    bench.state.halted = 'test';
    bench.nowMs += 10_000;
    const outputs = bench.do({ kind: 'Tick' });
    const armed = outputs.flatMap((output) => (output.kind === 'SetTimer' && output.atMs !== null ? [output.atMs] : []));
    expect(armed.length).toBeGreaterThan(0);
    expect(armed.every((atMs) => atMs > bench.nowMs)).toBe(true);
  });
});

describe('A proposal that was refused', () => {
  it('P2: for its time is judged again when it is sent again, and asked for by STATUS', () => {
    const bench = new Bench(1);
    const early = bench.proposal(bench.block(bench.genesis, [store(bench)], { timestampMs: START_MS + 3_000 }));
    expect(shape(bench.receive(early))).toEqual([]);
    expect(statuses(bench.wait(1_500))[0]?.window).toEqual([]);
    expect(shape(bench.receive(early))).toContain('Sign PREPARE');
  });

  it('P2, E1: stays the first of its slot: another one is evidence, and is not accepted', () => {
    const bench = new Bench(1);
    const batch = store(bench);
    bench.receive(bench.proposal(bench.block(bench.genesis, [batch], { timestampMs: START_MS + 3_000 })));
    expect(shape(bench.receive(bench.proposal(bench.block(bench.genesis, [batch]))))).toEqual(['Broadcast EVIDENCE', 'Evidence']);
  });

  it('P2, P5: on a parent that was not the one that is committed, is judged again on that one', () => {
    const bench = new Bench(1);
    const one = store(bench);
    const two = store(bench, 1, one.ref.batchHash);
    const block = bench.block(bench.genesis, [one]);
    const rival = bench.block(bench.genesis, [one], { timestampMs: START_MS + 3 });
    const next = bench.block(rival, [two], { timestampMs: START_MS + 4 }, [bench.genesis, rival]);
    // The first proposal is not prepared: its state root is another one. Then the rival is committed.
    const wrong = bench.block(bench.genesis, [one], { executedStateRoot: block.blockHash });
    bench.receive(bench.proposal(wrong));
    expect(shape(bench.receive(bench.proposal(next)))).toEqual([]);
    const proof = { certificate: bench.certificate('C', rival, [0, 2, 3]), descendants: [] };
    const outputs = bench.receive({ type: 'BLOCKS', checkpoint: null, blocks: [{ block: rival, proof }] }, 0);
    expect(shape(outputs)).toEqual(['Commit', 'Persist Block', 'Persist Safety', 'Sign PREPARE']);
  });
});

describe('A base with uncommitted ancestors', () => {
  it('D2, F1: is prepared only when their batches are stored too, and these are asked for', () => {
    const bench = new Bench(3);
    const one = bench.batch(1, 0);
    const two = bench.batch(1, 1, one.ref.batchHash);
    const below = bench.block(bench.genesis, [one]);
    const base = bench.block(below, [two], {}, [bench.genesis, below]);
    bench.do({ kind: 'BatchStored', batch: two });
    const top = bench.certificate('P', base, [0, 1, 2]);
    bench.receive(bench.newView(1, [bench.viewChange(1, 0, top), bench.viewChange(1, 1), bench.viewChange(1, 2)], top));
    expect(shape(bench.receive({ type: 'PROPOSALS', blocks: [below, base] }, 1))).not.toContain('Sign PREPARE');
    expect(bench.wait(30).find((output) => output.kind === 'FetchPayload')).toMatchObject({ refs: [one.ref] });
    expect(shape(bench.do({ kind: 'BatchStored', batch: one }))).toContain('Sign PREPARE');
  });
});
