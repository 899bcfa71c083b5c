import { patienceMs } from './patience.js';

const sized = (bytes: number, count = 1) => Array.from({ length: count }, () => ({ encoded: new Uint8Array(bytes) }));

describe('what waits until blocks are done', () => {
  it('is not what is small, however much of it comes: a steady stream of captures is readable at once', () => {
    expect(patienceMs(sized(2048, 128))).toBe(0);
    expect(patienceMs([])).toBe(0);
  });

  it('is what came in one large piece, and for a moment only when something small waits behind it', () => {
    expect(patienceMs(sized(500_000, 3))).toBe(30_000);
    expect(patienceMs([...sized(500_000, 3), ...sized(600)])).toBe(2000);
  });
});
