import { putBase64Url } from './base64Url.js';
import { putFromBase64Url, textUnits } from './base64UrlReading.js';
import { keyOfBytes } from './keyOfBytes.js';

describe('base64url inside a longer text', () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

  it('is read where it lies, and refused where another text stands for the same bytes', () => {
    let refused = 0;
    for (const start of ['', 'AAAA']) {
      for (const a of alphabet) {
        for (const b of `${alphabet}=+/.\n\u00e9\u0141`) {
          for (const text of [`${start}${a}${b}`, `${start}Q${a}${b}`, `${start}${b}QQ${a}`]) {
            const out = new Uint8Array(12).fill(7);
            const whole = textUnits(`..${text}..`);
            const expected = Buffer.from(text, 'base64url');
            const isCanonical = expected.toString('base64url') === text;
            const end = putFromBase64Url(out, 1, whole, 2, 2 + text.length);
            if (end !== (isCanonical ? 1 + expected.length : -1)) throw new Error(`${JSON.stringify(text)}: ${end}`);
            if (isCanonical && Buffer.compare(out.subarray(1, end), expected) !== 0) throw new Error(text);
            if (!isCanonical) refused += 1;
          }
        }
      }
    }
    expect(refused).toBeGreaterThan(1000);
    expect(putFromBase64Url(new Uint8Array(9), 4, textUnits('AAAA'), 1, 1)).toBe(4);
  });
});

describe('bytes as base64url', () => {
  it('end where they end, and nothing behind them is touched', () => {
    for (let size = 0; size < 70; size++) {
      const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 37 + size) & 255);
      const expected = Buffer.from(bytes).toString('base64url');
      const out = new Uint8Array(100).fill(7);
      const end = putBase64Url(out, 3, bytes);
      expect(Buffer.from(out.subarray(3, end)).toString()).toBe(expected);
      expect(out.filter((unit) => unit === 7)).toHaveLength(100 - expected.length);
    }
  });
});

describe('bytes as a key', () => {
  it('tell all bytes apart', () => {
    const all = Array.from({ length: 256 }, (_, byte) => keyOfBytes(Uint8Array.of(byte, 255 - byte)));
    expect(new Set(all).size).toBe(256);
    expect(keyOfBytes(Uint8Array.of(0, 65, 255))).toBe('\u0000A\u00ff');
  });
});
