import { RECENT_HEIGHTS } from '@lading/consensus';
import type { PastBlock, Restored } from '@lading/consensus';
import { equalBytes, ZERO_HASH } from '@lading/kernel';
import type { Height, Sha256, VerifySignature } from '@lading/kernel';
import type { Batch, EpochConfig, Genesis, LaneCursor } from '@lading/ledger';
import type { AuditSource } from '../auditSource.js';
import { storedBatchOf } from '../lanes/storedBatch.js';
import type { LaneMark, LanePosition } from '../lanes/laneMark.js';
import type { LedgerState } from '../execution/ledgerState.js';
import { EngineFault } from '../fault.js';
import type { CertifiedState, LedgerStore, RecordLog, StoredBlock } from '../ports.js';
import { restoreEpochs } from './epochSets.js';
import type { EpochSets } from './epochSets.js';
import { openStore } from './openStore.js';
import { recheckTail } from './recheckTail.js';
import { endedEpochHash, isFilled, restoreBase } from './heldBase.js';
import type { HeldBase } from './heldBase.js';
import { pastBlocks, viewsUpTo } from './pastBlocks.js';
import { restoreCursors } from './restoreCursors.js';
import { restoreBatches, restoreSafety } from './restoreLogs.js';
import type { RestoredSafety } from './restoreLogs.js';
import type { StateTreeFile } from './savedTree.js';
import { checkTreeRoot, recheckValues, restoreHistory, restoreState } from './restoreState.js';

export interface RecoverySource {
  readonly genesis: Genesis;
  readonly store: LedgerStore;
  readonly rows: AuditSource;
  readonly safetyLog: RecordLog;
  readonly batchLog: RecordLog;
  readonly stateTree?: StateTreeFile | undefined;
  readonly crypto: { readonly verify: VerifySignature; readonly sha256: Sha256; readonly validatorKey: Uint8Array };
  /** Fills an empty database from a peer's snapshot, or leaves it empty. */
  readonly join?: (() => Promise<void>) | undefined;
}

export interface Recovered {
  readonly restored: Restored;
  readonly head: StoredBlock;
  readonly ledger: LedgerState;
  /** The newest checkpoint; its tree root has been compared with what it certifies. */
  readonly certified: CertifiedState | null;
  readonly batches: readonly Batch[];
  readonly journal: RestoredSafety;
  /** Null: every block since genesis is held. */
  readonly base: HeldBase | null;
  readonly epochs: EpochSets;
  /** Own index in the running epoch; null: no validator of it has the own key. */
  readonly self: number | null;
  /**
   * The log knows of epochs that the database has not reached: it was lost. Nothing is signed in epochs up to this one,
   * of which the log holds only the end. −1: none.
   */
  readonly silentThrough: number;
  /** Where the own lane goes on. */
  readonly ownLane: LanePosition;
  /** Why the key must stay silent although the log does not say so; null: it need not. */
  readonly unseen: string | null;
}

/**
 * Reads everything a node needs to go on, and checks it before anything is built on it. Faults: CHAIN_MISMATCH,
 * STORE_DAMAGED, STATE_DAMAGED, LOG_DAMAGED. Sends nothing.
 */
