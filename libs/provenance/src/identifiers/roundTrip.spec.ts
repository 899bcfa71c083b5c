import fc from 'fast-check';
import {
  aiEntry, canonicalUri, checkDigit, digitalLinkOf, epcUrnOf, parseEpcUrn, readDigitalLink, scanUri, type AiElement
} from '../index.js';

/** Digits of a key between its leading digit and its check digit, and where the company prefix begins. */
const NUMERIC: Readonly<Record<string, { readonly size: number; readonly lead: 'any' | 'zero' | 'none' }>> = {
  '00': { size: 18, lead: 'any' },
  '01': { size: 14, lead: 'any' },
  '253': { size: 13, lead: 'none' },
  '255': { size: 13, lead: 'none' },
  '402': { size: 17, lead: 'none' },
  '414': { size: 13, lead: 'none' },
  '417': { size: 13, lead: 'none' },
  '8003': { size: 14, lead: 'zero' },
  '8006': { size: 14, lead: 'any' },
  '8017': { size: 18, lead: 'none' },
  '8018': { size: 18, lead: 'none' }
};

const KEYS = [...Object.keys(NUMERIC), '401', '8004', '8010'];

const SET_82 = [...'!"%&\'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz'];
const digits = (size: number) => fc.stringMatching(new RegExp(`^\\d{${size}}$`));
const text = (max: number) => fc.array(fc.constantFrom(...SET_82), { minLength: 1, maxLength: max }).map((chars) => chars.join(''));

/** The value of a numeric key, check digit included. */
const numeric = (ai: string): fc.Arbitrary<string> => {
  const { size, lead } = NUMERIC[ai] as { size: number; lead: string };
  return digits(size - 1).map((raw) => {
    const body = lead === 'zero' ? raw.slice(1) : raw;
    return (lead === 'zero' ? '0' : '') + body + checkDigit(body);
  });
};

const key = (ai: string): fc.Arbitrary<readonly AiElement[]> => {
  const one = (value: string, ...rest: AiElement[]): readonly AiElement[] => [{ ai, value }, ...rest];
  switch (ai) {
    case '01':
      return fc.tuple(numeric(ai), fc.constantFrom('10', '21', '235'), text(20)).map(([gtin, by, value]) => one(gtin, { ai: by, value }));
    case '414':
      return fc.tuple(numeric(ai), text(20)).map(([gln, value]) => one(gln, { ai: '254', value }));
    case '253':
    case '8003':
      return fc.tuple(numeric(ai), text(16)).map(([value, serial]) => one(value + serial));
    case '255':
      return fc.tuple(numeric(ai), digits(12)).map(([value, serial]) => one(value + serial));
    case '8006':
      return fc.tuple(numeric(ai), text(20)).map(([gtin, value]) => one(`${gtin}0203`, { ai: '21', value }));
    case '401':
    case '8004':
      return fc.tuple(digits(12), text(18)).map(([prefix, reference]) => one(prefix + reference));
    case '8010':
      return fc
        .tuple(digits(12), fc.stringMatching(/^[A-Z0-9#/-]{1,18}$/), fc.integer({ min: 1, max: 999_999 }))
        .map(([prefix, part, serial]) => one(prefix + part, { ai: '8011', value: String(serial) }));
    default:
      return numeric(ai).map((value) => one(value));
  }
};

describe('every key of EPCs', () => {
  it.each(KEYS)('(%s): link, URN and scan name one thing, for every length of the company prefix', (ai) => {
    expect(aiEntry(ai)?.qualifiers).not.toBeNull();
    fc.assert(
      fc.property(key(ai), fc.integer({ min: 6, max: 12 }), (elements, length) => {
        const link = digitalLinkOf(elements);
        if (!link.ok) throw new Error(`${link.code} ${link.detail}`);
        // A SGLN whose extension is "0" is the location itself; in a URN nothing else can be said.
        fc.pre(!(ai === '414' && elements[1]?.value === '0'));
        expect(canonicalUri(link.value)).toBe(link.value);
        expect(scanUri(link.value)).toEqual({ ok: true, value: link.value });
        expect(readDigitalLink(link.value)).toEqual({ ok: true, value: elements });
        const urn = epcUrnOf(link.value, () => length);
        expect(urn).toMatch(/^urn:epc:(?:id|class):[a-z]+:\d{6,12}\./);
        const back = parseEpcUrn(urn ?? '');
        expect(back.ok && back.value?.uri).toBe(link.value);
      }),
      { seed: 20_260_101, numRuns: 100 }
    );
  });
});
