import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

/** Where the public suites are: they belong to others and are not part of this repository. */
const ROOT = process.env['LADING_TEST_DATA'] ?? join('..', 'shared', 'data');

export const dataPath = (...parts: readonly string[]): string => join(ROOT, ...parts);

export const readData = <T>(...parts: readonly string[]): T =>
  JSON.parse(readFileSync(dataPath(...parts), 'utf8')) as T;

export const readVectors = <T>(name: string): T =>
  JSON.parse(readFileSync(join('spec', 'vectors', name), 'utf8')) as T;

/**
 * describe() for a suite that reads public data. Without the data it says so in its name and is skipped; in CI, where
 * the data must be there, it fails.
 */
export function describePublicSuite(name: string, needs: readonly string[], body: () => void): void {
  const missing = needs.filter((path) => !existsSync(dataPath(path)));
  if (missing.length === 0) {
    describe(name, body);
    return;
  }
  const reason = `${name}: skipped because LADING_TEST_DATA (${ROOT}) has no ${missing.join(', ')}`;
  if (process.env['CI'] === undefined || process.env['CI'] === '') {
    describe.skip(reason, () => {
      it('needs the data', () => undefined);
    });
    return;
  }
  it(reason, () => {
    throw new Error('CI must have the public data');
  });
}
