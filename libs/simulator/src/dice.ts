/**
 * Chance by key: the same question gets the same answer whatever was asked before, so removing one event from a
 * schedule does not shift the others (spec/consensus.md, "Simulation").
 */
export type Key = number | string;

/** Two 32-bit multiplicative hashes of bytes, started from a key. Fast and well mixed; not cryptographic. */
export function mixBytes(bytes: Uint8Array, key: number): readonly [number, number] {
  let a = (0x811c9dc5 ^ key) >>> 0;
  let b = (0x9e3779b9 + key) >>> 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    a = Math.imul(a ^ byte, 0x01000193);
    b = Math.imul(b + byte + 1, 0x85ebca6b) ^ (b >>> 13);
  }
  return [finish(a), finish(b ^ a)];
}

function finish(value: number): number {
  let x = value >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/** One well mixed word of some numbers. */
export function mixNumbers(...values: readonly number[]): number {
  let x = 0x2545f491;
  for (const value of values) x = finish(Math.imul(x, 31) + value);
  return x;
}

/** 32-byte value derived from two words: stands for a hash where nothing adversarial depends on it. */
export function expand([a, b]: readonly [number, number], size: number): Uint8Array {
  const out = new Uint8Array(size);
  const view = new DataView(out.buffer);
  for (let i = 0; i < size; i += 4) view.setUint32(i, finish(a + Math.imul(i + 1, 0x9e3779b1)) ^ finish(b ^ i));
  return out;
}

export class Dice {
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = finish(seed + 0x6d2b79f5);
  }

  /** Uniform in [0, 1). */
  roll(...keys: readonly Key[]): number {
    let x = this.#seed;
    for (const key of keys) {
      if (typeof key === 'number') x = finish(Math.imul(x, 31) + key);
      else for (let i = 0; i < key.length; i++) x = Math.imul(x ^ key.charCodeAt(i), 0x01000193);
    }
    return finish(x) / 0x100000000;
  }

  chance(probability: number, ...keys: readonly Key[]): boolean {
    return this.roll(...keys) < probability;
  }

  /** Whole number of [low, high]. */
  between(low: number, high: number, ...keys: readonly Key[]): number {
    return low + Math.floor(this.roll(...keys) * (high - low + 1));
  }

  pick<T>(list: readonly T[], ...keys: readonly Key[]): T {
    return list[Math.floor(this.roll(...keys) * list.length)] as T;
  }
}
