import type { LedgerStore } from '@lading/engine';
import type { Height } from '@lading/kernel';
import type { ProjectionStore } from '@lading/storage';
import {
  placeText, StoryTooLarge, transactionText, type ChainExtension, type LeafPlace, type LeafRows, type OrderedTransaction,
  type TransactionPlace
} from './storySource.js';

/** Events of one chain at most: a proof of more would not be read by anybody. */
const CHAIN_EVENTS = 50_000;

/** Questions of one proof that the database works on together. */
const AT_ONCE = 4;

/** Chains from the query tables, and from what contracts have noted; transactions from the ledger's own tables. */
export class NodeLeafRows implements LeafRows {
  constructor(
    private readonly store: LedgerStore,
    private readonly projection: Pick<ProjectionStore, 'chainReader'>
  ) {}

  async eventsNaming(uris: readonly string[]): Promise<ReadonlyMap<string, readonly LeafPlace[]>> {
    const events = uris.length === 0 ? [] : await this.projection.chainReader(CHAIN_EVENTS).eventsOf(uris);
    if (events.length > CHAIN_EVENTS) return this.#oneByOne(uris);
    const places = new Map<string, LeafPlace[]>(uris.map((uri) => [uri, []]));
    for (const { height, index, eventIndex, items } of events) {
      for (const uri of new Set(items.map((item) => item.uri))) places.get(uri)?.push({ height, index, eventIndex });
    }
    return places;
  }

  /** The limit is one of each chain: many together may have more. */
  async #oneByOne(uris: readonly string[]): Promise<ReadonlyMap<string, readonly LeafPlace[]>> {
    const [uri] = uris;
    if (uri !== undefined && uris.length === 1) throw new StoryTooLarge(`more than ${CHAIN_EVENTS} events name ${uri}`);
    const places = new Map<string, readonly LeafPlace[]>();
    for (const each of uris) for (const [found, own] of await this.eventsNaming([each])) places.set(found, own);
    return places;
  }

  extensions(keys: readonly string[]): Promise<readonly ChainExtension[]> {
    return this.store.chainExtensions(keys);
  }

  async links(places: readonly LeafPlace[]): Promise<ReadonlyMap<string, Uint8Array>> {
    const rows = await this.store.leafLinks(places);
    return new Map(rows.map((row) => [placeText(row), row.links]));
  }

  async transactionsAt(places: readonly TransactionPlace[]): Promise<ReadonlyMap<string, OrderedTransaction>> {
    const heights = [...new Set(places.map(({ height }) => height))];
    const times = new Map<number, number>();
    await eachOf(heights, async (height) => {
      const [block] = await this.store.blocks(height as Height, height as Height, 1);
      if (block !== undefined) times.set(height, block.block.header.timestampMs);
    });
    const found = new Map<string, OrderedTransaction>();
    await eachOf(places, async (place) => {
      const [row] = await this.store.transactions({ height: place.height as Height, index: place.index }, 1);
      const timestampMs = times.get(place.height);
      if (row?.height !== place.height || row.index !== place.index || timestampMs === undefined) return;
      found.set(transactionText(place), { encoded: row.encoded, timestampMs });
    });
    return found;
  }
}

/** A few at a time, so that one proof does not take every connection of the node. */
async function eachOf<T>(list: readonly T[], work: (each: T) => Promise<void>): Promise<void> {
  const rest = list.values();
  const next = async (): Promise<void> => {
    for (const each of rest) await work(each);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
}
