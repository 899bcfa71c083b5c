import { hash } from 'node:crypto';
import { cover, coverageText, gapsOf, simulate, TARGET_BLOCKS } from '@lading/simulator';
import type { Outcome } from '@lading/simulator';

/** A slice of what `npm run sim` does; mostly of four nodes, because those are the quickest. */
const SLICES = [
  { n: 4, from: 0, to: 420 },
  { n: 5, from: 0, to: 30 },
  { n: 6, from: 0, to: 20 },
  { n: 7, from: 0, to: 20 },
  { n: 10, from: 0, to: 10 }
] as const;
const sha256 = (data: Uint8Array): Uint8Array => hash('sha256', data, 'buffer');

describe('Five hundred schedules of 4, 5, 6, 7 and 10 validators with at most f Byzantine', () => {
  const outcomes: Outcome[] = [];

  it.each(SLICES)('break no invariant (durable before signed, D1, among them) and recover, n = $n', ({ n, from, to }) => {
    const slice: Outcome[] = [];
    for (let seed = from; seed < to; seed++) slice.push(simulate(seed, { n, sha256 }));
    outcomes.push(...slice);
    const broken = slice.filter((outcome) => outcome.violation !== null);
    // A failing seed is replayed with `npm run sim -- --seed <seed> --n <n> --trace`, made small with --shrink.
    expect(broken.map(({ seed, kind, violation }) => ({ n, seed, kind, violation }))).toEqual([]);
  }, 900_000);

  it('went through what they are for: view changes, lost writes, epochs, every adversary, a death after every kind of output', () => {
    const coverage = cover(outcomes);
    console.info(coverageText(coverage));
    expect(gapsOf(coverage)).toEqual([]);
    expect(coverage.fewestBlocks).toBeGreaterThanOrEqual(TARGET_BLOCKS);
  });

  it('are the same every time: a seed is a schedule', () => {
    for (const seed of [3, 55, 123]) expect(simulate(seed, { sha256 })).toEqual(outcomes[seed]);
  }, 60_000);
});
