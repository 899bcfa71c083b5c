import { canonicalItem, parseDigitalLink, parseGs1 } from '@lading/provenance';
import { describeWithData } from '../fixtures/data.js';
import { jsonOf } from './files.js';

const cases = <T>(name: string): readonly T[] => (jsonOf(`identifier-vectors/${name}.json`) as { cases: T[] }).cases;

describeWithData('canonical forms of published identifiers', () => {
  it('EPC URNs and Digital Links of any domain have one canonical form', () => {
    const rows = cases<{ input: unknown; expected: string | null }>('ralphtro-dl-normaliser');
    for (const { input: value, expected } of rows) {
      const input = String(value);
      // The reference normalises wrong check digits, too; so does the event hash, and this is its function.
      const id = input.startsWith('http') ? parseDigitalLink(input, { checkDigits: false }) : parseGs1(input);
      expect([input, id.ok ? (id.value?.uri ?? null) : null]).toEqual([input, expected]);
    }
    expect(rows).toHaveLength(51);
  });

  it('identifiers outside GS1 keep their text', () => {
    const rows = jsonOf('identifier-vectors/opentraceability-epc_tests.json') as { epc: string }[];
    for (const { epc } of rows) {
      const item = canonicalItem(epc, 'class');
      const upperEscapes = epc.replace(/%[0-9a-f]{2}/g, (escape) => escape.toUpperCase());
      expect(item.ok && item.value.uri).toBe(upperEscapes);
    }
  });
});
