// `npm run show:start`: what a newcomer does, timed. Clones this repository into a scratch folder, runs `npm ci` and
// `npm start` there, then the commands that the demo prints, and stops it with Ctrl-C. Needs ports 4101–4104 and 4201–4204.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { report, root } from './figures.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'lading-newcomer-'));
const clone = join(scratch, 'lading');
const figures = [];
const figure = (what, measured, unit, met, target) => figures.push({ what, measured, unit, met, target });

function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: clone, encoding: 'utf8', ...options });
  return { status: result.status, text: `${result.stdout ?? ''}${result.stderr ?? ''}` };
}

async function until(timeoutMs, holds) {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    if (await holds()) return true;
    await delay(50);
  }
  return false;
}

const height = () => fetch('http://127.0.0.1:4101/status').then(async (answer) => (await answer.json()).height, () => 0);

async function newcomer() {
  run('git', ['clone', '-q', root, clone], { cwd: scratch });
  if (existsSync(join(root, '../shared'))) symlinkSync(join(root, '../shared'), join(scratch, 'shared'));
  process.stdout.write('npm ci …\n');
  const installed = run('npm', ['ci', '--no-fund', '--no-audit']);
  figure('npm ci', installed.status, 'exit code', installed.status === 0, '0');
  const ready = Date.now();
  const demo = spawn('npm', ['start'], { cwd: clone, detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  let firstByteMs = null;
  demo.stdout.on('data', (chunk) => {
    firstByteMs ??= Date.now() - ready;
    output += String(chunk);
    process.stdout.write(chunk);
  });
  const ended = new Promise((resolve) => demo.once('exit', resolve));
  try {
    await until(120_000, async () => /Built in/.test(output));
    const builtAt = Date.now();
    const seconds = Number(/Built in ([\d.]+) s/.exec(output)?.[1]);
    figure('build, as a step of its own', seconds, 's', seconds <= 30, '≤ 30 s');
    await until(60_000, async () => (await height()) >= 1);
    const first = (Date.now() - builtAt) / 1000;
    figure('first block after the build', first, 's', first <= 15, '≤ 15 s');
    const shown = await until(120_000, async () => /Try next/.test(output));
    figure('the table is printed', shown ? 1 : 0, '', shown, '1');
    const lading = (...args) => run(process.execPath, [join(clone, 'apps/cli/bin/lading.mjs'), ...args]);
    for (const args of [['trace', 'LOT-7F3', '--back'], ['prove', 'LOT-7F3', '-o', 'lot.proof'], ['verify', 'lot.proof'], ['status']]) {
      const { status, text } = lading(...args);
      process.stdout.write(`\n$ npx lading ${args.join(' ')}\n${text}`);
      figure(`lading ${args.join(' ')}`, status, 'exit code', status === 0, '0');
    }
    const proven = (Date.now() - ready) / 1000;
    figure('from npm ci done to a verified proof', proven, 's', proven <= 60, '≤ 60 s');
  } finally {
    const stopping = Date.now();
    process.kill(-demo.pid, 'SIGINT');
    await Promise.race([ended, delay(20_000)]);
    const took = (Date.now() - stopping) / 1000;
    figure('Ctrl-C stops everything', took, 's', took <= 10, '≤ 10 s');
    await until(5000, async () => (await height()) === 0);
    run(process.execPath, [join(clone, 'apps/node/dist/dev.js'), '--reset']);
  }
}

try {
  await newcomer();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
const rounded = figures.map((one) => ({ ...one, measured: Math.round(one.measured * 10) / 10 }));
process.exit(report({ isPassed: true, figures: rounded, tables: '' }));
