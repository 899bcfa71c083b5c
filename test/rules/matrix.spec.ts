import { join } from 'node:path';
import { RULE_SHEETS } from '@lading/provenance';
import { tableAfter } from '../provenance/files.js';
import { root } from '../tidy/repository.js';

const SPEC = join(root, 'spec/provenance.md');

describe('the rules of spec/provenance.md', () => {
  const unusual = RULE_SHEETS.flatMap(({ codes }) =>
    Object.entries(codes).map(([code, { open, custody, pharma, food }]) => [code, open, custody, pharma, food])
  ).filter(([, ...modes]) => modes.join() !== 'history,refuse,refuse,refuse');

  it('the matrix of 7.1 is the one that the contract uses', () => {
    expect(tableAfter(SPEC, '7.1 **Matrix.**')).toEqual(unusual);
  });

  it('the table of section 7 names every rule, each with its codes', () => {
    const rows = new Map(tableAfter(SPEC, '## 7. Rules').map(([rule = '', , codes = '']) => [rule, codes]));
    for (const { rule, codes } of RULE_SHEETS) {
      if (rule === 'common') continue;
      const named = rows.get(rule) ?? `${rule} is missing`;
      for (const code of Object.keys(codes)) expect(named).toContain(code);
    }
    expect(rows.size).toBe(25);
  });
});
