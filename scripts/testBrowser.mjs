// `npm run test:browser`: runs the verifier's browser build in a real Chromium, on the page that people open; `npm run show:browser`
// prints the figures too. Needs Chromium: LADING_CHROMIUM, else the first of the usual names on the PATH.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { measure, report } from './figures.mjs';

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

const jest = ['--testMatch', '<rootDir>/test/browser/*.browser.ts', '--runInBand', '--verbose'];
const measured = measure(jest, { LADING_CHROMIUM: chromium });
const code = process.argv.includes('--figures') ? report(measured) : measured.isPassed ? 0 : 1;
process.exit(code);
