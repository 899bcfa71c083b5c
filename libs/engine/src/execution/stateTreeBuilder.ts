import type { Sha256 } from '@lading/kernel';
import { hashBuckets, StateTree } from '@lading/ledger';
import type { BucketHashes } from '@lading/ledger';
import type { BucketEntry } from '../ports.js';

/** Buckets gathered before the tree is hashed upwards. */
const BUCKETS = 4096;

/** A state tree of entries that come in (bucket, keyHash) order, without all of them in memory. Nothing of them is believed. */
export class StateTreeBuilder {
  readonly #tree: StateTree;
  #bucket = -1;
  #entries: BucketEntry[] = [];
  #gathered = new Map<number, readonly BucketEntry[]>();

  constructor(
    depth: number,
    private readonly sha256: Sha256
  ) {
    this.#tree = new StateTree(depth, sha256);
  }

  add({ bucket, keyHash, valueHash }: BucketEntry & { readonly bucket: number }): void {
    if (bucket !== this.#bucket) {
      if (this.#gathered.size >= BUCKETS) this.#flush();
      this.#bucket = bucket;
      this.#entries = [];
      this.#gathered.set(bucket, this.#entries);
    }
    // Hashes alone: the values of one bucket may be more than fits in memory.
    this.#entries.push({ keyHash, valueHash });
  }

  /** The tree of all that was added. */
  finish(): StateTree {
    this.#flush();
    return this.#tree;
  }

  #flush(): void {
    this.#tree.update(hashesOf(this.#gathered, this.sha256));
    this.#gathered = new Map();
  }
}

/** Damaged key hashes may be out of order, which is not our bug: any other hash makes the root differ. */
function hashesOf(buckets: ReadonlyMap<number, readonly BucketEntry[]>, sha256: Sha256): BucketHashes {
  try {
    return hashBuckets(buckets, sha256);
  } catch {
    return { buckets: Uint32Array.from(buckets.keys()), hashes: new Uint8Array(32 * buckets.size) };
  }
}
