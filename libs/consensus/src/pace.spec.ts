import type { Height } from '@lading/kernel';
import { ZERO_HASH } from '@lading/kernel';
import { DEFAULT_TIMING } from './options.js';
import { Bench, GENESIS_ROOT } from './network.test-kit.js';
import { isUnderWay, proposalPaceMs } from './pace.js';

/** A leader whose blocks take so long, one after the other, from proposal to execution. */
function paceAfter(rounds: readonly number[]): { bench: Bench; paceMs: number } {
  const bench = new Bench(0);
  let previous = ZERO_HASH;
  for (const [seq, tookMs] of rounds.entries()) {
    const batch = bench.batch(1, seq, previous);
    previous = batch.ref.batchHash;
    bench.do({ kind: 'BatchStored', batch });
    const block = bench.state.accepted.get(seq + 1)?.block;
    if (block === undefined) throw new Error('no proposal');
    for (const signer of [1, 2, 3]) bench.receive(bench.vote('COMMIT', block, signer));
    bench.nowMs += tookMs;
    bench.do({ kind: 'Executed', height: (seq + 1) as Height, stateRoot: GENESIS_ROOT });
  }
  return { bench, paceMs: proposalPaceMs(bench.state) };
}

const { proposalIntervalMs, longestIntervalMs } = DEFAULT_TIMING;

describe('P1: the interval between proposals', () => {
  it('is short where blocks are executed at once, half their way where that takes longer, and never long', () => {
    expect(paceAfter([]).paceMs).toBe(proposalIntervalMs);
    expect(paceAfter([4, 4, 4]).paceMs).toBe(proposalIntervalMs);
    expect(paceAfter([120, 120]).paceMs).toBe(60);
    expect(paceAfter([5000]).paceMs).toBe(longestIntervalMs);
  });

  it('follows a load up slowly, and down at once: one slow block says little, an idle network should be quick', () => {
    expect(paceAfter([20, 20, 200]).paceMs).toBeLessThan(35);
    expect(paceAfter([400, 20, 20, 20, 20, 20]).paceMs).toBeLessThan(20);
  });

  it('measures one block at a time, also when blocks wait behind one another', () => {
    const { bench } = paceAfter([100]);
    expect(isUnderWay(bench.state)).toBe(false);
    expect(bench.state.pace.sample).toBeNull();
    bench.do({ kind: 'BatchStored', batch: bench.batch(2, 0) });
    expect(isUnderWay(bench.state)).toBe(true);
    bench.nowMs += 60;
    bench.do({ kind: 'BatchStored', batch: bench.batch(3, 0) });
    expect(bench.state.accepted.size).toBe(2);
    expect(bench.state.pace.sample).toMatchObject({ height: 2 });
  });
});
