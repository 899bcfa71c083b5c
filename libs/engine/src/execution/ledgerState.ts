import type { Hash, Height, Sha256 } from '@lading/kernel';
import { hashBuckets, bucketOf, keyHash, leafHash, outcomesLogLeaf, stateRoot, valueHash } from '@lading/ledger';
import type { BucketHashes, StateTree } from '@lading/ledger';
import type { BucketEntry, StateChange } from '../ports.js';
import { OutcomesLog } from './outcomesLog.js';

/** Authenticated state after one executed block: everything that stateRoot commits to (ledger.md §5). */
export class LedgerState {
  /** Told of the buckets that a block has changed. */
  onTreeChange: ((height: Height, changes: BucketHashes) => void) | null = null;

  /**
   * `outcomeLeaves` go on from `outcomesLog`. `configHash`: of the config in force for the block after the last one in
   * the log.
   */
  constructor(
    readonly tree: StateTree,
    outcomeLeaves: Iterable<Hash>,
    private configHash: Hash,
    readonly stateDepth: number,
    private readonly sha256: Sha256,
    readonly outcomesLog: OutcomesLog = new OutcomesLog(sha256)
  ) {
    for (const leaf of outcomeLeaves) this.outcomesLog.append(leaf);
  }

  /** Height of the last block in the outcomes log; −1 before genesis. */
  get height(): number {
    return this.outcomesLog.size - 1;
  }

  /** Hashes of one changed key; `hash`: the key's, where it is known. */
  changeOf(key: string, value: Uint8Array | null, hash: Hash = keyHash(key, this.sha256)): StateChange {
    const bucket = bucketOf(hash, this.stateDepth);
    return { key, keyHash: hash, bucket, value, valueHash: value === null ? null : valueHash(value, this.sha256) };
  }

  /**
   * Adds the next block's touched buckets and outcome root. Returns the new state root. `nextConfigHash`: of the config
   * in force after it, when the block ends its epoch.
   */
  advance(
    block: ExecutedRoots,
    touched: ReadonlyMap<number, readonly BucketEntry[]>,
    nextConfigHash: Hash | null = null
  ): Hash {
    return this.advanceTo(block, hashBuckets(touched, this.sha256), nextConfigHash);
  }

  /** The same with hashes of the touched buckets. */
  advanceTo(block: ExecutedRoots, changes: BucketHashes, nextConfigHash: Hash | null = null): Hash {
    this.configHash = nextConfigHash ?? this.configHash;
    this.tree.update(changes);
    const { height, blockHash, txCount, outcomeRoot } = block;
    this.onTreeChange?.(height, changes);
    const leaf = leafHash(outcomesLogLeaf(height, blockHash, txCount, outcomeRoot), this.sha256);
    this.outcomesLog.append(leaf);
    return this.root();
  }

  root(): Hash {
    return this.rootAt(this.height, this.tree.root());
  }

  /**
   * The state root after an older block, whose tree root is given: this object has only the newest tree. `configHash`: of
   * the config in force for the block after that one.
   */
  rootAt(height: number, treeRoot: Hash, configHash: Hash = this.configHash): Hash {
    return stateRoot(treeRoot, this.outcomesLog.root(height + 1), configHash, this.sha256);
  }
}

export interface ExecutedRoots {
  readonly height: Height;
  readonly blockHash: Hash;
  readonly txCount: number;
  readonly outcomeRoot: Hash;
}
