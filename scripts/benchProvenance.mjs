// `npm run bench:provenance [-- --reset] [-- --only queries,trace,capture]`: measures queries, trace and capture at full
// size on embedded PostgreSQL and real node processes, and prints each figure beside its target and the machine.
// Exit code 1 when a target is missed. The filled database stays in .lading/bench for the next run.
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { measure, report } from './figures.mjs';

const { values } = parseArgs({ options: { reset: { type: 'boolean' }, only: { type: 'string' } } });
build();

const env = {
  ...(values.reset === true ? { LADING_BENCH_RESET: '1' } : {}),
  ...(values.only === undefined ? {} : { LADING_BENCH_PARTS: values.only })
};
const load = () => loadavg()[0].toFixed(1);
const before = load();
const measured = measure(['--runInBand', 'test/bench/provenance'], env);
process.exit(report(measured, { note: `; load average ${before} before, ${load()} after` }));
