/**
 * Byzantine validators as Twins: two unmodified instances with one key. With up to f of them, and the quorum of this
 * network, nothing forks; with the quorum 2f+1 five and six validators fork, and with f+1 Byzantine any network does.
 *   npm run show:twins [-- --seeds 200]
 * Exit code 1 when a row is not as it must be.
 */
import { parseArgs } from 'node:util';
import { machine } from './figures.mjs';
import { loadSimulator, openPool } from './simPool.mjs';

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '200' }, until: { type: 'string', default: '2000' } } });
await loadSimulator();
const pool = openPool();
const KIND = 'twins at work';
let good = true;

async function run(n, seeds, options) {
  const jobs = [];
  const part = Math.ceil(seeds / (pool.size * 4));
  for (let at = 0; at < seeds; at += part) jobs.push(pool.run({ from: at, to: Math.min(seeds, at + part), step: 1, n, options }));
  return (await Promise.all(jobs)).flatMap(({ outcomes }) => outcomes);
}

/** Seeds until two honest nodes disagree, or null. */
async function untilFork(n, options) {
  const step = 40;
  for (let at = 0; at < Number(values.until); at += step) {
    const jobs = Array.from({ length: pool.size }, (_, core) =>
      pool.run({ from: at + core, to: at + step, step: pool.size, n, options: { kind: KIND, harmOnly: true, ...options } }));
    const outcomes = (await Promise.all(jobs)).flatMap((answer) => answer.outcomes);
    const fork = outcomes.filter(({ violation }) => violation?.invariant === 'agreement').sort((a, b) => a.seed - b.seed)[0];
    if (fork !== undefined) return fork.seed + 1;
  }
  return null;
}

const f = (n) => Math.floor((n - 1) / 3);
for (const n of [4, 5, 6, 7]) {
  const outcomes = await run(n, Number(values.seeds), { kind: KIND });
  const broken = outcomes.filter(({ violation }) => violation !== null);
  if (broken.length > 0) good = false;
  console.log(`n=${n}, ${f(n)} of them twins, own quorum: ${outcomes.length} seeds, ${broken.length} violations (must be 0)`);
  for (const { seed, violation } of broken.slice(0, 3)) console.log(`    seed ${seed}: ${violation.detail}`);
}
for (const n of [5, 6]) {
  const seeds = await untilFork(n, { mutants: ['quorum-2f+1'] });
  if (seeds === null) good = false;
  console.log(`n=${n}, ${f(n)} of them twins, quorum 2f+1: ${seeds === null ? 'NO FORK' : `forks after ${seeds} seeds`} (must fork)`);
}
for (const n of [4, 7]) {
  const seeds = await untilFork(n, { byzantine: f(n) + 1 });
  if (seeds === null) good = false;
  console.log(`n=${n}, ${f(n) + 1} of them twins, own quorum: ${seeds === null ? 'NO FORK' : `forks after ${seeds} seeds`} (must fork: more than f)`);
}
await pool.close();
console.log(`machine: ${machine()}`);
process.exitCode = good ? 0 : 1;
