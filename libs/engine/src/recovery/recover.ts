import type { PastBlock, Restored } from '@lading/consensus';
import type { Height } from '@lading/kernel';
import type { Batch, Genesis, LaneCursor } from '@lading/ledger';
import type { AuditSource } from '../auditSource.js';
import type { CheckTools } from '../audit/checkBlock.js';
import { storedBatchOf } from '../lanes/batchPool.js';
import type { LanePosition } from '../lanes/laneMark.js';
import type { LedgerState } from '../execution/ledgerState.js';
import { EngineFault } from '../fault.js';
import type { CertifiedState, LedgerStore, RecordLog, StoredBlock } from '../ports.js';
import { openStore } from './openStore.js';
import { recheckTail } from './recheckTail.js';
import { restoreCursors } from './restoreCursors.js';
import { restoreBatches, restoreSafety } from './restoreLogs.js';
import type { RestoredSafety } from './restoreLogs.js';
import { checkTreeRoot, recheckValues, restoreHistory, restoreState } from './restoreState.js';

export interface RecoverySource {
  readonly genesis: Genesis;
  readonly store: LedgerStore;
  readonly rows: AuditSource;
  readonly safetyLog: RecordLog;
  readonly batchLog: RecordLog;
  readonly tools: CheckTools;
}

export interface Recovered {
  readonly restored: Restored;
  readonly head: StoredBlock;
  readonly ledger: LedgerState;
  /** The newest checkpoint; its tree root has been compared with what it certifies. */
  readonly certified: CertifiedState | null;
  readonly batches: readonly Batch[];
  readonly records: RestoredSafety['records'];
  readonly right: RestoredSafety['right'];
  /** Where the own lane goes on. */
  readonly ownLane: LanePosition;
}

/**
 * Reads everything a node needs to go on, and checks it before anything is built on it. Faults: CHAIN_MISMATCH,
 * STORE_DAMAGED, STATE_DAMAGED, LOG_DAMAGED. Sends nothing.
 */
export async function recover(source: RecoverySource, self: number): Promise<Recovered> {
  const { genesis, store, rows, tools } = source;
  const { sha256, config } = tools;
  const isNew = (await store.lastHeight()) === null;
  // The log's first record comes before the database's first row: a crash between them is a first start again.
  const journal = await restoreSafety(source.safetyLog, genesis, isNew, tools);
  const newLanes = isNew ? await restoreBatches(source.batchLog, [], true, tools) : null;
  const height = await openStore(store, genesis, sha256);
  await recheckTail(rows, height, tools);
  const [head] = await store.blocks(height, height, 1);
  if (head === undefined) throw new EngineFault('STORE_DAMAGED', `table block: height ${height} is missing`);
  const certified = await store.latestCertified();
  const checkpoint = certified?.checkpoint ?? null;
  const ledger = await restoreState(store, genesis, head, checkpoint, sha256);
  checkTreeRoot(certified, ledger);
  await recheckValues(rows, ledger);
  const history = await restoreHistory(store, head, sha256);
  const cursors = await restoreCursors(store, head, config.organizations.length, sha256);
  const { mark, batches } = newLanes ?? (await restoreBatches(source.batchLog, cursors, false, tools));
  const restored: Restored = {
    safety: journal.safety,
    proposals: journal.proposals.filter((block) => block.header.height > height),
    head: { block: head.block, proof: height === 0 ? null : head.proof },
    history,
    cursors,
    recent: await recentBlocks(store, height, journal, config.parameters.window),
    batches: batches.map(storedBatchOf),
    checkpoint
  };
  const { records, right } = journal;
  const lane = ownLane(self, mark, cursors, batches);
  return { restored, head, ledger, certified, batches, records, right, ownLane: lane };
}

/** A seq that was ever written is never used again: after the log's mark, its last batch, and the ordered ones. */
function ownLane(
  self: number,
  mark: LanePosition,
  cursors: readonly LaneCursor[],
  batches: readonly Batch[]
): LanePosition {
  const cursor = cursors[self];
  if (cursor === undefined) throw new EngineFault('VALIDATOR_KEY_UNKNOWN', 'this node has no lane');
  const ordered = { seq: cursor.nextSeq, lastHash: cursor.lastBatchHash };
  let next = mark.seq > ordered.seq ? mark : ordered;
  for (const { header, batchHash } of batches) {
    if (header.lane === self && header.seq >= next.seq) next = { seq: header.seq + 1, lastHash: batchHash };
  }
  return next;
}

/** The heights that the core wants to know again (see `Restored.recent`). */
async function recentBlocks(
  store: LedgerStore,
  head: Height,
  { safety }: RestoredSafety,
  window: number
): Promise<readonly PastBlock[]> {
  const from = Math.max(0, head - 2 * window);
  const wanted = [safety?.base.height, safety?.lastPrepared?.height].filter((height) => height !== undefined);
  const older = [...new Set(wanted.filter((height) => height < from))].sort((a, b) => a - b);
  const recent: PastBlock[] = [];
  for (const height of older) recent.push(...(await readPast(store, height, height)));
  recent.push(...(await readPast(store, from, head)));
  return recent;
}

async function readPast(store: LedgerStore, from: number, to: number): Promise<PastBlock[]> {
  const past: PastBlock[] = [];
  for (let next = from; next <= to; ) {
    const page = await store.blocks(next as Height, to as Height, READ_BYTES);
    if (page.length === 0) break;
    for (const { block, stateRoot } of page) {
      past.push({ height: block.header.height, blockHash: block.blockHash, stateRoot });
    }
    next += page.length;
  }
  return past;
}

const READ_BYTES = 16 << 20;
