import type { Height } from '@lading/kernel';

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
  /** Organizations whose snapshots were false (spec/ledger.md 8.7): remembered over restarts, until one is finished. */
  liars(): Promise<readonly string[]>;
  addLiar(organization: string): Promise<void>;
}
