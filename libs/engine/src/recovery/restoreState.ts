import { equalBytes } from '@lading/kernel';
import type { Height, Sha256 } from '@lading/kernel';
import { CompactRange, configHash, leafHash, outcomesLogLeaf } from '@lading/ledger';
import type { CheckpointCertificate, EpochConfig, StateTree } from '@lading/ledger';
import { LedgerState } from '../execution/ledgerState.js';
import type { AuditSource } from '../auditSource.js';
import { OutcomesLog } from '../execution/outcomesLog.js';
import { StateTreeBuilder } from '../execution/stateTreeBuilder.js';
import { EngineFault } from '../fault.js';
import { ENGINE_LIMITS } from '../limits.js';
import type { CertifiedState, LedgerStore, StoredBlock } from '../ports.js';
import type { EpochSets } from './epochSets.js';
import type { HeldBase } from './heldBase.js';
import { recheckBuckets, SavedTree } from './savedTree.js';
import type { StateTreeFile } from './savedTree.js';

/** Rows asked for at once. */
const PAGE = 4096;

/**
 * Loads the state tree from its file, or rebuilds it from the stored entries, and the outcomes log from the stored blocks,
 * and compares the root with the one stored for the head, and with the quorum's checkpoint where that is of the same
 * height. A difference is STATE_DAMAGED: a node that executed on top of it would disagree with everybody.
 */
export async function restoreState(
  store: LedgerStore,
  config: EpochConfig,
  head: StoredBlock,
  checkpoint: CheckpointCertificate | null,
  base: HeldBase | null,
  sha256: Sha256,
  file: StateTreeFile | null = null
): Promise<LedgerState> {
  const { stateDepth } = config.parameters;
  const { height } = head.block.header;
  const saved = file === null ? null : await SavedTree.load(file, stateDepth, height, sha256);
  const log = base === null ? new OutcomesLog(sha256) : OutcomesLog.from(base.outcomes, sha256);
  for (let from = log.size; from <= height; from += PAGE) {
    const to = Math.min(height, from + PAGE - 1);
    for (const { blockHash, txCount, outcomeRoot } of await store.outcomeRoots(from as Height, to as Height)) {
      log.append(leafHash(outcomesLogLeaf(log.size, blockHash, txCount, outcomeRoot), sha256));
    }
  }
  const stateOf = (tree: StateTree): LedgerState => new LedgerState(tree, [], configHash(config, sha256), stateDepth, sha256, log);
  const loaded = saved === null ? null : stateOf(saved);
  // A saved tree is believed for its root alone; else the entries give it.
  const isLoaded = loaded !== null && equalBytes(loaded.root(), head.stateRoot);
  const ledger = isLoaded ? loaded : stateOf(await restoreTree(store, stateDepth, sha256));
  if (isLoaded && file !== null) await recheckBuckets(store, ledger.tree, file.seed, sha256);
  const root = ledger.root();
  if (ledger.height !== height || !equalBytes(root, head.stateRoot)) {
    throw new EngineFault(
      'STATE_DAMAGED',
      `the stored state does not have the root stored with block ${height}; run "lading audit db" to see the rows`
    );
  }
  if (checkpoint !== null && checkpoint.height === height && !equalBytes(root, checkpoint.stateRoot)) {
    throw new EngineFault('STATE_DAMAGED', `the stored state is not the one the network certified at height ${height}`);
  }
  if (file !== null) SavedTree.follow(file, ledger, isLoaded, sha256);
  return ledger;
}

/** A stored tree root must be the one in the state root that the network has certified. */
export function checkTreeRoot(certified: CertifiedState | null, ledger: LedgerState, epochs: EpochSets): void {
  if (certified === null || certified.treeRoot === null) return;
  const { height, stateRoot } = certified.checkpoint;
  const root = height <= ledger.height ? ledger.rootAt(height, certified.treeRoot, epochs.hashAfter(height)) : null;
  if (root !== null && equalBytes(root, stateRoot)) return;
  throw new EngineFault('STORE_DAMAGED', `table checkpoint, key ${height}: tree_root is not a part of its state root`);
}

async function restoreTree(store: LedgerStore, depth: number, sha256: Sha256): Promise<StateTree> {
  const builder = new StateTreeBuilder(depth, sha256);
  for await (const chunk of store.allEntries()) for (const entry of chunk) builder.add(entry);
  return builder.finish();
}

/**
 * Hashes stored values again, up to a number of rows: the tree is made of the stored hashes, so a value that changed
 * beneath its hash shows only here or in a full audit.
 */
export async function recheckValues(rows: AuditSource, ledger: LedgerState): Promise<void> {
  let checked = 0;
  for (let after = ''; checked < ENGINE_LIMITS.recheckedValues; ) {
    const page = await rows.state(after, VALUES_PAGE);
    const last = page.at(-1);
    if (last === undefined) return;
    for (const { key, keyHash, bucket, value, valueHash } of page) {
      const derived = ledger.changeOf(key, value);
      const same = derived.bucket === bucket && equalBytes(derived.keyHash, keyHash);
      if (!same || derived.valueHash === null || !equalBytes(derived.valueHash, valueHash)) {
        throw new EngineFault('STATE_DAMAGED', `table state, key ${key}: its hashes are not those of key and value`);
      }
    }
    checked += page.length;
    after = last.key;
  }
}

const VALUES_PAGE = 1000;

/** The compact range over the block hashes 0 … head, checked against the head's historyRoot. */
export async function restoreHistory(
  store: LedgerStore,
  head: StoredBlock,
  base: HeldBase | null,
  sha256: Sha256
): Promise<CompactRange> {
  const { header, blockHash } = head.block;
  if (base !== null && base.height === header.height) return base.history;
  const below = await historyBelow(store, header.height, base, sha256);
  if (below.size !== header.height) {
    throw new EngineFault('STORE_DAMAGED', `table block: rows are missing below height ${header.height}`);
  }
  if (equalBytes(below.root(), header.historyRoot)) return below.append(leafHash(blockHash, sha256));
  throw new EngineFault('STORE_DAMAGED', `table block: the hashes below height ${header.height} are not its history`);
}

/** Over the hashes of the blocks 0 … height − 1, as far as they are stored; the height is above the base. */
export async function historyBelow(
  store: Pick<LedgerStore, 'blockHashes'>,
  height: number,
  base: HeldBase | null,
  sha256: Sha256
): Promise<CompactRange> {
  let history = base?.history ?? CompactRange.empty(sha256);
  for (let from = history.size; from < height; from += PAGE) {
    const to = Math.min(height - 1, from + PAGE - 1);
    for (const hash of await store.blockHashes(from as Height, to as Height)) {
      history = history.append(leafHash(hash, sha256));
    }
  }
  return history;
}
