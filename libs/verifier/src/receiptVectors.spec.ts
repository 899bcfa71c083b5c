import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyReceipt } from './verifyReceipt.js';

const read = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(process.cwd(), 'spec', 'vectors', `${name}.json`), 'utf8')) as Record<string, unknown>;

describe('spec/vectors/receipt.json', () => {
  const genesis = Buffer.from(read('genesis')['file'] as string);
  const cases = read('receipt')['cases'] as readonly string[];

  it('holds receipts that anyone can verify with the genesis file of genesis.json, whatever their outcome', () => {
    const outcomes = cases.map((text) => {
      const { proven, facts } = verifyReceipt(text, genesis);
      return `${proven} ${facts?.height}/${facts?.index} ${facts?.outcome.status} ${facts?.outcome.code}`;
    });
    expect(outcomes).toEqual([
      'true 1/0 APPLIED ',
      'true 1/1 REJECTED NOT_HOLDER',
      'true 1/2 RECORDED AFTER_FINAL',
      'true 2/0 APPLIED '
    ]);
  });
});
