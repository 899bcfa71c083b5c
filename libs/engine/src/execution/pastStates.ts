import { concatBytes, equalBytes, ok, reject, toHex } from '@lading/kernel';
import type { Hash, Height, Result, Sha256 } from '@lading/kernel';
import { keyHash } from '@lading/ledger';
import type { LedgerState } from './ledgerState.js';
import { PastTree } from './pastTree.js';
import type { BlockUndo, UndoJournal } from './undoJournal.js';
import type { BucketEntry, Clock } from '../ports.js';

/** Levels of the tree in one answer. */
export const TREE_LEVELS = 8;
const HOLD_MS = 30_000;
/** Windows held at once; the oldest is let go for another. */
const HELD = 4;

/** Heights after whose blocks the state is known (spec/compare.md 3.1). */
export interface StateWindow {
  readonly from: Height;
  readonly to: Height;
  /** Depth of the state tree. */
  readonly depth: number;
}

/** A node of the tree; what is told of it are the hashes at most {@link TREE_LEVELS} below it. */
export interface TreePlace {
  readonly depth: number;
  readonly index: number;
}

export interface TreeHashes {
  readonly treeRoot: Hash;
  readonly outcomesLogRoot: Hash;
  readonly hashes: readonly Hash[];
}

/** One row as the database has it, checked by nobody. */
export interface HeldRow {
  readonly key: string;
  readonly keyHash: Uint8Array;
  readonly value: Uint8Array;
  readonly valueHash: Uint8Array;
}

/** An entry of a bucket. Key and value are null where nothing that is held here has these hashes. */
export interface PastEntry {
  readonly keyHash: Uint8Array;
  readonly valueHash: Uint8Array;
  readonly key: string | null;
  readonly value: Uint8Array | null;
}

export interface StateChanges extends StateWindow {
  readonly keys: readonly { readonly key: string; readonly keyHash: Hash }[];
}

export interface PastStatesParts {
  readonly ledger: LedgerState;
  readonly undo: UndoJournal;
  readonly sha256: Sha256;
  readonly clock: Clock;
  /** The last durable block. */
  readonly head: () => Height;
}

type Held<T> = Result<T, 'STATE_NOT_HELD'>;

/**
 * The state after each height that is still known, for auditors who compare nodes (spec/compare.md §3): the tree in memory
 * and the rows of the database, corrected by what later blocks have overwritten. Every answer is made in one moment.
 */
export class PastStates {
  readonly #held: (() => void)[] = [];

  constructor(private readonly parts: PastStatesParts) {}

  window(): StateWindow {
    const { undo, ledger, head } = this.parts;
    return { from: undo.floor as Height, to: head(), depth: ledger.stateDepth };
  }

  /**
   * The window. What of it reaches back to the newest checkpoint is known for half a minute longer, unless too many blocks follow;
   * what somebody else holds below is not held for longer by asking again.
   */
  hold(): StateWindow {
    const window = this.window();
    const { clock, undo } = this.parts;
    const unpin = undo.pin(undo.needed);
    const release = (): void => {
      const at = this.#held.indexOf(release);
      if (at < 0) return;
      this.#held.splice(at, 1);
      stop();
      unpin();
    };
    const stop = clock.at(clock.nowMs() + HOLD_MS, release);
    this.#held.push(release);
    if (this.#held.length > HELD) this.#held[0]?.();
    return window;
  }

  /** Lets go of all that is held. */
  close(): void {
    for (const release of [...this.#held]) release();
  }

  hashes(height: number, { depth, index }: TreePlace): Held<TreeHashes> {
    if (!this.#knows(height)) return this.#unknown(height);
    const { ledger, undo, sha256 } = this.parts;
    const tree = new PastTree(ledger.tree, undo.since(height).bucketHashes, sha256);
    const levels = Math.min(TREE_LEVELS, ledger.stateDepth - depth);
    const count = 2 ** levels;
    const hashes = Array.from({ length: count }, (_, i) => tree.node(depth + levels, index * count + i));
    return ok({ treeRoot: tree.root(), outcomesLogRoot: ledger.outcomesLog.root(height + 1), hashes });
  }

  /** Entries of buckets, given the rows that the database had of them a moment ago. */
  entries(height: number, rows: ReadonlyMap<number, readonly HeldRow[]>): Held<ReadonlyMap<number, readonly PastEntry[]>> {
    if (!this.#knows(height)) return this.#unknown(height);
    const before = this.parts.undo.since(height);
    const overwritten = this.#overwritten(before, [...rows.keys()]);
    const entries = new Map<number, readonly PastEntry[]>();
    for (const [bucket, now] of rows) {
      entries.set(bucket, before.buckets.get(bucket)?.map((entry) => shown(entry, now, overwritten)) ?? now);
    }
    return ok(entries);
  }

  /** Hashes of the buckets from `first` to before `end`, after the block of the height. */
  bucketHashes(height: number, first: number, end: number): Held<readonly Hash[]> {
    if (!this.#knows(height)) return this.#unknown(height);
    const { ledger, undo } = this.parts;
    const { bucketHashes } = undo.since(height);
    return ok(Array.from({ length: end - first }, (_, i) => bucketHashes.get(first + i) ?? ledger.tree.bucketHash(first + i)));
  }

  /** The first keys, by their hashes, that blocks have changed since the window began. */
  changes(limit: number): StateChanges {
    const { undo, sha256 } = this.parts;
    const window = this.window();
    const keys = [...undo.since(window.from).values.keys()].map((key) => ({ key, keyHash: keyHash(key, sha256) }));
    const ascending = keys.map((one) => [toHex(one.keyHash), one] as const).sort(([a], [b]) => (a < b ? -1 : 1));
    return { ...window, keys: ascending.slice(0, limit).map(([, one]) => one) };
  }

  #knows(height: number): boolean {
    return this.parts.undo.covers(height) && height <= this.parts.head();
  }

  #unknown(height: number): Held<never> {
    const { from, to } = this.window();
    return reject('STATE_NOT_HELD', `this node knows the state after heights ${from} to ${to}, not after ${height}`);
  }

  /** What keys of these buckets held, where that is known, by keyHash in hex. */
  #overwritten(before: Omit<BlockUndo, 'height'>, buckets: readonly number[]): ReadonlyMap<string, Overwritten> {
    const found = new Map<string, Overwritten>();
    if (!buckets.some((bucket) => before.buckets.has(bucket))) return found;
    for (const [key, value] of before.values) {
      found.set(toHex(keyHash(key, this.parts.sha256)), { key, value: value ?? null });
    }
    return found;
  }
}

interface Overwritten {
  readonly key: string;
  readonly value: Uint8Array | null;
}

/** The entry with its key and value: as they were overwritten, or as the database has them where no block touched them. */
function shown(entry: BucketEntry, now: readonly HeldRow[], overwritten: ReadonlyMap<string, Overwritten>): PastEntry {
  const was = overwritten.get(toHex(entry.keyHash));
  if (was !== undefined) return { ...entry, ...was };
  const same = concatBytes(entry.keyHash, entry.valueHash);
  const row = now.find((one) => equalBytes(concatBytes(one.keyHash, one.valueHash), same));
  return { ...entry, key: row?.key ?? null, value: row?.value ?? null };
}
