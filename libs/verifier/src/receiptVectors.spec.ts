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

describe('spec/vectors/receipt-epochs.json', () => {
  const genesis = Buffer.from(read('genesis')['file'] as string);
  const vector = read('receipt-epochs') as { cases: readonly string[]; refused: readonly { receipt: string }[] };

  it('holds receipts that lead from genesis through every change of the set', () => {
    const found = vector.cases.map((text) => {
      const { proven, facts } = verifyReceipt(text, genesis);
      return `${proven} epoch ${facts?.epoch} height ${facts?.height} by ${facts?.checkpointHeight}`;
    });
    expect(found).toEqual([
      'true epoch 0 height 1 by 1',
      'true epoch 0 height 1 by 5',
      'true epoch 0 height 2 by 2',
      'true epoch 1 height 3 by 4',
      'true epoch 1 height 3 by 5'
    ]);
  });

  it('holds receipts with chains that do not lead there', () => {
    for (const { receipt } of vector.refused) {
      const { verdict, checks } = verifyReceipt(receipt, genesis);
      expect(verdict).toBe('FALSE');
      expect(checks.find(({ name }) => name === 'epochs')?.ok).toBe(false);
    }
  });
});
