/**
 * Simulates whole networks by seed (libs/simulator), a worker on every core.
 *   npm run sim                                     20,000 seeds over 4, 5, 6, 7 and 10 validators, most of 4
 *   npm run sim -- --seeds 5000..9000 --n 7         or --n 4,7
 *   npm run sim -- --kind epochs                    only schedules of one kind
 *   npm run sim -- --seed 123 --n 7 --trace         one schedule, event by event; --frames: every frame, as a chart
 *   npm run sim -- --seed 123 --n 7 --shrink        makes a failing schedule small and writes it to test/simulation/regressions
 * Exit code 1 when an invariant broke, or when the run did not see what it must have seen.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { machine } from './figures.mjs';
import { loadSimulator, openPool, sha256 } from './simPool.mjs';

/** Seeds by number of validators when none are asked for: more where a seed costs less. */
const DEFAULT_SEEDS = { 4: 8_000, 5: 5_000, 6: 3_000, 7: 2_600, 10: 1_400 };
/** Seeds of one job, small enough that progress is seen. */
const CHUNK = 50;
/** Failing seeds that are made small without being asked. */
const SHRINK_AT_MOST = 3;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    seed: { type: 'string' },
    n: { type: 'string' },
    kind: { type: 'string' },
    trace: { type: 'boolean', default: false },
    frames: { type: 'boolean', default: false },
    shrink: { type: 'boolean', default: false }
  }
});
const simulator = await loadSimulator();
const { cover, coverageText, gapsOf, simulate } = simulator;
const kind = values.kind === undefined ? {} : { kind: values.kind };

function save(schedule) {
  const folder = new URL('../test/simulation/regressions/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  const file = new URL(`n${schedule.n}-seed${schedule.seed}-${schedule.invariant}.json`, folder);
  writeFileSync(file, `${JSON.stringify(schedule, null, 2)}\n`);
  console.log(`${schedule.only.length} decisions of the nemesis are enough: ${file.pathname}`);
}

function shrinkOne(seed, n) {
  const schedule = simulator.shrink(seed, { n, sha256, ...kind });
  if (schedule === null) console.log(`seed ${seed} with ${n} validators breaks nothing`);
  else save(schedule);
}

function runOne(seed) {
  const n = Number(values.n ?? 4);
  if (values.shrink) return shrinkOne(seed, n);
  const chart = values.trace || values.frames ? { trace: (line) => console.log(line), frames: values.frames } : {};
  const outcome = simulate(seed, { n, sha256, ...kind, ...chart });
  console.log(outcome);
  if (outcome.violation !== null) process.exitCode = 1;
}

/** [from, to) of each number of validators: the seeds given, or its share of the usual ones. */
function ranges() {
  const sizes = values.n === undefined ? Object.keys(DEFAULT_SEEDS).map(Number) : values.n.split(',').map(Number);
  const [from, to] = values.seeds === undefined ? [0, null] : values.seeds.split('..').map(Number);
  return sizes.map((n) => ({ n, from, to: to ?? DEFAULT_SEEDS[n] ?? 1_000 }));
}

async function runMany() {
  const pool = openPool();
  const started = performance.now();
  const all = [];
  for (const { n, from, to } of ranges()) {
    const before = process.cpuUsage();
    const jobs = [];
    for (let at = from; at < to; at += CHUNK) {
      jobs.push(pool.run({ from: at, to: Math.min(to, at + CHUNK), step: 1, n, options: kind }));
    }
    const answers = await Promise.all(jobs);
    const outcomes = answers.flatMap((answer) => answer.outcomes);
    // Of all threads: on a busy machine the wall clock would blame the simulator.
    const { user, system } = process.cpuUsage(before);
    const seconds = (user + system) / 1e6;
    for (const { seed, kind: what, violation } of outcomes.filter((one) => one.violation !== null)) {
      console.log(`VIOLATION n=${n} seed ${seed} (${what}): ${violation.detail}`);
    }
    console.log(`n=${n}: ${outcomes.length} seeds, ${(outcomes.length / seconds).toFixed(1)} a second of one core`);
    all.push(...outcomes);
  }
  await pool.close();
  const coverage = cover(all);
  const gaps = kind.kind === undefined ? gapsOf(coverage) : [];
  console.log(coverageText(coverage));
  console.log(`violations ${coverage.violations.length}, target 0; ${((performance.now() - started) / 1000).toFixed(0)} s on ${pool.size} cores\nmachine: ${machine()}`);
  for (const gap of gaps) console.log(`NOT COVERED: ${gap}`);
  for (const { seed, n } of coverage.violations.slice(0, SHRINK_AT_MOST)) shrinkOne(seed, n);
  if (coverage.violations.length > 0 || gaps.length > 0) process.exitCode = 1;
}

if (values.seed !== undefined) runOne(Number(values.seed));
else await runMany();
