import { equalBytes, ZERO_HASH } from '@lading/kernel';
import type { Hash, Sha256, VerifySignature } from '@lading/kernel';
import {
  advanceCursors,
  assembleBatchBytes,
  batchHashOfBytes,
  configHash,
  decodeBatch,
  decodeBatchHeader,
  decodeBlock,
  decodeCommitProof,
  decodeTransaction,
  laneCursorsRoot,
  nextConfigOf,
  successorConfig,
  verifyCommitProof,
  verifyTransaction
} from '@lading/ledger';
import type { Batch, BatchRef, Block, EpochConfig, LaneCursor } from '@lading/ledger';
import type { AuditBatchRow, AuditTransactionRow } from '../auditSource.js';
import type { BlockRows } from './rows.js';

/** One thing in a table that is not what the chain says it must be. */
export interface Finding {
  readonly table: 'genesis' | 'block' | 'batch' | 'transaction' | 'outcome' | 'state' | 'checkpoint' | 'epoch';
  /** Primary key of the row, as text: `height`, `height/index`, the epoch or the state key. */
  readonly key: string;
  readonly what: string;
}

export interface CheckTools {
  /** In force for the block. */
  readonly config: EpochConfig;
  readonly verify: VerifySignature;
  readonly sha256: Sha256;
}

/** What the blocks before say about this one; null where they were damaged themselves. */
export interface Before {
  readonly height: number;
  readonly blockHash: Hash | null;
  readonly timestampMs: number | null;
  readonly cursors: readonly LaneCursor[] | null;
  /** Start of the block's epoch; absent when it is not known. */
  readonly epochStart?: number;
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
  if (!equalBytes(block.blockHash, rows.block.blockHash)) note('blockHash is not the hash of the encoded header');
  if (block.header.height !== rows.block.height) note('height differs from the header');
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

/** The batches of the block's refs rebuilt from their rows, and what is wrong with those rows. */
function checkPayload(
  rows: BlockRows,
  block: Block,
  tools: CheckTools
): { readonly batches: readonly Batch[] | null; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const batches: Batch[] = [];
  let first = 0;
  for (const [refIndex, ref] of block.refs.entries()) {
    const key = `${rows.block.height}/${refIndex}`;
    const row = rows.batches.find((batch) => batch.refIndex === refIndex);
    if (row === undefined) {
      findings.push({ table: 'batch', key, what: 'row is missing' });
      continue;
    }
    if (row.lane !== ref.lane || row.seq !== ref.seq || !equalBytes(row.batchHash, ref.batchHash)) {
      findings.push({ table: 'batch', key, what: 'lane, seq or batchHash differ from the block' });
    }
    if (!equalBytes(batchHashOfBytes(row.headerBytes, tools.sha256), ref.batchHash)) {
      findings.push({ table: 'batch', key, what: 'the header does not have the hash that the block orders' });
    }
    const mine = transactionsOf(rows, row, first);
    const encodings = mine.map((tx) => tx.encoded);
    const assembled = assembleBatchBytes(row.headerBytes, row.signature, encodings);
    const batch = decodeBatch(assembled, tools, tools.verify, tools.sha256);
    const faults = transactionFaults(mine, row, first, tools);
    findings.push(...faults);
    if (batch.ok) batches.push(batch.value);
    else if (faults.length === 0) findings.push({ table: 'batch', key, what: `${batch.code}: ${batch.detail}` });
    first += mine.length;
  }
  const surplus = rows.batches.filter((batch) => batch.refIndex >= block.refs.length);
  for (const row of surplus) {
    findings.push({ table: 'batch', key: `${row.height}/${row.refIndex}`, what: 'no ref of the block orders it' });
  }
  findings.push(...countFaults(rows, block));
  const complete = batches.length === block.refs.length && first === block.header.txCount;
  return { batches: complete ? batches : null, findings };
}

/** By place in the block, not by the hash in their rows: a damaged hash is then one finding, not many. */
function transactionsOf(rows: BlockRows, batch: AuditBatchRow, first: number): readonly AuditTransactionRow[] {
  const header = decodeBatchHeader(batch.headerBytes);
  if (!header.ok) return rows.transactions.filter((tx) => equalBytes(tx.batchHash, batch.batchHash));
  const end = first + header.value.txCount;
  return rows.transactions.filter((tx) => tx.index >= first && tx.index < end);
}

function transactionFaults(
  rows: readonly AuditTransactionRow[],
  batch: AuditBatchRow,
  first: number,
  tools: CheckTools
): Finding[] {
  const findings: Finding[] = [];
  for (const [position, row] of rows.entries()) {
    const note = (what: string): void =>
      void findings.push({ table: 'transaction', key: `${row.height}/${row.index}`, what });
    if (!equalBytes(row.batchHash, batch.batchHash)) note('batchHash differs from the batch');
    const inPlace = row.index === first + position && row.indexInBatch === position;
    if (!inPlace) note('index differs from its place in the block');
    const tx = decodeTransaction(row.encoded, tools.sha256);
    if (!tx.ok) note(`does not decode: ${tx.code}`);
    else if (!equalBytes(tx.value.txId, row.txId)) note('txId is not the hash of the transaction');
    else if (!verifyTransaction(tx.value, tools.verify)) note('the signature does not verify');
  }
  return findings;
}

function countFaults({ block: row, transactions, outcomes }: BlockRows, { header }: Block): Finding[] {
  const findings: Finding[] = [];
  const seen = new Set(transactions.map((tx) => tx.index));
  for (let index = 0; index < header.txCount; index++) {
    const key = `${row.height}/${index}`;
    if (!seen.has(index)) findings.push({ table: 'transaction', key, what: 'row is missing' });
  }
  for (const tx of transactions) {
    const key = `${tx.height}/${tx.index}`;
    if (tx.index >= header.txCount) findings.push({ table: 'transaction', key, what: 'is in no batch of the block' });
  }
  for (const [position, outcome] of outcomes.entries()) {
    const tx = transactions.find((row) => row.index === outcome.index);
    const key = `${outcome.height}/${outcome.index}`;
    if (outcome.index !== position || tx === undefined) {
      findings.push({ table: 'outcome', key, what: 'belongs to no transaction of the block' });
    } else if (!equalBytes(tx.txId, outcome.txId)) {
      findings.push({ table: 'outcome', key, what: 'txId differs from the transaction' });
    }
  }
  if (outcomes.length < header.txCount) {
    const what = `${header.txCount - outcomes.length} rows are missing`;
    findings.push({ table: 'outcome', key: String(row.height), what });
  }
  return findings;
}
