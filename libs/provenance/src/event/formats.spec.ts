import { canonicalNumber } from '../hash/canonicalValue.js';
import { formatUtc, parseDateTime } from './dateTime.js';
import { isUri } from './uri.js';
import { BIZ_STEPS, bareWord, DISPOSITIONS, gs1Word, MEASUREMENTS } from './vocabulary.js';

describe('date-times', () => {
  it.each([
    '1970-01-01T00:00:00Z', '2000-02-29T23:59:59.999Z', '2024-02-29T12:00:00+14:00', '1969-12-31T23:59:59.5Z',
    '2026-06-30T01:02:03.004-05:30', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '2100-03-01T00:00:00Z'
  ])('%s is read as the platform reads it', (text) => expect(parseDateTime(text)).toBe(Date.parse(text)));

  it('agrees with the platform on every day of eight centuries', () => {
    for (let ms = Date.UTC(1600, 0, 1); ms < Date.UTC(2400, 0, 1); ms += 86_400_000 * 9 + 1_234_567) {
      const text = formatUtc(ms);
      expect(parseDateTime(text)).toBe(ms);
    }
  });

  it('rounds half a millisecond up', () => {
    expect(formatUtc(parseDateTime('2023-01-18T11:04:03.1415Z') ?? 0)).toBe('2023-01-18T11:04:03.142Z');
    expect(formatUtc(parseDateTime('2023-01-18T11:04:03.9996Z') ?? 0)).toBe('2023-01-18T11:04:04.000Z');
  });

  it.each([
    '22-07-2026', '2026-02-29T00:00:00Z', '2026-01-01T00:00:00', '2026-01-01', '2026-13-01T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:00:60Z', '2026-01-01T00:00:00+24:00', ' 2026-01-01T00:00:00Z', '2026-04-31T00:00:00Z'
  ])('%s is refused', (text) => expect(parseDateTime(text)).toBeNull());

  it('a leap second is one only at the end of a UTC day', () => {
    expect(parseDateTime('2016-12-31T23:59:60Z')).toBe(Date.UTC(2017, 0, 1));
    expect(parseDateTime('2017-01-01T00:59:60+01:00')).toBe(Date.UTC(2017, 0, 1));
  });
});

describe('URIs', () => {
  it.each([
    'urn:epc:id:sgtin:0614141.107346.2017',
    'https://example.com/a?b=c#d',
    'example:myField',
    'ni:///sha-256;ab?ver=CBV2.0',
    'http://[2001:db8::1]/x',
    'urn:epc:id:sgtin:1.2.98%22'
  ])('%s', (text) => expect(isUri(text)).toBe(true));
  it.each(['myField', '', ':x', 'x:', 'x:?q', '1a:b', 'http://a b', 'urn:x:%2', 'urn:x:ü', 'a:<b>', '@context'])('not %s', (text) =>
    expect(isUri(text)).toBe(false)
  );
});

describe('CBV words', () => {
  it('known values in older spellings are the bare word', () => {
    for (
      const text of [
        'shipping',
        'urn:epcglobal:cbv:bizstep:shipping',
        'https://ref.gs1.org/cbv/BizStep-shipping',
        'cbv:BizStep-shipping'
      ]
    ) {
      expect(bareWord(BIZ_STEPS, text)).toBe('shipping');
    }
    expect(bareWord(DISPOSITIONS, 'urn:epcglobal:cbv:disp:in_transit')).toBe('in_transit');
    expect(gs1Word(MEASUREMENTS, 'gs1:Temperature')).toBe('Temperature');
  });

  it('a value of another vocabulary, or unknown, is not', () => {
    expect(bareWord(BIZ_STEPS, 'urn:epcglobal:cbv:disp:in_transit')).toBeNull();
    expect(bareWord(BIZ_STEPS, 'urn:epcglobal:cbv:bizstep:sailing')).toBeNull();
    expect(bareWord(BIZ_STEPS, 'https://ref.gs1.org/cbv/Disp-active')).toBeNull();
  });
});

describe('numbers in the pre-hash string', () => {
  it.each([
    ['1.0', '1'], ['452.0', '452'], ['0.3434000', '0.3434'], ['1e3', '1000'], ['-0', '0'], ['+5', '5'],
    ['00123', '123'],
    ['12.5e-3', '0.0125'], ['1.25e1', '12.5'], ['-2.50', '-2.5'], ['.5', '0.5'],
    ['9007199254740993', '9007199254740993']
  ])('%s is %s', (text, expected) => expect(canonicalNumber(text)).toBe(expected));
  it.each(['', '.', 'abc', '1.2.3', 'e3', '12a'])('"%s" is none', (text) => expect(canonicalNumber(text)).toBeNull());
});
