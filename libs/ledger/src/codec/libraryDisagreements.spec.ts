import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ED25519_DATA } from '../crypto/ed25519Cases.test-kit.js';
import { libraryTable } from './libraryDisagreements.test-kit.js';
import { describePublicSuite } from './publicData.test-kit.js';

const PAGE = join('docs', 'developers', 'library-disagreements.md');

describePublicSuite('library disagreements', [...ED25519_DATA, 'vectors/json-testsuite'], () => {
  it('are those that the page for developers lists, case by case', () => {
    const table = libraryTable();
    if (process.env['LADING_WRITE_TABLES'] === '1') writeFileSync(PAGE, table);
    expect(existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '').toBe(table);
  });
});
