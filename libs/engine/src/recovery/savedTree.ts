import { equalBytes, u64be } from '@lading/kernel';
import type { Hash, Sha256 } from '@lading/kernel';
import { bucketHash, bucketOf, CborFields, encodeCbor, StateTree } from '@lading/ledger';
import type { BucketHashes } from '@lading/ledger';
import type { LedgerState } from '../execution/ledgerState.js';
import { EngineFault } from '../fault.js';
import { ENGINE_LIMITS } from '../limits.js';
import type { LedgerStore, RecordLog } from '../ports.js';

/** Where a node keeps its state tree from one start to the next. Nothing depends on it: a lost one is made again. */
export interface StateTreeFile {
  readonly log: RecordLog;
  /** Bytes that nobody foresees: which buckets are hashed again at this start. */
  readonly seed: Uint8Array;
}

const TAG = 'lading/tree/1';
/** Buckets in one record. */
const CHUNK = 1 << 15;
/** Bytes of a bucket: its number and its hash. */
const BUCKET_BYTES = 36;
/** A flush to the disk every so many blocks: after a crash in between the tree is made again from the entries. */
const FLUSHED_BLOCKS = 64;
/** Bytes that may follow a tree of no size before it is written anew. */
const SLACK_BYTES = 1 << 20;

/**
 * The file: a record [tag, depth, height, chunks]; the buckets that hold something, in chunks; and for every block after that
 * height one record with the buckets that it changed. A list of buckets is u64be height ‖ (u32be bucket ‖ hash)….
 */
export class SavedTree {
  #last: number;
  #broken = false;
  #unflushed = 0;
  /** Size at which the file is written anew. */
  #mostBytes: number;

  private constructor(
    private readonly file: StateTreeFile,
    private readonly tree: StateTree,
    last: number,
    private readonly sha256: Sha256
  ) {
    this.#last = last;
    this.#mostBytes = 2 * file.log.sizeBytes() + SLACK_BYTES;
  }

  /** The tree after block `height` as it was saved; null when there is none of that height. Its root is for others to check. */
  static async load(file: StateTreeFile, depth: number, height: number, sha256: Sha256): Promise<StateTree | null> {
    // A damaged file is no fault of the node: the tree is in the database, too.
    const loading: { of: LoadingTree | null } = { of: null };
    const take = (record: Uint8Array): boolean => {
      if (loading.of !== null) return loading.of.take(record);
      loading.of = LoadingTree.begin(record, depth, height, sha256);
      return loading.of !== null;
    };
    const isRead = await file.log.visit(take).then(() => true, () => false);
    return isRead ? (loading.of?.tree() ?? null) : null;
  }

  /** From now on the file follows the tree of the ledger; `isLoaded`: the file holds it as it is now. */
  static follow(file: StateTreeFile, ledger: LedgerState, isLoaded: boolean, sha256: Sha256): SavedTree {
    const saved = new SavedTree(file, ledger.tree, ledger.height, sha256);
    if (!isLoaded) saved.#rewrite();
    ledger.onTreeChange = (height, changes) => saved.changed(height, changes);
    return saved;
  }

