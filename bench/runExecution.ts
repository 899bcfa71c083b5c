import { spreadOf } from './measure.js';
import { ExecutingNode, PHASES, type Costs } from './execution.js';

/** Prints what executing an event costs, phase by phase: `npm run show:execution`. */
const [EVENTS, WARM, RUNS] = [10_000, 2, 5];
const TARGET_MICROS = 50;

const node = new ExecutingNode(20);
const runs: Costs[] = [];
for (let n = 0; n < WARM + RUNS; n++) {
  const costs = await node.execute(n, EVENTS);
  if (n >= WARM) runs.push(costs);
}
const total = (costs: Costs): number => PHASES.reduce((sum, phase) => sum + costs[phase], 0);
const line = (what: string, values: readonly number[]): void => {
  const { median, min, max } = spreadOf(values);
  process.stdout.write(`${what.padEnd(10)} ${median.toFixed(1).padStart(7)} µs  (${min.toFixed(1)}–${max.toFixed(1)})\n`);
};
process.stdout.write(`processor time of an event, median of ${RUNS} documents of ${EVENTS} events in a node's process\n`);
for (const phase of PHASES) line(phase, runs.map((costs) => costs[phase]));
line('together', runs.map(total));
process.stdout.write(`target: at most ${TARGET_MICROS} µs\n`);
process.exitCode = spreadOf(runs.map(total)).median <= TARGET_MICROS ? 0 : 1;
