import type { StateProof } from '@lading/ledger';

export interface TransactionPlace {
  readonly height: number;
  readonly index: number;
}

/** Height, transaction index and event index of one leaf. */
export interface LeafPlace extends TransactionPlace {
  readonly eventIndex: number;
}

/** One extension of a chain that the event's bytes do not tell of. */
export interface ChainExtension extends LeafPlace {
  readonly key: string;
  /** '' on chains of items and recalls; the code on chains of anomalies. */
  readonly kind: string;
}

export interface OrderedTransaction {
  readonly encoded: Uint8Array;
  /** Block time, milliseconds. */
  readonly timestampMs: number;
}

/** What the node's tables hold of chains, up to any height. Many are asked for at once: a story needs a few rounds. */
export interface LeafRows {
  /** Captured events that name each of the items, in ledger order; items that none names are absent. */
  eventsNaming(uris: readonly string[]): Promise<ReadonlyMap<string, readonly LeafPlace[]>>;
  /** Further extensions of these chains, in the order in which they were made. */
  extensions(keys: readonly string[]): Promise<readonly ChainExtension[]>;
  /** Links of leaves that have more than the event's bytes name, by `<height>/<index>/<eventIndex>`. */
  links(places: readonly LeafPlace[]): Promise<ReadonlyMap<string, Uint8Array>>;
  /** By {@link transactionText}; what is not held is absent. */
  transactionsAt(places: readonly TransactionPlace[]): Promise<ReadonlyMap<string, OrderedTransaction>>;
}

/** What a node cannot prove: its tables do not hold what the state's chains were made of. */
export class StoryGap extends Error {
  override readonly name = 'StoryGap';
}

/** What nobody could read. */
export class StoryTooLarge extends Error {
  override readonly name = 'StoryTooLarge';
}

/** One key at the certified height. */
export interface ProvenValue {
  readonly value: Uint8Array | null;
  readonly proof: StateProof;
}

export type ProveKeys = (keys: readonly string[]) => Promise<ReadonlyMap<string, ProvenValue>>;

export const placeText = ({ height, index, eventIndex }: LeafPlace): string => `${height}/${index}/${eventIndex}`;
export const transactionText = ({ height, index }: TransactionPlace): string => `${height}/${index}`;
