// `npm run check`: types (product and tests), lint, layers, then the tests (test/tidy among them).
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const steps = [
  ['types', ['node', ['scripts/build.mjs']]],
  ['types of the tests', ['node', ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.test.json']]],
  ['lint', ['node', ['node_modules/eslint/bin/eslint.js', '.']]],
  ['layers', ['node', ['node_modules/dependency-cruiser/bin/dependency-cruise.mjs', 'libs', 'apps', '--config', '.dependency-cruiser.cjs']]],
  ['tests and tidy', ['node', ['scripts/test.mjs']]]
];
for (const [name, [command, args]] of steps) {
  if (name === 'tests and tidy' && process.argv.includes('--no-tests')) continue;
  process.stdout.write(`check: ${name}\n`);
  const { status } = spawnSync(command === 'node' ? process.execPath : command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) {
    process.stderr.write(`check: ${name} failed\n`);
    process.exit(1);
  }
}
process.stdout.write('check: all green\n');
