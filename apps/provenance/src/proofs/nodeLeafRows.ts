import type { LedgerStore } from '@lading/engine';
import type { Height } from '@lading/kernel';
import type { ProjectionStore } from '@lading/storage';
import { placeText, StoryTooLarge, type ChainExtension, type LeafPlace, type LeafRows, type OrderedTransaction } from './storySource.js';

/** Events of one chain at most: a proof of more would not be read by anybody. */
const CHAIN_EVENTS = 50_000;

/** Chains from the query tables, and from what contracts have noted; transactions from the ledger's own tables. */
export class NodeLeafRows implements LeafRows {
  constructor(
    private readonly store: LedgerStore,
    private readonly projection: Pick<ProjectionStore, 'chainReader'>
  ) {}

  async eventsNaming(uri: string): Promise<readonly LeafPlace[]> {
    const events = await this.projection.chainReader(CHAIN_EVENTS).eventsOf([uri]);
    if (events.length > CHAIN_EVENTS) throw new StoryTooLarge(`more than ${CHAIN_EVENTS} events name ${uri}`);
    return events.map(({ height, index, eventIndex }) => ({ height, index, eventIndex }));
  }

  extensions(keys: readonly string[]): Promise<readonly ChainExtension[]> {
    return this.store.chainExtensions(keys);
  }

  async links(places: readonly LeafPlace[]): Promise<ReadonlyMap<string, Uint8Array>> {
    const rows = await this.store.leafLinks(places);
    return new Map(rows.map((row) => [placeText(row), row.links]));
  }

  async transaction(height: number, index: number): Promise<OrderedTransaction | null> {
    const at = { height: height as Height, index };
    const [[row], [block]] = await Promise.all([
      this.store.transactions(at, 1),
      this.store.blocks(at.height, at.height, 1)
    ]);
    if (row === undefined || block === undefined || row.height !== height || row.index !== index) return null;
    return { encoded: row.encoded, timestampMs: block.block.header.timestampMs };
  }
}