export async function recover(source: RecoverySource): Promise<Recovered> {
  const { genesis, store, rows, crypto } = source;
  const { sha256, verify, validatorKey } = crypto;
  const isNew = (await store.lastHeight()) === null;
  if (!isNew) await openStore(store, genesis, sha256);
  // The log's first record comes before the database's first row: a crash between them is a first start again.
  const journal = await restoreSafety(source.safetyLog, genesis, isNew, validatorKey, sha256);
  const first = { config: genesis.config, verify, sha256 };
  const firstLanes = isNew ? await restoreBatches(source.batchLog, [], true, first) : null;
  if (isNew) await source.join?.();
  const height = await openStore(store, genesis, sha256);
  const newLanes = height === 0 ? firstLanes : null;
  const begun = await restoreBase(store, sha256);
  const base = begun !== null && (await isFilled(store, begun)) ? null : begun;
  const epochs = await restoreEpochs(store, base, sha256);
  const { config, startHeight } = epochs.current;
  await recheckTail(rows, height, epochs, { verify, sha256 }, base?.height ?? 0);
  const [head] = await store.blocks(height, height, 1);
  if (head === undefined) throw new EngineFault('STORE_DAMAGED', `table block: height ${height} is missing`);
  const certified = await store.latestCertified();
  const checkpoint = certified?.checkpoint ?? null;
  const ledger = await restoreState(store, config, head, checkpoint, base, sha256, source.stateTree ?? null);
  checkTreeRoot(certified, ledger, epochs);
  await recheckValues(rows, ledger);
  const history = await restoreHistory(store, head, base, sha256);
  const cursors = await restoreCursors(store, head, { lanes: config.organizations.length, startHeight }, base, sha256);
  const { mark, batches } = newLanes ?? (await restoreBatches(source.batchLog, cursors, false, { ...first, config }));
  const logEpoch = journal.safety?.epoch ?? 0;
  const silentThrough = logEpoch > config.epoch ? logEpoch : -1;
  const self = indexOfKey(config, validatorKey);
  const restored: Restored = {
    safety: silentThrough < 0 ? journal.safety : null,
    proposals: silentThrough < 0 ? journal.proposals.filter((block) => block.header.height > height) : [],
    head: { block: head.block, proof: height === 0 ? null : head.proof },
    epoch: {
      start: startHeight,
      views: await viewsUpTo(store, base, startHeight, height),
      leaders: epochs.leaders()
    },
    history,
    cursors,
    recent: await recentBlocks({ store, base, sha256 }, height, journal, startHeight),
    batches: batches.map((batch) => storedBatchOf(batch, { config, verify, sha256 })),
    checkpoint
  };
  const unseen = mayHaveSigned(journal, begun, epochs, validatorKey);
  const lane = ownLane(self, config.epoch, mark, cursors, batches);
  return { restored, head, ledger, certified, batches, journal, base, epochs, self, silentThrough, ownLane: lane, unseen };
}

/**
 * A log without a word about the key proves that it never signed only to a node that looks through every block. Nothing
 * is held of those below the base: a key that a config so far has named may have signed one of them.
 */
function mayHaveSigned(
  { right }: RestoredSafety,
  base: HeldBase | null,
  epochs: EpochSets,
  key: Uint8Array
): string | null {
  if (base === null || right !== 'UNPROVEN') return null;
  const named = epochs.configs.filter(({ epoch }) => epoch <= base.links.length);
  if (named.every((config) => indexOfKey(config, key) === null)) return null;
  return `this ledger began from a snapshot, and nothing shows that it did not sign blocks up to ${base.height}`;
}

function indexOfKey({ organizations }: EpochConfig, key: Uint8Array): number | null {
  const index = organizations.findIndex(({ validatorKey }) => equalBytes(validatorKey, key));
  return index < 0 ? null : index;
}

/** A seq that was ever written is never used again: after the log's mark, its last batch, and the ordered ones. */
function ownLane(
  self: number | null,
  epoch: number,
  mark: LaneMark,
  cursors: readonly LaneCursor[],
  batches: readonly Batch[]
): LanePosition {
  const cursor = self === null ? undefined : cursors[self];
  if (cursor === undefined) return { seq: 0, lastHash: ZERO_HASH };
  const ordered = { seq: cursor.nextSeq, lastHash: cursor.lastBatchHash };
  let next: LanePosition = mark.epoch === epoch && mark.seq > ordered.seq ? mark : ordered;
  for (const { header, batchHash } of batches) {
    if (header.lane === self && header.seq >= next.seq) next = { seq: header.seq + 1, lastHash: batchHash };
  }
  return next;
}

/** The heights that the core wants to know again (see `Restored.recent`). */
async function recentBlocks(
  { store, base, sha256 }: { readonly store: LedgerStore; readonly base: HeldBase | null; readonly sha256: Sha256 },
  head: Height,
  { safety }: RestoredSafety,
  epochStart: Height
): Promise<readonly PastBlock[]> {
  const from = Math.max(0, head - RECENT_HEIGHTS);
  const named = [epochStart, safety?.base.height, safety?.lastPrepared?.height];
  const wanted = named.filter((height) => height !== undefined && height <= head);
  const older = [...new Set(wanted.filter((height): height is Height => height !== undefined && height < from))];
  const recent: PastBlock[] = [];
  for (const height of older.sort((a, b) => a - b)) recent.push(...(await pastBlocks(store, base, height, height)));
  recent.push(...(await pastBlocks(store, base, from, head)));
  const began = endedEpochHash(base, epochStart, sha256);
  if (began === null || recent.some(({ height }) => height === epochStart)) return recent;
  // Only its hash is asked for: state roots of heights below the list of recent ones are named by no later header.
  return [{ height: epochStart, blockHash: began, stateRoot: ZERO_HASH }, ...recent];
}
