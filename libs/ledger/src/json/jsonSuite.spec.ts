import { readdirSync, readFileSync } from 'node:fs';
import { dataPath, describePublicSuite, readVectors } from '../codec/publicData.test-kit.js';
import { toPlainJson } from './node.js';
import { scanJson, type ScanOptions } from './scanJson.js';

interface ProfileCase {
  readonly suite: string;
  readonly file: string;
  readonly rfc8259: string;
  readonly ledger: string;
}

const SUITE = 'vectors/json-testsuite';

const folder = (suite: string): string => dataPath(SUITE, suite);
const files = (suite: string): string[] => readdirSync(folder(suite)).sort();
const bytesOf = (suite: string, file: string): Uint8Array => {
  return Uint8Array.from(readFileSync(`${folder(suite)}/${file}`));
};

function answer(suite: string, file: string, profile: NonNullable<ScanOptions['profile']>): string {
  const result = scanJson(bytesOf(suite, file), { profile });
  return result.ok ? 'accept' : result.code;
}

describePublicSuite('JSONTestSuite', [SUITE], () => {
  const profile = readVectors<{ cases: ProfileCase[] }>('json-profile.json').cases;
  const listed = new Map(profile.map((one) => [`${one.suite}/${one.file}`, one]));
  const parsing = files('test_parsing');

  it('is whole: 63 to accept, 119 to refuse, 24 left open, 15 to transform', () => {
    const count = (prefix: string): number => parsing.filter((file) => file.startsWith(prefix)).length;
    expect([count('y_'), count('n_'), count('i_'), files('test_transform').length]).toEqual([63, 119, 24, 15]);
  });

  it('has every y_ file accepted under RFC 8259', () => {
    const wrong = parsing.filter((file) => {
      return file.startsWith('y_') && answer('test_parsing', file, 'rfc8259') !== 'accept';
    });
    expect(wrong).toEqual([]);
  });

  it.each(['rfc8259', 'ledger'] as const)('has every n_ file refused under %s', (rules) => {
    const wrong = parsing.filter((file) => file.startsWith('n_') && answer('test_parsing', file, rules) === 'accept');
    expect(wrong).toEqual([]);
  });

  it('has every open case, every transformation and every refusal of our own written down, and no other', () => {
    const open = parsing.filter((file) => {
      return file.startsWith('i_') || (file.startsWith('y_') && answer('test_parsing', file, 'ledger') !== 'accept');
    });
    const expected = [
      ...open.map((file) => `test_parsing/${file}`),
      ...files('test_transform').map((file) => `test_transform/${file}`)
    ];
    expect([...listed.keys()].sort()).toEqual(expected.sort());
  });

  it.each(profile)('answers $suite/$file as the profile says', ({ suite, file, rfc8259, ledger }) => {
    expect(answer(suite, file, 'rfc8259')).toBe(rfc8259);
    expect(answer(suite, file, 'ledger')).toBe(ledger);
  });

  it('reads the same values as JSON.parse in every y_ file', () => {
    for (const file of parsing.filter((name) => name.startsWith('y_'))) {
      const bytes = bytesOf('test_parsing', file);
      const result = scanJson(bytes, { profile: 'rfc8259' });
      if (!result.ok) throw new Error(`${file}: ${result.code}`);
      const expected: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
      expect(JSON.stringify(toPlainJson(result.value))).toBe(JSON.stringify(expected));
    }
  });
});
