import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { VECTORS } from './formatVectors.test-kit.js';

const FOLDER = join(process.cwd(), 'spec', 'vectors');

describe.each(Object.keys(VECTORS))('spec/vectors/%s.json', (name) => {
  const file = join(FOLDER, `${name}.json`);
  const computed = `${JSON.stringify(VECTORS[name]?.(), null, 1)}\n`;

  it('is what this implementation computes: a difference forks the network', () => {
    // A file that is there is never written again: a changed format gets a new tag and a new file.
    if (process.env['LADING_NEW_VECTORS'] === '1' && !existsSync(file)) writeFileSync(file, computed);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(computed));
  });
});
