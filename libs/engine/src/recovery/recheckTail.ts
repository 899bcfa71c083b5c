import { equalBytes } from '@lading/kernel';
import type { Hash, Height } from '@lading/kernel';
import { decodeBlock, decodeCheckpoint, outcomeRoot, verifyCheckpoint } from '@lading/ledger';
import type { OutcomeDetail, OutcomeRecord, OutcomeStatus } from '@lading/ledger';
import type { AuditCheckpointRow, AuditOutcomeRow, AuditSource } from '../auditSource.js';
import { checkBlock } from '../audit/checkBlock.js';
import type { Before, CheckTools } from '../audit/checkBlock.js';
import type { Finding } from '../audit/finding.js';
import { readBlockRows } from '../audit/rows.js';
import type { BlockRows } from '../auditSource.js';
import type { StrayRow } from '../audit/rows.js';
import { EngineFault } from '../fault.js';
import { ENGINE_LIMITS } from '../limits.js';
import type { EpochSets } from './epochSets.js';

/**
 * Checks the last blocks again before the node builds on them: links, commit proofs, batches, transactions with their
 * signatures, outcomes against their root, state roots against what later headers say. STORE_DAMAGED names the row.
 * `base`: nothing is held of blocks up to this height.
 */
export async function recheckTail(
  source: AuditSource,
  head: Height,
  epochs: EpochSets,
  crypto: Omit<CheckTools, 'config'>,
  base: Height | 0
): Promise<void> {
  const from = await tailStart(source, Math.max(base + 1, head - ENGINE_LIMITS.recheckedBlocks + 1), head);
  let before = await blockBefore(source, from, crypto);
  const stateRoots = new Map<number, Uint8Array>();
  const refuse = ({ table, key, what }: Finding): never => {
    const advice = 'run "lading audit db" for a full list, then restore this database or let the node catch up anew';
    throw new EngineFault('STORE_DAMAGED', `table ${table}, key ${key}: ${what}; ${advice}`);
  };
  const onStray = (stray: StrayRow): never =>
    refuse({ table: stray.table, key: `${stray.height}/${stray.index}`, what: 'belongs to no block' });
  for await (const rows of readBlockRows(source, from, onStray)) {
    const tools = { ...crypto, config: epochs.after(rows.block.height - 1) };
    const checked = checkBlock(rows, before, tools);
    for (const finding of checked.findings) refuse(finding);
    for (const finding of rootFaults(rows, stateRoots, tools)) refuse(finding);
    const { block } = checked;
    const timestampMs = block?.header.timestampMs ?? null;
    before = { height: rows.block.height, blockHash: block?.blockHash ?? null, timestampMs, cursors: null };
    stateRoots.set(rows.block.height, rows.block.stateRoot);
  }
  if (before.height !== head) refuse({ table: 'block', key: String(before.height + 1), what: 'row is missing' });
  for (const row of await source.checkpoints(from, ENGINE_LIMITS.recheckedBlocks)) {
    const tools = { ...crypto, config: epochs.after(row.height) };
    const what = checkpointFault(row, stateRoots.get(row.height), tools);
    if (what !== null) refuse({ table: 'checkpoint', key: String(row.height), what });
  }
}

/** The first block of the tail that is checked: what a start costs is bounded, however large blocks are. */
async function tailStart(source: AuditSource, lowest: number, head: Height): Promise<number> {
  const rows = await source.blocks(lowest, head - lowest + 1);
  let transactions = 0;
  for (const { height, txCount = 0 } of rows.toReversed()) {
    transactions += txCount;
    if (transactions > ENGINE_LIMITS.recheckedTransactions) return Math.max(lowest, Math.min(head, height + 1));
  }
  return lowest;
}

function checkpointFault(row: AuditCheckpointRow, stateRoot: Uint8Array | undefined, tools: CheckTools): string | null {
  const decoded = decodeCheckpoint(row.encoded);
  if (!decoded.ok) return `does not decode: ${decoded.code}`;
  const { config, verify, sha256 } = tools;
  if (!verifyCheckpoint(decoded.value, config, verify, sha256)) return 'the certificate does not verify';
  const same = stateRoot !== undefined && equalBytes(decoded.value.stateRoot, stateRoot);
  return same ? null : 'certifies another state root than is stored with its block';
}

async function blockBefore(source: AuditSource, from: number, tools: Pick<CheckTools, 'sha256'>): Promise<Before> {
  const [row] = await source.blocks(from - 1, 1);
  const decoded = row === undefined ? null : decodeBlock(row.encoded, tools.sha256);
  const block = decoded?.ok === true ? decoded.value : null;
  const timestampMs = block?.header.timestampMs ?? null;
  return { height: from - 1, blockHash: block?.blockHash ?? null, timestampMs, cursors: null };
}

function rootFaults(
  rows: BlockRows,
  stateRoots: ReadonlyMap<number, Uint8Array>,
  tools: Pick<CheckTools, 'sha256'>
): Finding[] {
  const findings: Finding[] = [];
  const { height } = rows.block;
  const records = outcomeRecords(rows.outcomes);
  if (records === null || !equalBytes(outcomeRoot(records, tools.sha256), rows.block.outcomeRoot)) {
    const what = 'the outcomes do not have the root stored with their block';
    findings.push({ table: 'outcome', key: `${height}/0 … ${height}/${rows.outcomes.length - 1}`, what });
  }
  const decoded = decodeBlock(rows.block.encoded, tools.sha256);
  if (!decoded.ok) return findings;
  const { executedHeight, executedStateRoot } = decoded.value.header;
  const stored = stateRoots.get(executedHeight);
  if (stored !== undefined && !equalBytes(stored, executedStateRoot)) {
    const what = `stateRoot is not the one that block ${height} names`;
    findings.push({ table: 'block', key: String(executedHeight), what });
  }
  return findings;
}

/** The rows as records, or null when one of them can be no outcome. */
function outcomeRecords(rows: readonly AuditOutcomeRow[]): OutcomeRecord[] | null {
  const records: OutcomeRecord[] = [];
  for (const { height, index, txId, status, code, detail } of rows) {
    const known = (['APPLIED', 'RECORDED', 'REJECTED'] as const).find((one): one is OutcomeStatus => one === status);
    const fits = known === 'APPLIED' ? code === '' : /^[A-Z][A-Z0-9_]*$/.test(code);
    if (known === undefined || !fits || txId.length !== 32) return null;
    if (!Array.isArray(detail) || !detail.every(isDetail)) return null;
    records.push({ height: height as Height, index, txId: txId as Hash, status: known, code, detail });
  }
  return records;
}

function isDetail(value: unknown): value is OutcomeDetail {
  if (typeof value === 'string') return true;
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0;
  return Array.isArray(value) && value.every(isDetail);
}
