import type { Hash, Height, Result, Sha256 } from '@lading/kernel';
import { assert, equalBytes, LIMITS, ok, reject, ZERO_HASH } from '@lading/kernel';
import type { BatchRef } from './batch.js';
import type { Block, BlockHeader, LaneCursor } from './block.js';
import { CborFields, MAX_SIGNER, MAX_U32 } from './cborFields.js';
import { encodeCbor } from './codec/encodeCbor.js';
import type { Genesis } from './config.js';
import { sha256Noble } from './crypto/sha256Noble.js';
import { hashTagged } from './hash.js';
import { emptyRoot, merkleRoot } from './merkle/tree.js';

export type BlockFault = 'BLOCK_MALFORMED' | 'BLOCK_ROOT' | 'BLOCK_REFS';

/** Refs of one block at most. */
export const BLOCK_REFS = LIMITS.validators * LIMITS.refsPerLane;
const HEADER_BYTES = 512;

export function encodeBlockHeader(header: BlockHeader): Uint8Array {
  return encodeCbor([
    'lading/block/1',
    header.chainId,
    header.epoch,
    header.height,
    header.parentHash,
    header.historyRoot,
    header.originView,
    header.proposer,
    header.timestampMs,
    header.refsRoot,
    header.refCount,
    header.txCount,
    header.laneCursorsRoot,
    header.executedHeight,
    header.executedStateRoot,
    header.turnEnd,
    header.epochEnd,
    header.nextConfigHash
  ]);
}

/** Types and ranges of a header; what it refers to is the caller's to check. */
export function decodeBlockHeader(bytes: Uint8Array): Result<BlockHeader, 'BLOCK_MALFORMED'> {
  const fields = CborFields.decode(bytes, 18, 'block header');
  fields.tag('lading/block/1');
  const header: BlockHeader = {
    chainId: fields.hash('chainId'),
    epoch: fields.uint('epoch', MAX_U32),
    height: fields.uint('height') as Height,
    parentHash: fields.hash('parentHash'),
    historyRoot: fields.hash('historyRoot'),
    originView: fields.uint('originView', MAX_U32),
    proposer: fields.uint('proposer', MAX_SIGNER),
    timestampMs: fields.uint('timestampMs'),
    refsRoot: fields.hash('refsRoot'),
    refCount: fields.uint('refCount', BLOCK_REFS),
    txCount: fields.uint('txCount'),
    laneCursorsRoot: fields.hash('laneCursorsRoot'),
    executedHeight: fields.uint('executedHeight') as Height,
    executedStateRoot: fields.hash('executedStateRoot'),
    turnEnd: fields.bool('turnEnd'),
    epochEnd: fields.bool('epochEnd'),
    nextConfigHash: fields.hash('nextConfigHash')
  };
  return fields.fault === null ? ok(header) : reject('BLOCK_MALFORMED', fields.fault);
}

/** H("lading/blockhash/1", header bytes). */
export function blockHash(header: BlockHeader, sha256: Sha256 = sha256Noble): Hash {
  return hashTagged('lading/blockhash/1', [encodeBlockHeader(header)], sha256);
}

/** Leaf data of `refsRoot`: CBOR [lane, seq, batchHash]. */
export function refLeaf(ref: BatchRef): Uint8Array {
  return encodeCbor([ref.lane, ref.seq, ref.batchHash]);
}

export function refsRoot(refs: readonly BatchRef[], sha256: Sha256 = sha256Noble): Hash {
  return merkleRoot(refs.map(refLeaf), sha256);
}

/** Makes a block of a header whose refCount and refsRoot must fit the refs. */
export function buildBlock(header: BlockHeader, refs: readonly BatchRef[], sha256: Sha256 = sha256Noble): Block {
  assert(header.refCount === refs.length && refs.length <= BLOCK_REFS, 'buildBlock: refCount');
  assert(equalBytes(header.refsRoot, refsRoot(refs, sha256)), 'buildBlock: refsRoot');
  const headerBytes = encodeBlockHeader(header);
  const hash = hashTagged('lading/blockhash/1', [headerBytes], sha256);
  const encoded = encodeCbor([headerBytes, refs.map((ref) => [ref.lane, ref.seq, ref.batchHash])]);
  return { header, blockHash: hash, refs, encoded };
}

/** Decodes CBOR [header bytes, [[lane, seq, batchHash]…]] and checks refCount and refsRoot. */
export function decodeBlock(bytes: Uint8Array, sha256: Sha256 = sha256Noble): Result<Block, BlockFault> {
  const fields = CborFields.decode(bytes, 2, 'block');
  const headerBytes = fields.bytesUpTo('header', HEADER_BYTES);
  const refs = fields.list('refs', BLOCK_REFS, readRef);
  if (fields.fault !== null) return reject('BLOCK_MALFORMED', fields.fault);
  const header = decodeBlockHeader(headerBytes);
  if (!header.ok) return header;
  if (header.value.refCount !== refs.length) return reject('BLOCK_ROOT', 'refCount differs from the refs');
  if (!equalBytes(header.value.refsRoot, refsRoot(refs, sha256))) return reject('BLOCK_ROOT', 'refsRoot differs');
  const hash = hashTagged('lading/blockhash/1', [headerBytes], sha256);
  return ok({ header: header.value, blockHash: hash, refs, encoded: bytes });
}

function readRef(list: CborFields): BatchRef {
  const fields = list.nested('ref', 3);
  return { lane: fields.uint('lane', MAX_SIGNER), seq: fields.uint('seq'), batchHash: fields.hash('batchHash') };
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
