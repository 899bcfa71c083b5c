// `npm run show:execution [-- --profile folder]`: what executing an event of a large document costs a node's process.
import { spawnSync } from 'node:child_process';
import { machine, root } from './figures.mjs';

const at = process.argv.indexOf('--profile');
const profile = at > 0 ? ['--cpu-prof', `--cpu-prof-dir=${process.argv[at + 1] ?? 'prof'}`] : [];
// The heap of a demo's node.
const node = ['--max-semi-space-size=64', ...profile, '--conditions=source', '--import', './scripts/typescript.mjs'];
const { status } = spawnSync(process.execPath, [...node, 'bench/runExecution.ts'], { cwd: root, stdio: 'inherit' });
process.stdout.write(`machine: ${machine()}\n`);
process.exit(status ?? 1);
