import { cover, coverageText, gapsOf, simulate, TARGET_BLOCKS } from '@lading/simulator';
import type { Outcome } from '@lading/simulator';
import { hash } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** scripts/simPool.mjs */
interface SimPool {
  loadSimulator(): Promise<unknown>;
  openPool(): { run(job: object): Promise<{ readonly outcomes: readonly Outcome[] }>; close(): Promise<unknown> };
}

/** A slice of what `npm run sim` does; mostly of four nodes, because those are the quickest. */
const SLICES = [
  { n: 4, from: 0, to: 420 },
  { n: 5, from: 0, to: 30 },
  { n: 6, from: 0, to: 20 },
  { n: 7, from: 0, to: 20 },
  { n: 10, from: 0, to: 10 }
] as const;
/** Seeds of one job of a worker. */
const CHUNK = 10;
const sha256 = (data: Uint8Array): Uint8Array => hash('sha256', data, 'buffer');

/** On every core, outside of the test runner's sandbox, where the same code takes three times as long. */
async function runAll(): Promise<Outcome[]> {
  const script = pathToFileURL(join(process.cwd(), 'scripts/simPool.mjs')).href;
  const { loadSimulator, openPool } = (await import(script)) as SimPool;
  await loadSimulator();
  const pool = openPool();
  const jobs = SLICES.flatMap(({ n, from, to }) =>
    Array.from({ length: Math.ceil((to - from) / CHUNK) }, (_, i) => {
      return pool.run({ from: from + i * CHUNK, to: Math.min(to, from + (i + 1) * CHUNK), step: 1, n, options: {} });
    })
  );
  const answers = await Promise.all(jobs);
  await pool.close();
  return answers.flatMap((answer) => answer.outcomes);
}

describe('Five hundred schedules of 4, 5, 6, 7 and 10 validators with at most f Byzantine', () => {
  let outcomes: readonly Outcome[] = [];
  beforeAll(async () => {
    outcomes = await runAll();
  }, 600_000);

  it.each(SLICES)('break no invariant (durable before signed, D1, among them) and recover, n = $n', ({ n, from, to }) => {
    const slice = outcomes.filter((outcome) => outcome.n === n);
    const broken = slice.filter((outcome) => outcome.violation !== null);
    expect(slice.length).toBe(to - from);
    // A failing seed is replayed with `npm run sim -- --seed <seed> --n <n> --trace`, made small with --shrink.
    expect(broken.map(({ seed, kind, violation }) => ({ n, seed, kind, violation }))).toEqual([]);
  });

  it('went through what they are for: view changes, lost writes, epochs, every adversary, a death after every kind of output', () => {
    const coverage = cover(outcomes);
    console.info(coverageText(coverage));
    expect(gapsOf(coverage)).toEqual([]);
    expect(coverage.fewestBlocks).toBeGreaterThanOrEqual(TARGET_BLOCKS);
  });

  it('change no view where nothing goes wrong (T1, T2)', () => {
    const calm = outcomes.filter(({ kind }) => kind === 'calm');
    expect(calm.length).toBeGreaterThan(3);
    expect(calm.filter(({ viewChanges }) => viewChanges > 0)).toEqual([]);
  });

  it('are the same every time: a seed is a schedule', () => {
    const four = outcomes.filter(({ n }) => n === 4);
    for (const seed of [3, 55, 123]) expect(simulate(seed, { sha256 })).toEqual(four[seed]);
  }, 60_000);
});
