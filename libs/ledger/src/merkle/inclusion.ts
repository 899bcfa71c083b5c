import type { Sha256 } from '@lading/kernel';
import { equalBytes } from '@lading/kernel';
import { sha256Noble } from '../crypto/sha256Noble.js';
import { nodeHash } from './tree.js';

/** `index` and `size` must come from a hashed structure, never from the proof (spec/encoding.md §5). */
export interface InclusionClaim {
  readonly leafHash: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly path: readonly Uint8Array[];
  readonly root: Uint8Array;
}

/** RFC 9162 §2.1.3.2. False for anything malformed; arithmetic, not shifts: sizes go beyond 2^32. */
export function verifyInclusion(claim: InclusionClaim, sha256: Sha256 = sha256Noble): boolean {
  const { index, size, path } = claim;
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false;
  if (claim.leafHash.length !== 32) return false;
  let at = index;
  let last = size - 1;
  let hash = claim.leafHash;
  for (const beside of path) {
    if (beside.length !== 32 || last === 0) return false;
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(beside, hash, sha256);
      while (at % 2 === 0 && at !== 0) {
        at /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      hash = nodeHash(hash, beside, sha256);
    }
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && equalBytes(hash, claim.root);
}
