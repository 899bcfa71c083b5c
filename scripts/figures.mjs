// What the commands share that measure: suites run by jest, the figures they report, and how these are printed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir, totalmem, type as osType, release } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

export function machine() {
  const [cpu] = cpus();
  return `${cpus().length} cores ${cpu?.model.trim() ?? '?'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${osType()} ${release()}, Node ${process.version}`;
}

/** `isPassed`: of the suites; `figures`: what they measured; `tables`: what they wrote for people, in Markdown. */
export function measure(jestArguments, env = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'lading-figures-'));
  const [figuresFile, tableFile] = [join(folder, 'figures.ndjson'), join(folder, 'tables.md')];
  const { status } = spawnSync(
    process.execPath,
    ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', join(root, 'node_modules/jest/bin/jest.js'), ...jestArguments],
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env, LADING_FIGURES: figuresFile, LADING_TABLE: tableFile } }
  );
  const figures = existsSync(figuresFile) ? readFileSync(figuresFile, 'utf8').trim().split('\n').map((line) => JSON.parse(line)) : [];
  const tables = existsSync(tableFile) ? readFileSync(tableFile, 'utf8') : '';
  rmSync(folder, { recursive: true, force: true });
  return { isPassed: status === 0, figures, tables };
}

/** Each figure beside its target, then the machine. Returns the exit code: 1 when a suite failed or a target is missed. */
export function report({ isPassed, figures, tables }, { note = '' } = {}) {
  if (tables !== '') process.stdout.write(`\n${tables}`);
  const name = Math.max(20, ...figures.map(({ what }) => what.length));
  const value = Math.max(14, ...figures.map(({ measured, unit }) => `${measured} ${unit}`.length));
  process.stdout.write(`\n${'figure'.padEnd(name)}  ${'measured'.padStart(value)}  target\n`);
  for (const { what, measured, unit, target, met } of figures)
    process.stdout.write(`${what.padEnd(name)}  ${`${measured} ${unit}`.padStart(value)}  ${target}${met ? '' : '   MISSED'}\n`);
  process.stdout.write(`machine: ${machine()}${note}\n`);
  return isPassed && figures.length > 0 && figures.every(({ met }) => met) ? 0 : 1;
}