  /** Told of every executed block, in order. What the database then does not keep is ignored at the next start. */
  changed(height: number, changes: BucketHashes): void {
    if (this.#broken) return;
    this.#last = height;
    try {
      this.file.log.append(write(height, changes));
    } catch {
      this.#broken = true;
      return;
    }
    this.#unflushed += 1;
    if (this.#unflushed < FLUSHED_BLOCKS) return;
    this.#unflushed = 0;
    if (this.file.log.sizeBytes() > this.#mostBytes) this.#rewrite();
    else this.#unheeded(this.file.log.flush());
  }

  #rewrite(): void {
    const { tree } = this;
    const chunks = [...occupied(tree, this.sha256)].map((some) => write(this.#last, some));
    const written = this.file.log.rewrite([encodeCbor([TAG, tree.depth, this.#last, chunks.length]), ...chunks]);
    this.#mostBytes = 2 * this.file.log.sizeBytes() + SLACK_BYTES;
    this.#unheeded(written);
  }

  /** A disk that fails here costs the next start some time and this node nothing. */
  #unheeded(work: Promise<void>): void {
    work.catch(() => (this.#broken = true));
  }
}

/** A tree that is being read, a record at a time: the file may be larger than the tree. */
class LoadingTree {
  readonly #tree: StateTree;
  readonly #leaves: Uint8Array;
  /** Height of what has been read: of the chunks, then of each block that follows. */
  #last: number;
  #isDamaged = false;

  private constructor(
    tree: StateTree,
    private readonly from: number,
    private readonly height: number,
    private chunks: number
  ) {
    this.#tree = tree;
    this.#leaves = tree.leaves();
    this.#last = from;
  }

  /** Null when the file's first record says that it is another tree's. */
  static begin(head: Uint8Array, depth: number, height: number, sha256: Sha256): LoadingTree | null {
    const fields = CborFields.decode(head, 4, 'saved tree');
    fields.tag(TAG);
    const savedDepth = fields.uint('depth');
    const from = fields.uint('height');
    const chunks = fields.uint('chunks');
    if (fields.fault !== null || savedDepth !== depth || from > height) return null;
    return new LoadingTree(new StateTree(depth, sha256), from, height, chunks);
  }

  /** False when no further record is of use. */
  take(record: Uint8Array): boolean {
    if (this.chunks === 0 && this.#last === this.height) return false;
    const height = this.chunks > 0 ? this.from : this.#last + 1;
    this.#isDamaged = heightOf(record) !== height || !read(record, this.#leaves);
    if (this.chunks > 0) this.chunks -= 1;
    else this.#last += 1;
    return !this.#isDamaged;
  }

  /** Null when the file did not lead to the height. */
  tree(): StateTree | null {
    if (this.#isDamaged || this.chunks > 0 || this.#last !== this.height) return null;
    this.#tree.rebuild();
    return this.#tree;
  }
}

function write(height: number, { buckets, hashes }: BucketHashes): Uint8Array {
  const record = new Uint8Array(8 + BUCKET_BYTES * buckets.length);
  record.set(u64be(height));
  let at = 8;
  for (let i = 0; i < buckets.length; i++) {
    const bucket = buckets[i] as number;
    for (let byte = 0; byte < 4; byte++) record[at++] = bucket >>> (24 - 8 * byte);
    for (let byte = 0; byte < 32; byte++) record[at++] = hashes[32 * i + byte] as number;
  }
  return record;
}

/** The buckets that hold something, a chunk at a time. */
function* occupied(tree: StateTree, sha256: Sha256): Generator<BucketHashes> {
  const isEmpty = emptiness(tree, sha256);
  const leaves = tree.leaves();
  const buckets = new Uint32Array(CHUNK);
  let count = 0;
  const chunk = (): BucketHashes => {
    const hashes = new Uint8Array(32 * count);
    for (let i = 0; i < count; i++) hashes.set(tree.bucketHash(buckets[i] as number), 32 * i);
    return { buckets: buckets.slice(0, count), hashes };
  };
  for (let bucket = 0; 32 * bucket < leaves.length; bucket++) {
    if (isEmpty(bucket)) continue;
    buckets[count++] = bucket;
    if (count < CHUNK) continue;
    yield chunk();
    count = 0;
  }
  if (count > 0) yield chunk();
}

function numberAt(record: Uint8Array, from: number, to: number): number {
  let number = 0;
  for (let i = from; i < to; i++) number = number * 256 + (record[i] ?? 0);
  return number;
}

const heightOf = (record: Uint8Array): number => numberAt(record, 0, 8);

/** Writes the buckets of a record where they are in a tree's leaves; false when it is none. */
function read(record: Uint8Array, leaves: Uint8Array): boolean {
  if (record.length < 8 || (record.length - 8) % BUCKET_BYTES !== 0) return false;
  for (let at = 8; at < record.length; at += BUCKET_BYTES) {
    const place = 32 * numberAt(record, at, at + 4);
    if (place >= leaves.length) return false;
    for (let i = 0; i < 32; i++) leaves[place + i] = record[at + 4 + i] as number;
  }
  return true;
}

/** Tells whether a bucket has the hash of an empty one. */
function emptiness(tree: StateTree, sha256: Sha256): (bucket: number) => boolean {
  const leaves = tree.leaves();
  const empty = bucketHash([], sha256);
  // The first bytes tell nearly all of them apart.
  return (bucket) =>
    leaves[32 * bucket] === empty[0] &&
    leaves[32 * bucket + 1] === empty[1] &&
    equalBytes(leaves.subarray(32 * bucket, 32 * bucket + 32), empty);
}

/**
 * Hashes some buckets again from the stored entries: of those that hold something, chosen at random, and some others. A
 * difference is STATE_DAMAGED. (A tree made from all entries needs no such look.)
 */
export async function recheckBuckets(
  store: Pick<LedgerStore, 'bucketEntries'>,
  tree: StateTree,
  seed: Uint8Array,
  sha256: Sha256
): Promise<void> {
  const chosen = chooseBuckets(tree, seed, sha256);
  const found = await store.bucketEntries(chosen);
  for (const bucket of chosen) {
    if (equalBytes(hashOf(found.get(bucket) ?? [], sha256), tree.bucketHash(bucket))) continue;
    const advice = 'run "lading audit db" to see the rows';
    throw new EngineFault('STATE_DAMAGED', `table state, bucket ${bucket}: its rows do not have the hash in the tree; ${advice}`);
  }
}

/** Rows out of order are damage, and not our bug. */
function hashOf(entries: Parameters<typeof bucketHash>[0], sha256: Sha256): Hash | Uint8Array {
  try {
    return bucketHash(entries, sha256);
  } catch {
    return new Uint8Array(32);
  }
}

function chooseBuckets(tree: StateTree, seed: Uint8Array, sha256: Sha256): number[] {
  const count = 2 ** tree.depth;
  const isEmpty = emptiness(tree, sha256);
  /** The first from there on, round the end, that holds something; the same one where there is none. */
  const occupiedFrom = (bucket: number): number => {
    for (let i = 0; i < count; i++) if (!isEmpty((bucket + i) % count)) return (bucket + i) % count;
    return bucket;
  };
  const chosen = new Set<number>();
  const most = ENGINE_LIMITS.recheckedBuckets;
  for (let next = occupiedFrom(0), i = 0; i <= most; next = occupiedFrom((next + 1) % count), i++) {
    // All of them, when there are not more.
    if (chosen.has(next)) break;
    chosen.add(next);
  }
  const isWhole = chosen.size <= most;
  if (!isWhole) chosen.clear();
  let digest = sha256(seed);
  for (let i = 0; i < 2 * most; i++) {
    digest = sha256(digest);
    const any = bucketOf(digest, 24) >>> (24 - tree.depth);
    // In a tree with little in it the next occupied one is far, and is chosen already.
    chosen.add(i % 2 === 0 && !isWhole ? occupiedFrom(any) : any);
  }
  return [...chosen].sort((a, b) => a - b);
}
