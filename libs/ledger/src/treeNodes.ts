import type { Sha256, TreeNodes } from '@lading/kernel';

/** Nodes that are hashed together. */
const AT_ONCE = 2048;
const PAIR_BYTES = 64;

/** Nodes in memory that only this program knows: pairs are gathered for the machine where it hashes many at once. */
export function plainNodes(count: number, sha256: Sha256): TreeNodes {
  const bytes = new Uint8Array(32 * count);
  const list = new Uint32Array(AT_ONCE);
  const { hashPairs } = sha256;
  const hash = hashPairs === undefined ? oneByOne(bytes, list, sha256) : gathered(bytes, list, hashPairs);
  return { bytes, list, hash };
}

function oneByOne(bytes: Uint8Array, list: Uint32Array, sha256: Sha256): TreeNodes['hash'] {
  return (count) => {
    for (let i = 0; i < count; i++) {
      const node = list[i] as number;
      bytes.set(sha256(bytes.subarray(PAIR_BYTES * node, PAIR_BYTES * (node + 1))), 32 * node);
    }
  };
}

function gathered(bytes: Uint8Array, list: Uint32Array, hashPairs: NonNullable<Sha256['hashPairs']>): TreeNodes['hash'] {
  const pairs = new Uint8Array(PAIR_BYTES * AT_ONCE);
  const digests = new Uint8Array(32 * AT_ONCE);
  return (count) => {
    for (let i = 0; i < count; i++) {
      const node = list[i] as number;
      pairs.set(bytes.subarray(PAIR_BYTES * node, PAIR_BYTES * (node + 1)), PAIR_BYTES * i);
    }
    hashPairs(pairs, count, digests);
    for (let i = 0; i < count; i++) bytes.set(digests.subarray(32 * i, 32 * i + 32), 32 * (list[i] as number));
  };
}
