// `npm test`: builds what is stale, then runs every jest suite. Arguments go to jest.
// The closing line is `N passed, N failed[, N skipped]`. In CI a skipped data suite is a failure.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const seconds = build();
if (seconds > 0) process.stdout.write(`Built in ${seconds.toFixed(1)} s\n`);

const folder = mkdtempSync(join(tmpdir(), 'lading-test-'));
const report = join(folder, 'report.json');
const jest = spawnSync(
  process.execPath,
  ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', join(root, 'node_modules/jest/bin/jest.js'),
    '--json', `--outputFile=${report}`, ...process.argv.slice(2)],
  { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] }
);
let summary;
try {
  summary = JSON.parse(readFileSync(report, 'utf8'));
} catch {
  process.stderr.write('jest wrote no report: it did not finish\n');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (summary === undefined) process.exit(jest.status || 1);

const skipped = summary.testResults.flatMap((file) => file.assertionResults.filter((test) => test.status === 'pending'));
for (const test of skipped) process.stdout.write(`skipped: ${test.fullName}\n`);
const broken = summary.testResults.filter((file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed')).length;
const forbidden = process.env.CI ? skipped.length : 0;
if (forbidden > 0) process.stdout.write('In CI nothing may be skipped: the skipped tests above count as failed.\n');
const failed = summary.numFailedTests + broken + forbidden;
process.stdout.write(
  `${summary.numPassedTests} passed, ${failed} failed${skipped.length > forbidden ? `, ${skipped.length} skipped` : ''}\n`
);
process.exit(failed > 0 || jest.status !== 0 || summary.numPassedTests === 0 ? 1 : 0);
