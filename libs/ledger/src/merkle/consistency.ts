import type { Sha256 } from '@lading/kernel';
import { sha256Noble } from '../crypto/sha256Noble.js';
import { verifySubtreeConsistency } from './subtree.js';

export interface ConsistencyClaim {
  readonly oldSize: number;
  readonly newSize: number;
  readonly oldRoot: Uint8Array;
  readonly newRoot: Uint8Array;
  readonly path: readonly Uint8Array[];
}

/** RFC 9162 §2.1.4.2. False when `oldSize` is 0: that claim says nothing. */
export function verifyConsistency(claim: ConsistencyClaim, sha256: Sha256 = sha256Noble): boolean {
  const { oldSize, newSize, oldRoot, newRoot, path } = claim;
  const claimed = { start: 0, end: oldSize, size: newSize, hash: oldRoot, root: newRoot, path };
  return oldSize > 0 && verifySubtreeConsistency(claimed, sha256);
}
