import type { Hash, Height, Sha256 } from '@lading/kernel';
import { bucketOf, CompactRange, keyHash, leafHash, outcomesLogLeaf, stateRoot, valueHash } from '@lading/ledger';
import type { StateTree } from '@lading/ledger';
import { bucketHash } from '@lading/ledger';
import type { BucketEntry, StateChange } from '../ports.js';

/** Authenticated state after one executed block: everything that stateRoot commits to (ledger.md §5). */
export class LedgerState {
  #outcomesLog: CompactRange;
  /** Leaf hashes of the outcomes log, for receipts' inclusion paths. */
  readonly outcomeLeaves: Hash[];

  constructor(
    readonly tree: StateTree,
    outcomeLeaves: readonly Hash[],
    private readonly configHash: Hash,
    readonly stateDepth: number,
    private readonly sha256: Sha256
  ) {
    this.outcomeLeaves = [...outcomeLeaves];
    let log = CompactRange.empty(sha256);
    for (const leaf of outcomeLeaves) log = log.append(leaf);
    this.#outcomesLog = log;
  }

  /** Height of the last block in the outcomes log; −1 before genesis. */
  get height(): number {
    return this.outcomeLeaves.length - 1;
  }

  get outcomesLogRoot(): Hash {
    return this.#outcomesLog.root();
  }

  /** Hashes of one changed key. */
  changeOf(key: string, value: Uint8Array | null): StateChange {
    const hash = keyHash(key, this.sha256);
    const bucket = bucketOf(hash, this.stateDepth);
    return { key, keyHash: hash, bucket, value, valueHash: value === null ? null : valueHash(value, this.sha256) };
  }

  /** Adds the next block's touched buckets and outcome root. Returns the new state root. */
  advance(block: ExecutedRoots, touched: ReadonlyMap<number, readonly BucketEntry[]>): Hash {
    const hashes = new Map<number, Hash>();
    for (const [bucket, entries] of touched) hashes.set(bucket, bucketHash(entries, this.sha256));
    this.tree.update(hashes);
    const { height, blockHash, txCount, outcomeRoot } = block;
    const leaf = leafHash(outcomesLogLeaf(height, blockHash, txCount, outcomeRoot), this.sha256);
    this.#outcomesLog = this.#outcomesLog.append(leaf);
    this.outcomeLeaves.push(leaf);
    return this.root();
  }

  root(): Hash {
    return stateRoot(this.tree.root(), this.outcomesLogRoot, this.configHash, this.sha256);
  }
}

export interface ExecutedRoots {
  readonly height: Height;
  readonly blockHash: Hash;
  readonly txCount: number;
  readonly outcomeRoot: Hash;
}
