/**
 * Leaves one rule out after the other and shows after how many seeds the simulator notices; the same seeds with the rule are green.
 *   npm run sim:mutants                      all of them
 *   npm run sim:mutants -- --only step-back  some of them
 * Exit code 1 when one survives, or when a control is not green.
 */
import { parseArgs } from 'node:util';
import { machine } from './figures.mjs';
import { loadSimulator, openPool } from './simPool.mjs';

const { values } = parseArgs({ options: { only: { type: 'string' }, seeds: { type: 'string', default: '2000' } } });
const { MUTANT_SCHEDULES, WIPED_KEY_REUSED } = await loadSimulator();
const chosen = values.only?.split(',') ?? Object.keys(MUTANT_SCHEDULES);
const LIMIT = Number(values.seeds);
/** Seeds of one job of one worker. */
const CHUNK = 20;

/** The first seed, in order, that breaks an invariant. */
async function firstKill(pool, n, options) {
  for (let at = 0; at < LIMIT; at += pool.size * CHUNK) {
    const jobs = Array.from({ length: pool.size }, (_, core) =>
      pool.run({ from: at + core * CHUNK, to: Math.min(LIMIT, at + (core + 1) * CHUNK), step: 1, n, options: { ...options, untilViolation: true } })
    );
    const found = (await Promise.all(jobs)).flatMap(({ outcomes }) => outcomes).filter(({ violation }) => violation !== null);
    if (found.length > 0) return found.sort((a, b) => a.seed - b.seed)[0];
  }
  return null;
}

const pool = openPool();
let good = true;
let killed = 0;
for (const mutant of chosen) {
  const { n, ...where } = MUTANT_SCHEDULES[mutant];
  const broken = mutant === WIPED_KEY_REUSED ? { reusesWipedKeys: true } : { mutants: [mutant] };
  const kill = await firstKill(pool, n, { ...where, ...broken });
  if (kill === null) {
    good = false;
    console.log(`${mutant}: SURVIVED ${LIMIT} seeds (n=${n}, ${where.kind ?? 'any kind'})`);
    continue;
  }
  killed += 1;
  const control = await firstControl(pool, n, kill.seed, where);
  if (control !== null) good = false;
  const verdict = control === null ? 'control green' : `CONTROL RED at seed ${control.seed}: ${control.violation.detail}`;
  console.log(`${mutant}: killed after ${kill.seed + 1} seeds (n=${n}, ${kill.kind}), ${verdict}\n    ${kill.violation.detail.split('\n')[0]}`);
}
await pool.close();
console.log(`${killed} of ${chosen.length} mutants killed, target all\nmachine: ${machine()}`);
process.exitCode = good ? 0 : 1;

/** The unmutated core on all the seeds up to that one: null when nothing breaks. */
async function firstControl(workers, n, last, options) {
  const jobs = Array.from({ length: workers.size }, (_, core) =>
    workers.run({ from: core, to: last + 1, step: workers.size, n, options: { ...options, untilViolation: true } })
  );
  return (await Promise.all(jobs)).flatMap(({ outcomes }) => outcomes).find(({ violation }) => violation !== null) ?? null;
}
