// `npm run bench [-- --only floor,stream,… --runs N --quick --json FILE]`: starts real networks and their rivals on this machine, loads
// them, and prints one table with targets (docs/developers/throughput.md). Exit code 1 when a target is missed.
import './typescript.mjs';
import { build } from './build.mjs';

build();
const { benchMain } = await import('../bench/main.ts');
process.exitCode = await benchMain(process.argv.slice(2));
