import type { Hash, Result, Sha256 } from '@lading/kernel';
import { LIMITS } from '@lading/kernel';
import { COLUMN, decodeFormat, elementsOf, encodeFormat, type RecordOf } from './cborRecord.js';
import { encodeCbor } from './codec/encodeCbor.js';
import { sha256Noble } from './crypto/sha256Noble.js';
import { hashTagged } from './hash.js';

/** Refs of one block at most. */
export const BLOCK_REFS = LIMITS.validators * LIMITS.refsPerLane;

/** spec/ledger.md 4.4: the hashed header. */
const BLOCK_HEADER = {
  tag: 'lading/block/1',
  what: 'block header',
  fault: 'BLOCK_MALFORMED',
  table: {
    chainId: COLUMN.hash,
    epoch: COLUMN.u32,
    height: COLUMN.height,
    parentHash: COLUMN.hash,
    /** RFC 9162 root over the block hashes 0 … height−1. */
    historyRoot: COLUMN.hash,
    originView: COLUMN.u32,
    /** Index into the epoch's organizations. */
    proposer: COLUMN.signer,
    /** Milliseconds since 1970, strictly increasing. */
    timestampMs: COLUMN.uint,
    refsRoot: COLUMN.hash,
    refCount: COLUMN.upTo(BLOCK_REFS),
    txCount: COLUMN.uint,
    laneCursorsRoot: COLUMN.hash,
    executedHeight: COLUMN.height,
    executedStateRoot: COLUMN.hash,
    turnEnd: COLUMN.bool,
    epochEnd: COLUMN.bool,
    nextConfigHash: COLUMN.hash
  }
} as const;
export type BlockHeader = RecordOf<(typeof BLOCK_HEADER)['table']>;

export const encodeBlockHeader = (header: BlockHeader): Uint8Array => encodeFormat(BLOCK_HEADER, header);
/** Types and ranges of a header; what it refers to is the caller's to check. */
export const decodeBlockHeader = (bytes: Uint8Array): Result<BlockHeader, 'BLOCK_MALFORMED'> => decodeFormat(BLOCK_HEADER, bytes);

/** H("lading/blockhash/1", header bytes). */
export function blockHash(header: BlockHeader, sha256: Sha256 = sha256Noble): Hash {
  return hashTagged('lading/blockhash/1', [encodeBlockHeader(header)], sha256);
}

/** What a block orders: CBOR [lane, seq, batchHash]. */
export const BATCH_REF = { lane: COLUMN.signer, seq: COLUMN.uint, batchHash: COLUMN.hash } as const;
export type BatchRef = RecordOf<typeof BATCH_REF>;

/** Leaf data of `refsRoot`. */
export const refLeaf = (ref: BatchRef): Uint8Array => encodeCbor(elementsOf(BATCH_REF, ref));
