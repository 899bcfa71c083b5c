import type { Hash, Sha256 } from '@lading/kernel';
import { assert } from '@lading/kernel';
import { encodeBlockHeader, type BlockHeader } from '../blockHeader.js';
import type { CheckpointCertificate } from '../certificate.js';
import { encodeCheckpoint } from '../certificateCodec.js';
import { sha256Noble } from '../crypto/sha256Noble.js';
import { consistencyPath, inclusionPath } from '../merkle/paths.js';
import { leafHash } from '../merkle/tree.js';
import type { ConsistencyProof, EpochLink } from './shapes.js';

/** A certified block. */
export interface CertifiedHeader {
  readonly header: BlockHeader;
  readonly checkpoint: CheckpointCertificate;
}

/**
 * Proof that the history of `to` extends that of `from` (spec/proofs.md 6.1). `blockHashes`: of heights 0 … height of `to` − 1;
 * `epochs`: every epoch that ends up to the checkpoint of `to`.
 */
export function buildConsistency(
  from: CertifiedHeader,
  to: CertifiedHeader,
  blockHashes: readonly Hash[],
  epochs: readonly EpochLink[],
  sha256: Sha256 = sha256Noble
): ConsistencyProof {
  const [oldSize, newSize] = [from.header.height, to.header.height];
  assert(oldSize >= 1 && oldSize <= newSize && blockHashes.length === newSize, 'buildConsistency: heights');
  const leaves = blockHashes.map((hash) => leafHash(hash, sha256));
  return {
    fromHeader: encodeBlockHeader(from.header),
    fromCheckpoint: encodeCheckpoint(from.checkpoint),
    toHeader: encodeBlockHeader(to.header),
    toCheckpoint: encodeCheckpoint(to.checkpoint),
    consistencyPath: consistencyPath(leaves, oldSize, sha256),
    inclusionPath: oldSize === newSize ? [] : inclusionPath(leaves, oldSize, sha256),
    epochs
  };
}
