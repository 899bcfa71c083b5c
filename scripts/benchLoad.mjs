// `npm run bench:load -- [--mode ndjson|http|lone|capture] [--rate N] [--seconds S] [--in-flight N] [--events N] [--runs N]`: starts four
// nodes on an embedded PostgreSQL, loads them, and prints rate, latencies and processor time. Without --rate: as fast as answers come.
// A profile of each node: node --cpu-prof --cpu-prof-dir=.lading/prof scripts/benchLoad.mjs … (nodes inherit the options).
import './typescript.mjs';
import { build } from './build.mjs';

build();
const { benchLoad } = await import('../bench/load/command.ts');
process.exitCode = await benchLoad(process.argv.slice(2));
