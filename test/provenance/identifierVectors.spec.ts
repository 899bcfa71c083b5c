import { canonicalItem, parseDigitalLink, parseGs1, toEpcUrn } from '@lading/provenance';
import { describeWithData } from '../fixtures/data.js';
import { jsonOf } from './files.js';

interface Conversion {
  readonly scheme: string;
  readonly op: string;
  readonly input: string;
  readonly gcpLength: number | null;
  readonly expected: string | null;
  readonly valid: boolean;
  readonly disputed?: string;
}

const cases = <T>(name: string): readonly T[] => (jsonOf(`identifier-vectors/${name}.json`) as { cases: T[] }).cases;

describeWithData('identifier vectors', () => {
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

  it('URN → Digital Link', () => {
    const rows = cases<Conversion>('openepcis-epc-dl-conversion').filter(
      (row) => /^toURI/.test(row.op) && !row.disputed
    );
    const wrong = rows.filter(({ input, expected }) => {
      const id = parseGs1(input);
      return (id.ok ? (id.value?.uri ?? null) : null) !== expected;
    });
    expect(rows).toHaveLength(137);
    // "/" and "%" bare inside a value are not percent-encoded by the vectors; the empty class reference is no CPI.
    expect(wrong.map((row) => row.input)).toEqual([
      'urn:epc:id:cpi:6282274.234748947/.94304',
      'urn:epc:idpat:cpi:164759476414..*',
      'urn:epc:class:lgtin:4384738478.734.8484892%',
      'urn:epc:class:lgtin:4384738478.734.8484892%'
    ]);
  });

  it('Digital Link → URN, where the length of the company prefix is given', () => {
    const rows = cases<Conversion>('openepcis-epc-dl-conversion').filter(
      (row) => /^toURN/.test(row.op) && !row.disputed && row.gcpLength !== null && row.valid
    );
    const wrong = rows.filter(({ input, expected, gcpLength }) => {
      const id = parseDigitalLink(input, { checkDigits: false });
      return !id.ok || id.value === null || toEpcUrn(id.value, gcpLength ?? 0) !== expected;
    });
    expect(rows).toHaveLength(45);
    // Bare "#" and "/" inside values cannot be told from the end of the path: such links are ambiguous.
    expect(wrong.map((row) => row.input)).toEqual([
      'https://id.gs1.org/8010/4748374/23748#94//8011/94304',
      'https://id.gs1.org/8010/8585885039434/38',
      'https://id.gs1.org/01/74778478489849/10//777474',
      'https://id.gs1.org/01/74778478489849/10//777474'
    ]);
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
