import type { PastBlock } from '@lading/consensus';
import { asHash, equalBytes } from '@lading/kernel';
import type { Hash, Height, Sha256 } from '@lading/kernel';
import { blockHash, CompactRange, decodeBlockHeader, leafHash, outcomesLogLeaf } from '@lading/ledger';
import type { EpochLink, LaneCursor } from '@lading/ledger';
import { EngineFault } from '../fault.js';
import type { LedgerStore, StoredView } from '../ports.js';
import { decodeManifest, heightOfManifest } from '../snapshot/manifest.js';
import type { SnapshotManifest } from '../snapshot/manifest.js';

/** What a node that began from a snapshot knows of the blocks that it does not hold (spec/ledger.md 8.6). */
export interface HeldBase {
  /** Nothing of blocks 1 … height is held but the header and refs of the last. */
  readonly height: Height;
  readonly blockHash: Hash;
  /** Over the block hashes 0 … height. */
  readonly history: CompactRange;
  /** Over the leaves 0 … height of the outcomes log. */
  readonly outcomes: CompactRange;
  /** Of its lanes; empty where it ended its epoch. */
  readonly cursors: readonly LaneCursor[];
  /** Of the epoch that runs after it, up to it. */
  readonly views: readonly StoredView[];
  /** Ascending, the last one is of `height`. */
  readonly recent: readonly PastBlock[];
  /** Of every epoch that ended at or below it. */
  readonly links: readonly EpochLink[];
}

export function baseOfManifest(manifest: SnapshotManifest, sha256: Sha256): HeldBase {
  const { block, history, outcomes, outcomeRoot, cursors, views, recent, epochs } = manifest;
  const { header, blockHash: hash } = block;
  const { height, txCount } = header;
  const leaf = leafHash(outcomesLogLeaf(height, hash, txCount, outcomeRoot), sha256);
  const first = height - recent.length + 1;
  return {
    height,
    blockHash: hash,
    history: CompactRange.from(height, history, sha256).append(leafHash(hash, sha256)),
    outcomes: CompactRange.from(height, outcomes, sha256).append(leaf),
    cursors,
    views,
    recent: recent.map((one, index) => ({ height: (first + index) as Height, ...one })),
    links: epochs.map(({ link }) => link)
  };
}

/** Hash of the block that ended an epoch at or below the base; null when it is none of the base's. */
export function endedEpochHash(base: HeldBase | null, height: number, sha256: Sha256): Hash | null {
  for (const link of base?.links ?? []) {
    const header = decodeBlockHeader(link.header);
    if (header.ok && header.value.height === height) return asHash(blockHash(header.value, sha256));
  }
  return null;
}

export const endedLinks = (base: HeldBase | null): readonly EpochLink[] => base?.links ?? [];

/** The stored base, or null for a node that holds everything. STORE_DAMAGED when it is not what its block says. */
export async function restoreBase(store: LedgerStore, sha256: Sha256): Promise<HeldBase | null> {
  const stored = await store.base();
  if (stored === null) return null;
  const decoded = decodeManifest(stored, sha256);
  if (!decoded.ok) throw new EngineFault('STORE_DAMAGED', `table base: ${decoded.detail}`);
  const height = heightOfManifest(decoded.value);
  const base = baseOfManifest(decoded.value, sha256);
  const [hash] = await store.blockHashes(height, height);
  if (hash !== undefined && equalBytes(hash, base.blockHash)) return base;
  throw new EngineFault('STORE_DAMAGED', `table base, key ${height}: is not of the stored block`);
}

/** Whether all blocks below it, and what its own block orders, have been fetched since (spec/ledger.md 8.8). */
export async function isFilled(store: Pick<LedgerStore, 'blockHashes'>, { height }: HeldBase): Promise<boolean> {
  const below = (height - 1) as Height;
  return (await store.blockHashes(below, below)).length > 0;
}
