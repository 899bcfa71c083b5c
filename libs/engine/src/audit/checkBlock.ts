import { equalBytes, ZERO_HASH } from '@lading/kernel';
import type { Hash } from '@lading/kernel';
import {
  advanceCursors,
  configHash,
  decodeBlock,
  decodeCommitProof,
  laneCursorsRoot,
  nextConfigOf,
  successorConfig,
  verifyCommitProof
} from '@lading/ledger';
import type { Batch, BatchRef, Block, CompactRange, EpochConfig, LaneCursor } from '@lading/ledger';
import { checkPayload } from './checkPayload.js';
import type { CheckTools } from './checkTools.js';
import type { Finding } from './finding.js';
import type { BlockRows } from '../auditSource.js';

export type { CheckTools } from './checkTools.js';

/** What the blocks before say about this one; null where they were damaged themselves. */
export interface Before {
  readonly height: number;
  readonly blockHash: Hash | null;
  readonly timestampMs: number | null;
  readonly cursors: readonly LaneCursor[] | null;
  /** Start of the block's epoch; absent when it is not known. */
  readonly epochStart?: number;
  /** Over the hashes of all blocks before; absent or null when they are not known. */
  readonly history?: CompactRange | null;
}

export interface CheckedBlock {
  readonly findings: readonly Finding[];
  readonly block: Block | null;
  /** Null when a batch or transaction is missing or damaged: the block cannot be executed again. */
  readonly batches: readonly Batch[] | null;
}

/**
 * Everything about a block that its own rows and the blocks before decide: hashes, links, roots, signatures, commit
 * proof. Outcomes, their root and the state root need the state: replay.ts. Never throws on damaged bytes.
 */
export function checkBlock(rows: BlockRows, before: Before, tools: CheckTools): CheckedBlock {
  const findings: Finding[] = [];
  const key = String(rows.block.height);
  const note = (what: string): void => void findings.push({ table: 'block', key, what });
  const decoded = decodeBlock(rows.block.encoded, tools.sha256);
  if (!decoded.ok) {
    note(`the encoded block does not decode: ${decoded.code}`);
    return { findings, block: null, batches: null };
  }
  const block = decoded.value;
  if (!equalBytes(block.blockHash, rows.block.blockHash)) note('block_hash is not the hash of the encoded header');
  if (block.header.height !== rows.block.height) note('height differs from the header');
  if (rows.block.txCount !== undefined && rows.block.txCount !== block.header.txCount) note('tx_count differs from the header');
  for (const what of linkFaults(block, before, tools)) note(what);
  for (const what of proofFaults(rows, block, tools)) note(what);
  const { batches, findings: payload } = checkPayload(rows, block, tools);
  findings.push(...payload);
  for (const what of cursorFaults(block, batches, before, tools)) note(what);
  if (batches !== null) for (const what of epochFaults(block, batches, before, tools)) note(what);
  return { findings, block, batches };
}

/** spec/ledger.md 7.6: whether the block ends its epoch, and under which config the next begins. */
function epochFaults({ header }: Block, batches: readonly Batch[], before: Before, tools: CheckTools): string[] {
  const { config, verify, sha256 } = tools;
  let next: EpochConfig | null = null;
  for (const batch of batches) next ??= nextConfigOf(batch, config, verify, sha256);
  const { epochStart } = before;
  // A tail that is checked on its own does not know how many blocks the epoch had before.
  const last = epochStart === undefined ? header.epochEnd : header.height - epochStart === config.parameters.epochBlocks;
  if (last) next ??= successorConfig(config);
  if (header.epochEnd !== (next !== null)) {
    return [next === null ? 'ends its epoch without a reason' : 'does not end its epoch, which must end here'];
  }
  const nextHash = next === null ? ZERO_HASH : configHash(next, sha256);
  return equalBytes(header.nextConfigHash, nextHash) ? [] : ['nextConfigHash is not that of the next config'];
}

function linkFaults({ header }: Block, before: Before, { config }: CheckTools): string[] {
  const faults: string[] = [];
  if (!equalBytes(header.chainId, config.chainId)) faults.push('belongs to another chain');
  if (header.epoch !== config.epoch) faults.push(`is of epoch ${header.epoch}, not ${config.epoch}`);
  if (header.height !== before.height + 1) faults.push(`follows height ${before.height}`);
  if (before.blockHash !== null && !equalBytes(header.parentHash, before.blockHash)) {
    faults.push('parentHash is not the hash of the block before');
  }
  if (before.timestampMs !== null && header.timestampMs <= before.timestampMs) {
    faults.push('timestamp does not lie after that of the block before');
  }
  const { history } = before;
  if (history !== undefined && history !== null && !equalBytes(header.historyRoot, history.root())) {
    faults.push('historyRoot is not the root over the hashes of all blocks before');
  }
  if (header.executedHeight !== Math.max(0, header.height - config.parameters.window)) {
    faults.push(`executedHeight ${header.executedHeight} is not ${config.parameters.window} heights behind`);
  }
  return faults;
}

function proofFaults({ block: row }: BlockRows, { header }: Block, { config, verify, sha256 }: CheckTools): string[] {
  const proof = decodeCommitProof(row.proof);
  if (!proof.ok) return [`the commit proof does not decode: ${proof.code}`];
  return verifyCommitProof(proof.value, header, config, verify, sha256) ? [] : ['the commit proof does not verify'];
}

function cursorFaults(
  { header, refs }: Block,
  batches: readonly Batch[] | null,
  { cursors }: Before,
  { sha256 }: CheckTools
): string[] {
  if (cursors === null) return [];
  const previous = new Map(batches?.map((batch) => [batch.batchHash, batch.header.prevBatchHash]));
  const byRef = (ref: BatchRef): Hash | null => {
    for (const [hash, prev] of previous) if (equalBytes(hash, ref.batchHash)) return prev;
    return null;
  };
  const next = advanceCursors(cursors, refs, byRef);
  if (!next.ok) return [`refs do not continue their lanes: ${next.detail}`];
  return equalBytes(laneCursorsRoot(next.value, sha256), header.laneCursorsRoot) ? [] : ['laneCursorsRoot differs'];
}
