// Builds what changed: libs and the CLI with `tsc -b`, the Nest applications with `nest build`.
// A stamp over the sources makes the second call free. Usage: node scripts/build.mjs [--force]
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stampFile = join(root, '.build-stamp');
const require = createRequire(join(root, 'package.json'));

/** Files that the output depends on, in a fixed order. */
function sources() {
  const found = ['package-lock.json', 'nest-cli.json', 'tsconfig.json', 'tsconfig.base.json', 'tsconfig.pure.json', 'tsconfig.node.json', 'tsconfig.nest.json'];
  const walk = (folder) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (entry.name !== 'dist' && entry.name !== 'node_modules') walk(path);
      } else if (/\.(ts|json)$/.test(entry.name) && !entry.name.endsWith('.spec.ts')) found.push(path);
    }
  };
  walk('libs');
  walk('apps');
  return found.filter((path) => existsSync(join(root, path)));
}

export function sourceStamp() {
  const hash = createHash('sha256').update(process.version.split('.')[0]);
  for (const path of sources()) hash.update(path).update('\0').update(readFileSync(join(root, path)));
  return hash.digest('hex');
}

function outputsExist() {
  return ['apps/node/dist/main.js', 'apps/provenance/dist/index.js', 'apps/cli/dist/main.js', 'libs/kernel/dist/index.js'].every((path) =>
    existsSync(join(root, path))
  );
}

/** True when nothing has to be built. */
export function isBuilt() {
  return existsSync(stampFile) && outputsExist() && readFileSync(stampFile, 'utf8') === sourceStamp();
}

function run(label, script, args) {
  const result = spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
  if (result.status !== 0) {
    process.stderr.write(`${label} failed:\n${result.stdout}${result.stderr}\n`);
    process.exit(1);
  }
}

/** Builds everything that is stale; returns seconds spent, 0 when nothing was. */
export function build({ force = false } = {}) {
  if (!force && isBuilt()) return 0;
  const started = process.hrtime.bigint();
  const stamp = sourceStamp();
  if (force || !outputsExist()) for (const area of ['libs', 'apps'])
    for (const name of readdirSync(join(root, area))) {
      const info = join(root, area, name, 'dist', '.tsbuildinfo');
      if (existsSync(info) && statSync(info).isFile()) rmSync(info);
    }
  const nest = join(dirname(require.resolve('@nestjs/cli/package.json')), 'bin', 'nest.js');
  run('tsc -b', require.resolve('typescript/bin/tsc'), ['-b', 'tsconfig.json']);
  run('nest build provenance', nest, ['build', 'provenance']);
  run('nest build node', nest, ['build', 'node']);
  writeFileSync(stampFile, stamp);
  return Number(process.hrtime.bigint() - started) / 1e9;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const seconds = build({ force: process.argv.includes('--force') });
  process.stdout.write(seconds === 0 ? 'Build is up to date\n' : `Built in ${seconds.toFixed(1)} s\n`);
}
