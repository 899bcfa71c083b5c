import { encodeUtf8, toHex } from '@lading/kernel';
import { hashTagged } from './hash.js';
import { encodeLinks } from './itemChainWriting.js';

describe('tagged hashes', () => {
  it.each(['', 'provenance/item/https://id.gs1.org/00/1', 'é', 'a\u{1F600}b', 'x'.repeat(600), `${'y'.repeat(5000)}ü`])(
    'are the same of a text and of its UTF-8, behind and before other parts: %j',
    (text) => {
      const bytes = encodeUtf8(text) ?? new Uint8Array(0);
      const [before, after] = [Uint8Array.of(1, 2, 3), 77];
      expect(toHex(hashTagged('test/1', [before, text, after]))).toBe(toHex(hashTagged('test/1', [before, bytes, after])));
    }
  );

  it('assert that a text has UTF-8', () => {
    expect(() => hashTagged('test/1', ['half \ud800'])).toThrow('lone surrogate');
  });
});

describe('links', () => {
  it.each([3, 8, 9, 40])('are encoded the same in whatever order and however often they are given: %d of them', (count) => {
    const role = (i: number): string => (i % 2 === 0 ? 'epc' : 'childEPC');
    const links = Array.from({ length: count }, (_, i) => ({ role: role(i), itemKey: `urn:x:${(i * 7) % count}` }));
    const event = { type: 'ObjectEvent', action: 'ADD', bizStep: '' };
    const ascending = [...links].sort((a, b) => (a.role + a.itemKey < b.role + b.itemKey ? -1 : 1));
    const told = toHex(encodeLinks({ ...event, links: ascending }));
    expect(toHex(encodeLinks({ ...event, links }))).toBe(told);
    expect(toHex(encodeLinks({ ...event, links: [...links, ...ascending].reverse() }))).toBe(told);
  });
});
