import type { Height } from '@lading/kernel';
import type { CertifiedState, StateChange, StoredBlock, StoredEpoch, StoredView } from './ports.js';

/** One entry of the current state. */
export interface StateRow {
  readonly key: string;
  readonly value: Uint8Array;
}

/** The state as it was after one block, whatever is written meanwhile. Whoever opens it closes it, soon. */
export interface StateView {
  readonly height: Height;
  /** Rows after a key hash (empty: from the first), ascending by it: at most about so many bytes, at least one row if any. */
  rows(afterKeyHash: Uint8Array, maxBytes: number): Promise<readonly StateRow[]>;
  close(): Promise<void>;
}

/** A verified snapshot as a database that is empty takes it (spec/ledger.md §8). */
export interface SnapshotRows {
  readonly genesisBytes: Uint8Array;
  /** Block 0, without its state. */
  readonly genesis: StoredBlock;
  readonly head: StoredBlock;
  readonly certified: CertifiedState;
  /** From epoch 0 on; `previousViews` of the epoch before each. */
  readonly epochs: readonly (Omit<StoredEpoch, 'views'> & { readonly previousViews: readonly StoredView[] })[];
  /** Encoded manifest. */
  readonly base: Uint8Array;
  readonly state: () => AsyncIterable<readonly StateChange[]>;
}

/**
 * A folder for snapshots: the newest complete ones, at most two, and one in the making. Part 0 is the manifest, parts
 * 1 … n are the chunks.
 */
export interface SnapshotFiles {
  /** Id of the newest complete one, or null. */
  newest(): Promise<string | null>;
  /** A part of a complete one; null when there is none (any more). */
  part(id: string, index: number): Promise<Uint8Array | null>;
  /** Throws away what was in the making. */
  begin(): Promise<void>;
  put(index: number, bytes: Uint8Array): Promise<void>;
  /** A part of the one in the making, also after a restart; a torn one is possible. */
  unfinished(index: number): Promise<Uint8Array | null>;
  /** What is in the making is complete: durable under this id, at once or not at all. Older ones but one are removed. */
  finish(id: string): Promise<void>;
}

/** What a database does for snapshots: a part of the ledger's store. */
export interface SnapshotStore {
  /** Writes all of a snapshot in one transaction; the database is empty. */
  writeSnapshot(snapshot: SnapshotRows): Promise<void>;
  /** The manifest that the ledger begins from here, or null when every block is held. */
  base(): Promise<Uint8Array | null>;
  /** The state as of the last stored block. */
  openStateView(): Promise<StateView>;
}
