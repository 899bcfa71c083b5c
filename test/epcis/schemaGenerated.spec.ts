import { join } from 'node:path';
import { describeWithData } from '../fixtures/data.js';
import { figure } from '../e2e/figures.js';
import { tableAfter } from '../provenance/files.js';
import { root } from '../tidy/repository.js';
import { compareMany } from './schemaComparison.js';

/** `npm run show:schema` compares more; the seeds begin at 1 in both, so that a difference can be met again. */
const COUNT = process.env['LADING_FIGURES'] === undefined ? 2_000 : 25_000;

describeWithData('generated documents against the published schema', () => {
  const reasons = tableAfter(join(root, 'docs/developers/formats.md'), '## Events beside the JSON schema');

  it(`our verdict is the schema's on ${COUNT} documents, but for differences with a reason`, () => {
    const { valid, invalid, explained, unexplained } = compareMany(COUNT, 1);
    expect(unexplained.slice(0, 3)).toEqual([]);
    const listed = new Set(reasons.map(([name]) => name));
    expect(Object.keys(explained).filter((reason) => !listed.has(reason))).toEqual([]);
    const differing = Object.values(explained).reduce((sum, count) => sum + count, 0);
    process.stdout.write(
      `  ${COUNT} documents: ${valid} valid and ${invalid} invalid for both, ${differing} with a reason ${JSON.stringify(explained)}\n`
    );
    // Both verdicts must be well represented, or the comparison says nothing.
    expect(Math.min(valid, invalid)).toBeGreaterThan(COUNT / 5);
    figure('documents compared with the JSON schema', COUNT, 'documents', { atLeast: 20_000 });
    figure('differences without a reason', unexplained.length, 'documents', { exactly: 0 });
  }, 600_000);
});
