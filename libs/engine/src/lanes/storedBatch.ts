import type { StoredBatch } from '@lading/consensus';
import type { Sha256, VerifySignature } from '@lading/kernel';
import { CborFields, decodeBatchHeader, nextConfigOf } from '@lading/ledger';
import type { Batch, BatchHeader, EpochConfig } from '@lading/ledger';

export interface BatchContext {
  /** Of the batch's epoch. */
  readonly config: EpochConfig;
  readonly verify: VerifySignature;
  readonly sha256: Sha256;
}

/** What the core is told of a batch that is on disk. */
export function storedBatchOf(batch: Batch, { config, verify, sha256 }: BatchContext): StoredBatch {
  const nextConfig = nextConfigOf(batch, config, verify, sha256);
  return {
    ref: { lane: batch.header.lane, seq: batch.header.seq, batchHash: batch.batchHash },
    epoch: batch.header.epoch,
    prevBatchHash: batch.header.prevBatchHash,
    txCount: batch.header.txCount,
    sizeBytes: batch.encoded.length,
    ...(nextConfig === null ? {} : { nextConfig })
  };
}

/** The header of an encoded batch, nothing of it verified; null when it does not decode. */
export function peekBatchHeader(encoded: Uint8Array): BatchHeader | null {
  const fields = CborFields.decode(encoded, 3, 'batch');
  const headerBytes = fields.bytesUpTo('header', 1024);
  if (headerBytes.length === 0) return null;
  const header = decodeBatchHeader(headerBytes);
  return header.ok ? header.value : null;
}
