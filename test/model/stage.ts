import { hash } from 'node:crypto';
import { asHash, concatBytes, equalBytes, ZERO_HASH } from '@lading/kernel';
import type { Hash, Height, Sha256, VerifySignature } from '@lading/kernel';
import { buildBlock, CompactRange, genesisBlock, hashTagged, initialCursors, laneCursorsRoot, leafHash, refsRoot } from '@lading/ledger';
import type { Block, BlockHeader } from '@lading/ledger';
import { messageVoteBytes, withSignature } from '@lading/consensus';
import type { SignedMessage, StoredBatch, UnsignedMessage } from '@lading/consensus';
import { toyConfig } from '../../libs/consensus/src/network.test-kit.js';

/** What all nodes of a replay share: four organizations, one lane in use, one batch for each height, cheap signatures. */

export const VALIDATORS = 4;
export const QUORUM = 3;
export const HEIGHTS = 4;
export const TURN = 2;
export const START_MS = 1_700_000_000_000;
export const STATE_ROOT = asHash(new Uint8Array(32).fill(9));

export const sha256: Sha256 = (data) => new Uint8Array(hash('sha256', data, 'buffer'));
export const keyOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const keyed = (key: Uint8Array, message: Uint8Array): Uint8Array => {
  const half = sha256(concatBytes(key, message));
  return concatBytes(half, half);
};

export const verifyKeyed: VerifySignature = (signature, message, key) => equalBytes(signature, keyed(key, message));

// One batch a block, so that honest blocks of the model and of the core are the same.
export const config = toyConfig(VALIDATORS, { window: 8, turnBlocks: TURN, refsPerLane: 1 });

export const genesis: Block = genesisBlock({
  chainId: config.chainId, name: 'model', nonce: config.chainId, protocolVersion: 1, timeMs: START_MS - 1_000, config,
  constitution: '', bytes: new Uint8Array(0)
});

const batches: StoredBatch[] = [];
for (let seq = 0; seq < HEIGHTS; seq++) {
  const prevBatchHash = batches.at(-1)?.ref.batchHash ?? ZERO_HASH;
  const batchHash = hashTagged('model/batch', [seq], sha256);
  batches.push({ ref: { lane: 0, seq, batchHash }, epoch: 0, prevBatchHash, txCount: 1, sizeBytes: 100 });
}

/** The batch that the block of this height orders, and no other. */
export function batchOf(height: number): StoredBatch {
  const batch = batches[height - 1];
  if (batch === undefined) throw new Error(`the model has no height ${height}`);
  return batch;
}

export function sign<M extends UnsignedMessage>(message: M): M & SignedMessage {
  const key = config.organizations[message.signer]?.validatorKey ?? new Uint8Array(32);
  const signed = withSignature(message, keyed(key, messageVoteBytes(message, config.chainId, sha256)));
  return signed as M & SignedMessage;
}

export function cursorsAfter(height: number) {
  const cursors = initialCursors(VALIDATORS);
  if (height > 0) cursors[0] = { lane: 0, nextSeq: height, lastBatchHash: batchOf(height).ref.batchHash };
  return cursors;
}

export function historyOf(chain: readonly Block[]): CompactRange {
  return chain.reduce((range, block) => range.append(leafHash(block.blockHash, sha256)), CompactRange.empty());
}

/** A block that a leader could make on top of `chain`, which begins with genesis. */
export function makeBlock(
  chain: readonly Block[],
  shape: { readonly originView: number; readonly proposer: number; readonly turnEnd: boolean; readonly delayMs: number }
): Block {
  const parent = chain.at(-1) ?? genesis;
  const height = (parent.header.height + 1) as Height;
  const refs = [batchOf(height).ref];
  const header: BlockHeader = {
    ...parent.header,
    height,
    parentHash: parent.blockHash,
    historyRoot: historyOf(chain).root(),
    originView: shape.originView,
    proposer: shape.proposer,
    timestampMs: Math.max(START_MS, parent.header.timestampMs) + 1 + shape.delayMs,
    refsRoot: refsRoot(refs, sha256),
    refCount: refs.length,
    txCount: refs.length,
    laneCursorsRoot: laneCursorsRoot(cursorsAfter(height), sha256),
    executedHeight: 0 as Height,
    executedStateRoot: STATE_ROOT,
    turnEnd: shape.turnEnd,
    epochEnd: false,
    nextConfigHash: ZERO_HASH
  };
  return buildBlock(header, refs, sha256);
}

export type { Block, Hash };
