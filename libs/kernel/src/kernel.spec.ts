import {
  assert, compareBytes, concatBytes, decodeUtf8, encodeUtf8, equalBytes, fromBase64Url, fromHex, toBase64Url, toHex, u32be, u64be
} from './index.js';

describe('base64url', () => {
  it('round-trips every length and refuses second texts of one value', () => {
    for (let size = 0; size < 70; size++) {
      const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 37 + size) & 255);
      const text = toBase64Url(bytes);
      expect(text).toBe(Buffer.from(bytes).toString('base64url'));
      expect(fromBase64Url(text)).toEqual(bytes);
    }
    for (const bad of ['A', 'AB', 'AA=', 'AA ', 'A+', 'A/', 'AAB', 'é', 'AAAAA']) expect(fromBase64Url(bad)).toBeNull();
  });
});

describe('UTF-8', () => {
  it('agrees with the platform on well-formed text', () => {
    for (const text of ['', 'a', 'é', '€', '😀', 'x'.repeat(10_000), 'a\u0000b', '\u{10ffff}\uffff']) {
      const bytes = encodeUtf8(text);
      expect(Buffer.from(bytes as Uint8Array)).toEqual(Buffer.from(text));
      expect(decodeUtf8(bytes as Uint8Array)).toBe(text);
    }
  });

  it('agrees with a fatal TextDecoder on every two- and three-byte sequence', () => {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const expected = (bytes: Uint8Array): string | null => {
      try {
        return decoder.decode(bytes);
      } catch {
        return null;
      }
    };
    for (let a = 0x7f; a < 256; a++)
      for (let b = 0x70; b < 256; b++) {
        const two = Uint8Array.of(a, b);
        if (decodeUtf8(two) !== expected(two)) throw new Error(toHex(two));
        for (const c of [0x41, 0x7f, 0x80, 0x9f, 0xa0, 0xbf, 0xc0])
          for (const tail of [[c], [c, 0x80], [c, 0xbf]]) {
            const bytes = Uint8Array.of(a, b, ...tail);
            if (decodeUtf8(bytes) !== expected(bytes)) throw new Error(toHex(bytes));
          }
      }
    expect(decodeUtf8(Uint8Array.of(0xc0, 0x80))).toBeNull();
  });

  it('refuses lone surrogates', () => {
    for (const text of ['\ud800', '\udc00', 'a\ud800b', '\ud800\ud800']) expect(encodeUtf8(text)).toBeNull();
  });
});

describe('bytes', () => {
  it('writes big-endian integers and refuses what does not fit', () => {
    expect(toHex(u32be(0x01020304))).toBe('01020304');
    expect(toHex(u64be(2 ** 53 - 1))).toBe('001fffffffffffff');
    for (const bad of [-1, 0.5, 2 ** 32]) expect(() => u32be(bad)).toThrow('out of range');
    expect(() => u64be(2 ** 53)).toThrow('out of range');
  });

  it('compares, concatenates and reads hex', () => {
    const a = Uint8Array.of(1, 2);
    expect(compareBytes(a, Uint8Array.of(1, 3))).toBeLessThan(0);
    expect(compareBytes(a, Uint8Array.of(1))).toBeGreaterThan(0);
    expect(equalBytes(a, concatBytes(Uint8Array.of(1), Uint8Array.of(2)))).toBe(true);
    expect(equalBytes(a, Uint8Array.of(1, 2, 3))).toBe(false);
    expect(fromHex('0aff')).toEqual(Uint8Array.of(10, 255));
    for (const bad of ['0', '0A', 'zz']) expect(fromHex(bad)).toBeNull();
  });

  it('assert names the broken invariant', () => {
    expect(() => assert(false, 'x must hold')).toThrow('x must hold');
  });
});
