import type { Hash, Height, Sha256 } from '@lading/kernel';
import { encodeCbor, hashTagged } from '@lading/ledger';
import { encodeViews } from '../epochViews.js';
import type { LedgerStore, StoredView } from '../ports.js';
import type { HeldBase } from '../recovery/heldBase.js';
import { pastBlocks, viewsUpTo } from '../recovery/pastBlocks.js';
import type { RecentRoot } from './manifest.js';

/** What nodes know of a height and no certificate says (spec/ledger.md 8.4). */
export interface SnapshotContext {
  /** Views of every epoch that has ended at or below the height. */
  readonly ended: readonly (readonly StoredView[])[];
  readonly views: readonly StoredView[];
  readonly recent: readonly RecentRoot[];
}

/** The same on every honest node that has executed the height. */
export function contextDigest(chainId: Hash, height: number, context: SnapshotContext, sha256: Sha256): Hash {
  const bytes = encodeCbor([
    context.ended.map(encodeViews),
    encodeViews(context.views),
    context.recent.map(({ blockHash, stateRoot }) => [blockHash, stateRoot])
  ]);
  return hashTagged('lading/snapshot-context/1', [chainId, height, bytes], sha256);
}

/** What this node's database says of an executed height; null when it does not hold enough of it. */
export async function contextAt(
  store: Pick<LedgerStore, 'epochs' | 'epochViews' | 'blocks'>,
  base: HeldBase | null,
  height: Height
): Promise<SnapshotContext | null> {
  const epochs = (await store.epochs()).filter(({ startHeight }) => startHeight <= height);
  const running = epochs.at(-1);
  if (running === undefined || (base !== null && height < base.height)) return null;
  const ended = epochs.slice(0, -1).map(({ views }) => views ?? []);
  const from = Math.max(0, height - running.config.parameters.window + 1);
  const recent = await pastBlocks(store, base, from, height);
  if (recent.length !== height - from + 1) return null;
  const views = await viewsUpTo(store, base, running.startHeight, height);
  return { ended, views, recent: recent.map(({ blockHash, stateRoot }) => ({ blockHash, stateRoot })) };
}
