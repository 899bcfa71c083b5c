import type { Hash, Height, Result, Sha256 } from '@lading/kernel';
import { assert, equalBytes, ok, reject, ZERO_HASH } from '@lading/kernel';
import type { Block, LaneCursor } from './block.js';
import {
  BATCH_REF, BLOCK_REFS, decodeBlockHeader, encodeBlockHeader, refLeaf, type BatchRef, type BlockHeader
} from './blockHeader.js';
import { CborFields } from './cborFields.js';
import { elementsOf, readRecord, widthOf } from './cborRecord.js';
import { encodeCbor } from './codec/encodeCbor.js';
import type { Genesis } from './config.js';
import { sha256Noble } from './crypto/sha256Noble.js';
import { hashTagged } from './hash.js';
import { merkleRoot } from './merkle/root.js';
import { emptyRoot } from './merkle/tree.js';

export type BlockFault = 'BLOCK_MALFORMED' | 'BLOCK_ROOT' | 'BLOCK_REFS';

const HEADER_BYTES = 512;

export function refsRoot(refs: readonly BatchRef[], sha256: Sha256 = sha256Noble): Hash {
  return merkleRoot(refs.map(refLeaf), sha256);
}

/** Makes a block of a header whose refCount and refsRoot must fit the refs. */
export function buildBlock(header: BlockHeader, refs: readonly BatchRef[], sha256: Sha256 = sha256Noble): Block {
  assert(header.refCount === refs.length && refs.length <= BLOCK_REFS, 'buildBlock: refCount');
  assert(equalBytes(header.refsRoot, refsRoot(refs, sha256)), 'buildBlock: refsRoot');
  const headerBytes = encodeBlockHeader(header);
  const hash = hashTagged('lading/blockhash/1', [headerBytes], sha256);
  const encoded = encodeCbor([headerBytes, refs.map((ref) => elementsOf(BATCH_REF, ref))]);
  return { header, blockHash: hash, refs, encoded };
}

/** Decodes CBOR [header bytes, [[lane, seq, batchHash]…]] and checks refCount and refsRoot. */
export function decodeBlock(bytes: Uint8Array, sha256: Sha256 = sha256Noble): Result<Block, BlockFault> {
  const fields = CborFields.decode(bytes, 2, 'block');
  const headerBytes = fields.bytesUpTo('header', HEADER_BYTES);
  const refs = fields.list('refs', BLOCK_REFS, (list) => readRecord(list.nested('ref', widthOf(BATCH_REF)), BATCH_REF));
  if (fields.fault !== null) return reject('BLOCK_MALFORMED', fields.fault);
  const header = decodeBlockHeader(headerBytes);
  if (!header.ok) return header;
  if (header.value.refCount !== refs.length) return reject('BLOCK_ROOT', 'refCount differs from the refs');
  if (!equalBytes(header.value.refsRoot, refsRoot(refs, sha256))) return reject('BLOCK_ROOT', 'refsRoot differs');
  const hash = hashTagged('lading/blockhash/1', [headerBytes], sha256);
  return ok({ header: header.value, blockHash: hash, refs, encoded: bytes });
}

/** Cursors at the start of an epoch: every lane expects batch 0 after 32 zero bytes. */
export function initialCursors(lanes: number): LaneCursor[] {
  return Array.from({ length: lanes }, (_, lane) => ({ lane, nextSeq: 0, lastBatchHash: ZERO_HASH }));
}

/** Root over CBOR [lane, nextSeq, lastBatchHash] of all lanes, in order. A header carries it AFTER its own refs. */
export function laneCursorsRoot(cursors: readonly LaneCursor[], sha256: Sha256 = sha256Noble): Hash {
  return merkleRoot(
    cursors.map((cursor) => encodeCbor([cursor.lane, cursor.nextSeq, cursor.lastBatchHash])),
    sha256
  );
}

/**
 * The cursors after `refs`. A ref is contiguous iff its seq is the lane's next and its batch names the lane's last
 * batch; `prevHashOf` gives that name where the batch is at hand (null: not at hand, not checked).
 */
export function advanceCursors(
  cursors: readonly LaneCursor[],
  refs: readonly BatchRef[],
  prevHashOf?: (ref: BatchRef) => Hash | null
): Result<LaneCursor[], 'BLOCK_REFS'> {
  const next = [...cursors];
  for (const ref of refs) {
    const cursor = next[ref.lane];
    if (cursor === undefined) return reject('BLOCK_REFS', `no lane ${ref.lane}`);
    if (ref.seq !== cursor.nextSeq) {
      return reject('BLOCK_REFS', `lane ${ref.lane} expects batch ${cursor.nextSeq}, not ${ref.seq}`);
    }
    const previous = prevHashOf?.(ref) ?? null;
    if (previous !== null && !equalBytes(previous, cursor.lastBatchHash)) {
      return reject('BLOCK_REFS', `batch ${ref.seq} of lane ${ref.lane} does not follow the last one`);
    }
    next[ref.lane] = { lane: ref.lane, nextSeq: ref.seq + 1, lastBatchHash: ref.batchHash };
  }
  return ok(next);
}

/** Block 0: no parent, no refs, nothing executed; it fixes the start of the history and the first block time. */
export function genesisBlock(genesis: Genesis, sha256: Sha256 = sha256Noble): Block {
  const none = emptyRoot(sha256);
  return buildBlock(
    {
      chainId: genesis.chainId,
      epoch: 0,
      height: 0 as Height,
      parentHash: ZERO_HASH,
      historyRoot: none,
      originView: 0,
      proposer: 0,
      timestampMs: genesis.timeMs,
      refsRoot: none,
      refCount: 0,
      txCount: 0,
      laneCursorsRoot: laneCursorsRoot(initialCursors(genesis.config.organizations.length), sha256),
      executedHeight: 0 as Height,
      executedStateRoot: ZERO_HASH,
      turnEnd: false,
      epochEnd: false,
      nextConfigHash: ZERO_HASH
    },
    [],
    sha256
  );
}
