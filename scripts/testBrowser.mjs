// `npm run test:browser`: runs the verifier's browser build in a real Chromium, on the page that people open; `npm run show:browser`
// prints the figures too. Needs Chromium: LADING_CHROMIUM, else the first of the usual names on the PATH.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

function findChromium() {
  const given = process.env.LADING_CHROMIUM;
  if (given) return existsSync(given) ? given : null;
  const folders = (process.env.PATH ?? '').split(':');
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path)) ?? null;
}

const chromium = findChromium();
if (chromium === null) {
  process.stderr.write(
    'There is no Chromium here, so nothing was tested.\n' +
      '  Debian, Ubuntu:  apt-get install chromium\n' +
      '  others:          LADING_CHROMIUM=/path/to/chrome npm run test:browser\n'
  );
  process.exit(1);
}
const version = spawnSync(chromium, ['--version'], { encoding: 'utf8' }).stdout?.trim();
process.stdout.write(`${version} (${chromium})\n`);

const folder = mkdtempSync(join(tmpdir(), 'lading-browser-'));
const figuresFile = join(folder, 'figures.ndjson');
const jest = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules', '--disable-warning=ExperimentalWarning', join(root, 'node_modules/jest/bin/jest.js'),
    '--testMatch', '<rootDir>/test/browser/*.browser.ts', '--runInBand', '--verbose'
  ],
  { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, LADING_CHROMIUM: chromium, LADING_FIGURES: figuresFile } }
);
const figures = existsSync(figuresFile) ? readFileSync(figuresFile, 'utf8').trim().split('\n').map((line) => JSON.parse(line)) : [];
rmSync(folder, { recursive: true, force: true });
const missed = figures.filter(({ met }) => !met);
if (process.argv.includes('--figures')) {
  for (const { what, measured, unit, target, met } of figures)
    process.stdout.write(`${what.padEnd(64)} ${`${measured} ${unit}`.padStart(12)}   ${target}${met ? '' : '   MISSED'}\n`);
  process.exit(jest.status !== 0 || figures.length === 0 || missed.length > 0 ? 1 : 0);
}
process.exit(jest.status ?? 1);
