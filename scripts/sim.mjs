/**
 * Simulates whole networks by seed (libs/simulator).
 *   npm run sim                              seeds 0..2000 on four nodes
 *   npm run sim -- --seeds 5000..9000 --n 7
 *   npm run sim -- --seed 123 --trace        one schedule, event by event
 *   npm run sim -- --mutants                 leaves rules out on purpose and shows after how many seeds it is noticed
 * Exit code 1 when an invariant broke, when the run did not see what it must have seen, or when a mutant survived.
 */
import { hash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const root = new URL('..', import.meta.url).pathname;
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '0..2000' },
    seed: { type: 'string' },
    n: { type: 'string', default: '4' },
    trace: { type: 'boolean', default: false },
    mutants: { type: 'boolean', default: false }
  }
});
// Incremental: a stale build would answer for code that is no longer there.
execFileSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, '-b', 'libs/simulator'], { cwd: root, stdio: 'inherit' });
const { cover, coverageText, gapsOf, simulate } = await import(`${root}libs/simulator/dist/index.js`);
const sha256 = (data) => hash('sha256', data, 'buffer');
const n = Number(values.n);
const MUTANTS = ['no-persist-highCert', 'no-parent-check', 'quorum-f+1'];
const MUTANT_SEEDS = 500;

function runOne(seed) {
  const outcome = simulate(seed, { n, sha256, ...(values.trace ? { trace: (line) => console.log(line) } : {}) });
  console.log(outcome);
  return outcome.violation === null;
}

function runMany(from, to) {
  const outcomes = [];
  const started = process.cpuUsage();
  for (let seed = from; seed < to; seed++) {
    const outcome = simulate(seed, { n, sha256 });
    outcomes.push(outcome);
    if (outcome.violation !== null) console.log(`seed ${seed} (${outcome.kind}): ${outcome.violation.detail}`);
  }
  const { user, system } = process.cpuUsage(started);
  const coverage = cover(outcomes);
  const gaps = gapsOf(coverage);
  console.log(coverageText(coverage));
  console.log(`${(outcomes.length / ((user + system) / 1e6)).toFixed(0)} seeds a second of one core`);
  for (const gap of gaps) console.log(`NOT COVERED: ${gap}`);
  return coverage.violations.length === 0 && gaps.length === 0;
}

/** A stalled mutant has not done harm yet: only a broken safety invariant kills it. */
function runMutants() {
  let allKilled = true;
  for (const mutant of MUTANTS) {
    let killed = null;
    for (let seed = 0; seed < MUTANT_SEEDS && killed === null; seed++) {
      const { violation, kind } = simulate(seed, { n, sha256, mutants: new Set([mutant]) });
      if (violation !== null && violation.invariant !== 'liveness') killed = { seed, kind, detail: violation.detail };
    }
    if (killed === null) allKilled = false;
    const what = killed === null ? `SURVIVED ${MUTANT_SEEDS} seeds` : `killed by seed ${killed.seed} (${killed.kind}): ${killed.detail}`;
    console.log(`${mutant}: ${what}`);
    if (killed !== null) {
      const control = simulate(killed.seed, { n, sha256 });
      console.log(`  the same seed without the mutant: ${control.violation === null ? 'no violation' : control.violation.detail}`);
      if (control.violation !== null) allKilled = false;
    }
  }
  return allKilled;
}

const [from, to] = (values.seeds ?? '').split('..').map(Number);
const good = values.seed !== undefined ? runOne(Number(values.seed)) : values.mutants ? runMutants() : runMany(from, to);
process.exitCode = good ? 0 : 1;
