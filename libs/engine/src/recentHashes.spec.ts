import { RecentHashes } from './recentHashes.js';

/** All hashes of one `start` begin alike, so that searches meet. */
function hash(n: number, start = n): Uint8Array {
  const bytes = new Uint8Array(32);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, start, true);
  view.setUint32(28, n, true);
  return bytes;
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

describe('RecentHashes', () => {
  it('remembers half of its capacity at least and all of it at most, however many come', () => {
    const hashes = new RecentHashes(100);
    for (let n = 0; n < 1234; n++) {
      hashes.add(hash(n));
      const known = range(0, n + 1).filter((each) => hashes.has(hash(each)));
      expect(known).toEqual(range(n + 1 - known.length, n + 1));
      expect(known.length).toBeGreaterThanOrEqual(Math.min(n + 1, 50));
      expect(known.length).toBeLessThanOrEqual(100);
    }
  });

  it('tells hashes apart that differ in their last bytes only', () => {
    const hashes = new RecentHashes(64);
    for (const n of range(0, 30)) hashes.add(hash(n, 7));
    expect(range(0, 40).filter((n) => hashes.has(hash(n, 7)))).toEqual(range(0, 30));
  });

  it('goes on from the first place where a search reaches the last', () => {
    const hashes = new RecentHashes(16);
    for (const n of range(0, 6)) hashes.add(hash(n, 0xffff_ffff));
    expect(range(0, 9).filter((n) => hashes.has(hash(n, 0xffff_ffff)))).toEqual(range(0, 6));
  });

  it('takes no second place for a hash that comes again', () => {
    const hashes = new RecentHashes(4);
    for (const n of [1, 1, 1, 1, 1, 2]) hashes.add(hash(n));
    expect([hashes.has(hash(1)), hashes.has(hash(2))]).toEqual([true, true]);
  });

  it('keeps what it was told: the bytes may change afterwards', () => {
    const hashes = new RecentHashes(4);
    const bytes = hash(5);
    hashes.add(bytes);
    bytes.fill(0);
    expect([hashes.has(hash(5)), hashes.has(bytes)]).toEqual([true, false]);
  });

  it('knows nothing after it was emptied, in neither of its halves', () => {
    const hashes = new RecentHashes(4);
    for (const n of range(0, 5)) hashes.add(hash(n));
    hashes.clear();
    expect(range(0, 5).filter((n) => hashes.has(hash(n)))).toEqual([]);
    hashes.add(hash(9));
    expect(hashes.has(hash(9))).toBe(true);
  });
});
