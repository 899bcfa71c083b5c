// `npm run bench:provenance [-- --reset] [-- --only queries,trace,capture]`: measures queries, trace and capture at full
// size on embedded PostgreSQL and real node processes, and prints each figure beside its target and the machine.
// Exit code 1 when a target is missed. The filled database stays in .lading/bench for the next run.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, loadavg, release, tmpdir, totalmem, type as osType } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({ options: { reset: { type: 'boolean' }, only: { type: 'string' } } });
build();

const folder = mkdtempSync(join(tmpdir(), 'lading-bench-'));
const figuresFile = join(folder, 'figures.ndjson');
const tableFile = join(folder, 'tables.md');
const env = { ...process.env, LADING_FIGURES: figuresFile, LADING_TABLE: tableFile };
if (values.reset === true) env.LADING_BENCH_RESET = '1';
if (values.only !== undefined) env.LADING_BENCH_PARTS = values.only;
const loadBefore = loadavg()[0].toFixed(1);
const jest = spawnSync(
  process.execPath,
  ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', join(root, 'node_modules/jest/bin/jest.js'), '--runInBand', 'test/bench'],
  { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env }
);
const figures = existsSync(figuresFile) ? readFileSync(figuresFile, 'utf8').trim().split('\n').map((line) => JSON.parse(line)) : [];
if (existsSync(tableFile)) process.stdout.write(`\n${readFileSync(tableFile, 'utf8')}`);
rmSync(folder, { recursive: true, force: true });

const width = Math.max(20, ...figures.map(({ what }) => what.length));
process.stdout.write(`\n${'figure'.padEnd(width)}  ${'measured'.padStart(18)}  target\n`);
for (const { what, measured, unit, target, met } of figures)
  process.stdout.write(`${what.padEnd(width)}  ${`${measured} ${unit}`.padStart(18)}  ${target}${met ? '' : '   MISSED'}\n`);
const [cpu] = cpus();
process.stdout.write(
  `machine: ${cpus().length} cores ${cpu?.model.trim() ?? '?'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${osType()} ${release()}, ` +
    `Node ${process.version}; load average ${loadBefore} before, ${loadavg()[0].toFixed(1)} after\n`
);
process.exit(jest.status !== 0 || figures.length === 0 || figures.some(({ met }) => !met) ? 1 : 0);
