import { asHash, toHex } from '@lading/kernel';
import type { Hash, Height, Sha256 } from '@lading/kernel';
import { buildEpochLink, keyHash } from '@lading/ledger';
import type { CheckpointCertificate } from '@lading/ledger';
import type { OutcomesLog } from '../execution/outcomesLog.js';
import type { LedgerStore } from '../ports.js';
import { endedLinks } from '../recovery/heldBase.js';
import type { HeldBase } from '../recovery/heldBase.js';
import { restoreCursors } from '../recovery/restoreCursors.js';
import { historyBelow } from '../recovery/restoreState.js';
import type { SnapshotFiles, StateView } from '../snapshotPorts.js';
import { contextAt } from './context.js';
import { encodeChunk } from './chunk.js';
import { encodeManifest } from './manifest.js';
import type { SnapshotEpoch, SnapshotManifest } from './manifest.js';
import { SNAPSHOT_LIMITS } from './snapshotLimits.js';

export interface SnapshotSource {
  readonly store: LedgerStore;
  readonly files: SnapshotFiles;
  readonly base: HeldBase | null;
  readonly outcomesLog: OutcomesLog;
  readonly sha256: Sha256;
  /** A chunk is closed above it. */
  readonly chunkBytes: number;
  /** Whether to go on: false when the node stops or it takes too long. */
  readonly goOn: () => boolean;
}

/**
 * Writes the state of a view and all that belongs to it, and returns the snapshot's id and size. Null: it was given up, or
 * the node does not hold enough to say what the manifest must say. The view stays open.
 */
export async function writeSnapshot(
  source: SnapshotSource,
  view: StateView,
  certified: { readonly checkpoint: CheckpointCertificate; readonly treeRoot: Hash }
): Promise<{ readonly id: Hash; readonly chunks: number } | null> {
  const { files, sha256 } = source;
  await files.begin();
  const chunks = await writeChunks(source, view);
  const manifest = chunks === null ? null : await manifestOf(source, view.height, certified, chunks);
  if (manifest === null) return null;
  const bytes = encodeManifest(manifest);
  if (bytes.length > SNAPSHOT_LIMITS.manifestBytes) return null;
  const id = asHash(sha256(bytes));
  await files.put(0, bytes);
  await files.finish(toHex(id));
  return { id, chunks: manifest.chunks.length };
}

async function writeChunks({ files, sha256, goOn, chunkBytes }: SnapshotSource, view: StateView): Promise<Hash[] | null> {
  const chunks: Hash[] = [];
  for (let after: Uint8Array = new Uint8Array(0); ; ) {
    const rows = await view.rows(after, chunkBytes);
    const last = rows.at(-1);
    if (last === undefined) return chunks;
    const bytes = encodeChunk(rows);
    if (!goOn() || chunks.length === SNAPSHOT_LIMITS.chunks || bytes.length > SNAPSHOT_LIMITS.chunkBytesMax) return null;
    chunks.push(asHash(sha256(bytes)));
    await files.put(chunks.length, bytes);
    after = keyHash(last.key, sha256);
  }
}

async function manifestOf(
  { store, base, outcomesLog, sha256 }: SnapshotSource,
  height: Height,
  { checkpoint, treeRoot }: { readonly checkpoint: CheckpointCertificate; readonly treeRoot: Hash },
  chunks: readonly Hash[]
): Promise<SnapshotManifest | null> {
  const [head] = await store.blocks(height, height, 1);
  const context = await contextAt(store, base, height);
  if (head === undefined || context === null || height <= (base?.height ?? 1)) return null;
  const begun = (await store.epochs()).filter(({ startHeight }) => startHeight <= height);
  const running = begun.at(-1);
  if (running === undefined) return null;
  const { block, proof, outcomeRoot } = head;
  const lanes = running.config.organizations.length;
  const epoch = { lanes, startHeight: running.startHeight };
  const cursors = block.header.epochEnd ? [] : await restoreCursors(store, head, epoch, base, sha256);
  const { views, recent, ended } = context;
  return {
    chainId: block.header.chainId,
    epochs: await endedEpochs(store, base, ended),
    ...{ views, block, proof, checkpoint, outcomeRoot, cursors, recent, treeRoot, chunks },
    history: (await historyBelow(store, height, base, sha256)).hashes,
    outcomes: outcomesLog.rangeHashes(height)
  };
}

/** Links of all epochs that have ended: those below the base are the base's own. */
async function endedEpochs(
  store: LedgerStore,
  base: HeldBase | null,
  views: readonly SnapshotEpoch['views'][]
): Promise<readonly SnapshotEpoch[]> {
  const epochs = await store.epochs();
  const links = [...endedLinks(base)];
  for (let index = links.length; index < views.length; index++) {
    const [present, next] = [epochs[index], epochs[index + 1]];
    const [end] = next === undefined ? [] : await store.blocks(next.startHeight, next.startHeight, 1);
    if (present === undefined || next === undefined || end === undefined) return [];
    links.push(buildEpochLink(end.block.header, end.proof, present.config, next.config));
  }
  return views.map((own, index) => ({ link: links[index], views: own })).filter((one): one is SnapshotEpoch => one.link !== undefined);
}
