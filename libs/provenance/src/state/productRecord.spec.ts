import { gtinOf } from './productRecord.js';

const GTIN = '09520001000015';
const OTHER = '09520001000022';
const of = (rest: string): string => `https://id.gs1.org/01/${rest}`;

describe('the product of an identifier', () => {
  it('is its GTIN whatever was asked for before, of the class and of instances', () => {
    for (const gtin of [GTIN, OTHER, GTIN, GTIN, OTHER]) {
      expect([of(gtin), of(`${gtin}/21/a`), of(`${gtin}/10/L`)].map(gtinOf)).toEqual([gtin, gtin, gtin]);
    }
  });

  it.each([
    ...['-', '', `${GTIN}5`, `${GTIN}5/21/a`, '0952000100001a/21/1', '-             '].map(of),
    ...[`https://id.gs1.org/00/${GTIN}`, 'urn:x:1']
  ])('is none of %s', (uri) => expect(gtinOf(uri)).toBe(''));
});
