/** FIPS 180-4 §4.2.2 and §5.3.3: fractional parts of the cube and square roots of the first primes. */
const primes = (count: number): number[] => {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) if (found.every((prime) => n % prime !== 0)) found.push(n);
  return found;
};

/** First 32 bits of the fraction of the k-th root, by whole numbers: no rounding of a floating-point root. */
function rootFraction(prime: number, k: 2n | 3n): number {
  const scaled = BigInt(prime) << (32n * k);
  let low = 0n;
  let high = 1n << 40n;
  while (low < high) {
    const middle = (low + high + 1n) >> 1n;
    if (middle ** k <= scaled) low = middle;
    else high = middle - 1n;
  }
  return Number(low & 0xffffffffn) | 0;
}

export const K: readonly number[] = primes(64).map((prime) => rootFraction(prime, 3n));
export const INITIAL: readonly number[] = primes(8).map((prime) => rootFraction(prime, 2n));

const rotr = (x: number, n: number): number => (x >>> n) | (x << (32 - n));

/** The message schedule of a block (FIPS 180-4 §6.2.2 step 1), each word with its K added. */
function scheduled(block: readonly number[]): readonly number[] {
  const w = [...block];
  for (let i = 16; i < 64; i++) {
    const [a = 0, b = 0, c = 0, d = 0] = [w[i - 15], w[i - 2], w[i - 7], w[i - 16]];
    const s0 = rotr(a, 7) ^ rotr(a, 18) ^ (a >>> 3);
    const s1 = rotr(b, 17) ^ rotr(b, 19) ^ (b >>> 10);
    w.push((d + s0 + c + s1) | 0);
  }
  return w.map((word, i) => (word + (K[i] ?? 0)) | 0);
}

const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);

/** Of the second block of a 64-byte message, which is padding only. */
export const PADDING_WORDS: readonly number[] = scheduled([0x80000000 | 0, ...zeros(14), 8 * 64]);

/** Of the second block of a 65-byte message, by its last byte: all else in that block is padding. */
export const lastByteWords = (byte: number): readonly number[] => scheduled([(byte << 24) | 0x800000, ...zeros(14), 8 * 65]);
