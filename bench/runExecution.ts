import { sha256Node } from '@lading/identity';
import { spreadOf } from './measure.js';
import { ExecutingNode, PHASES, type Costs, type StreamCosts } from './execution.js';

/** Prints what executing an event costs, phase by phase: `npm run show:execution`. */
const [EVENTS, WARM, RUNS] = [10_000, 2, 5];
/** `documents`, `streams`; both unless told. */
const asked = process.argv[2] ?? '';
const TARGET_MICROS = 50;

/** What the machine does at this moment, beside other work, for a fixed piece of it: microseconds of processor time. */
function yardstick(): number {
  const text = JSON.stringify(Array.from({ length: 12 }, (_, i) => ({ name: `member ${i}`, value: i })));
  const bytes = new TextEncoder().encode(text);
  let least = Infinity;
  for (let run = 0; run < 5; run++) {
    const before = process.cpuUsage();
    for (let i = 0; i < 20_000; i++) sha256Node(bytes.subarray(0, 400 + (JSON.parse(text) as readonly unknown[]).length));
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 20_000);
  }
  return least;
}

const node = new ExecutingNode(20);
const runs: Costs[] = [];
const streams: StreamCosts[] = [];
for (let n = 0; n < WARM + RUNS && asked !== 'streams'; n++) {
  const costs = await node.execute(n, EVENTS);
  if (n >= WARM) runs.push(costs);
}
for (let n = 0; n < WARM + RUNS && asked !== 'documents'; n++) {
  const costs = await node.executeStream(n, EVENTS);
  if (n >= WARM) streams.push(costs);
}
const total = (costs: Costs): number => PHASES.reduce((sum, phase) => sum + costs[phase], 0);
const line = (what: string, values: readonly number[]): void => {
  const { median, min, max } = spreadOf(values);
  process.stdout.write(`${what.padEnd(10)} ${median.toFixed(1).padStart(7)} µs  (${min.toFixed(1)}–${max.toFixed(1)})\n`);
};
if (runs.length > 0) {
  process.stdout.write(`processor time of an event, median of ${RUNS} documents of ${EVENTS} events in a node's process\n`);
  for (const phase of PHASES) line(phase, runs.map((costs) => costs[phase]));
  line('together', runs.map(total));
}
if (streams.length > 0) {
  process.stdout.write(`the same of ${EVENTS} captures of one event each, their admission included\n`);
  line('execution', streams.map(({ execution }) => execution));
  line('rows', streams.map(({ rows }) => rows));
}
process.stdout.write(`yardstick: ${yardstick().toFixed(2)} µs for SHA-256 of 500 bytes and making an object of them in JSON\n`);
process.stdout.write(`target: at most ${TARGET_MICROS} µs\n`);
process.exitCode = runs.length === 0 || spreadOf(runs.map(total)).median <= TARGET_MICROS ? 0 : 1;
