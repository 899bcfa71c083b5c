import { ok, reject } from '@lading/kernel';
import type { Hash, Height, Result, Sha256 } from '@lading/kernel';
import {
  CborFields,
  compactRangeWidth,
  decodeBlock,
  decodeCheckpoint,
  decodeCommitProof,
  encodeCbor,
  encodeCheckpoint,
  encodeCommitProof,
  EPOCH_LINKS
} from '@lading/ledger';
import type { Block, CheckpointCertificate, CommitProof, EpochLink, LaneCursor } from '@lading/ledger';
import { decodeViews, encodeViews } from '../epochViews.js';
import { SNAPSHOT_LIMITS } from './snapshotLimits.js';
import type { StoredView } from '../ports.js';

/** An epoch that ended at or below the snapshot's height. */
export interface SnapshotEpoch {
  readonly link: EpochLink;
  readonly views: readonly StoredView[];
}

/** Hash and state root of one block at or below the snapshot's height. */
export interface RecentRoot {
  readonly blockHash: Hash;
  readonly stateRoot: Hash;
}

/** Everything of a snapshot but its state (spec/ledger.md 8.1). Decoded and bounded, not verified. */
export interface SnapshotManifest {
  readonly chainId: Hash;
  readonly epochs: readonly SnapshotEpoch[];
  readonly views: readonly StoredView[];
  readonly block: Block;
  readonly proof: CommitProof;
  readonly checkpoint: CheckpointCertificate;
  /** Roots of the full subtrees over the block hashes below the height, and of as many leaves of the outcomes log. */
  readonly history: readonly Hash[];
  readonly outcomes: readonly Hash[];
  readonly outcomeRoot: Hash;
  readonly cursors: readonly LaneCursor[];
  /** Ascending; the last one is the snapshot's own height. */
  readonly recent: readonly RecentRoot[];
  readonly treeRoot: Hash;
  readonly chunks: readonly Hash[];
}

const TAG = 'lading/snapshot/1';
const HASHES_OF_RANGE = 53;
/** Below, there is nothing that a node would not hold. */
const LOWEST = 2;
const LANES = 31;
const RECENT = 64;
const HEADER_BYTES = 1024;
const PROOF_BYTES = 65_536;
const CONFIG_BYTES = 65_536;

export const heightOfManifest = ({ block }: SnapshotManifest): Height => block.header.height;

export function encodeManifest(manifest: SnapshotManifest): Uint8Array {
  return encodeCbor([
    TAG,
    manifest.chainId,
    manifest.epochs.map(({ link, views }) => [link.header, link.commitProof, link.config, encodeViews(views)]),
    encodeViews(manifest.views),
    manifest.block.encoded,
    encodeCommitProof(manifest.proof),
    encodeCheckpoint(manifest.checkpoint),
    manifest.history,
    manifest.outcomes,
    manifest.outcomeRoot,
    manifest.cursors.map(({ nextSeq, lastBatchHash }) => [nextSeq, lastBatchHash]),
    manifest.recent.map(({ blockHash, stateRoot }) => [blockHash, stateRoot]),
    manifest.treeRoot,
    manifest.chunks
  ]);
}

/** The only way from bytes to a manifest: one form, every list bounded, every part decoded. */
export function decodeManifest(bytes: Uint8Array, sha256: Sha256): Result<SnapshotManifest, 'SNAPSHOT_MALFORMED'> {
  if (bytes.length > SNAPSHOT_LIMITS.manifestBytes) return reject('SNAPSHOT_MALFORMED', 'manifest: too many bytes');
  const fields = CborFields.decode(bytes, 14, 'manifest');
  fields.tag(TAG);
  const chainId = fields.hash('chainId');
  const epochs = fields.list('epochs', EPOCH_LINKS, (list) => readEpoch(list.nested('epoch', 4)));
  const views = readViews(fields);
  const block = part(fields, 'block', SNAPSHOT_LIMITS.manifestBytes, (part) => decodeBlock(part, sha256));
  const proof = part(fields, 'commitProof', PROOF_BYTES, decodeCommitProof);
  const checkpoint = part(fields, 'checkpoint', PROOF_BYTES, decodeCheckpoint);
  const history = readHashes(fields, 'history', HASHES_OF_RANGE);
  const outcomes = readHashes(fields, 'outcomes', HASHES_OF_RANGE);
  const outcomeRoot = fields.hash('outcomeRoot');
  const cursors = readCursors(fields);
  const recent = fields.list('recent', RECENT, (list) => {
    const one = list.nested('recent', 2);
    return { blockHash: one.hash('blockHash'), stateRoot: one.hash('stateRoot') };
  });
  const treeRoot = fields.hash('treeRoot');
  const chunks = readHashes(fields, 'chunks', SNAPSHOT_LIMITS.chunks);
  if (fields.fault !== null || block === null || proof === null || checkpoint === null) {
    return reject('SNAPSHOT_MALFORMED', fields.fault ?? 'manifest');
  }
  const width = compactRangeWidth(block.header.height);
  if (block.header.height < LOWEST || history.length !== width || outcomes.length !== width) {
    return reject('SNAPSHOT_MALFORMED', 'manifest: the subtrees are not those of the height');
  }
  const lists = { epochs, views, history, outcomes, cursors, recent, chunks };
  return ok({ ...lists, chainId, block, proof, checkpoint, outcomeRoot, treeRoot });
}

function readEpoch(fields: CborFields): SnapshotEpoch {
  const header = fields.bytesUpTo('header', HEADER_BYTES);
  const commitProof = fields.bytesUpTo('commitProof', PROOF_BYTES);
  const config = fields.bytesUpTo('config', CONFIG_BYTES);
  return { link: { header, commitProof, config }, views: readViews(fields) };
}

function readViews(fields: CborFields): readonly StoredView[] {
  return part(fields, 'views', SNAPSHOT_LIMITS.manifestBytes, decodeViews) ?? [];
}

function readHashes(fields: CborFields, name: string, max: number): readonly Hash[] {
  return fields.list(name, max, (list) => list.hash('hash'));
}

function readCursors(fields: CborFields): readonly LaneCursor[] {
  let lane = 0;
  return fields.list('cursors', LANES, (list) => {
    const one = list.nested('cursor', 2);
    return { lane: lane++, nextSeq: one.uint('nextSeq'), lastBatchHash: one.hash('lastBatchHash') };
  });
}

/** A byte string with a decoder of its own. */
function part<T>(fields: CborFields, name: string, max: number, decode: (bytes: Uint8Array) => Result<T>): T | null {
  const bytes = fields.bytesUpTo(name, max);
  const decoded = decode(bytes);
  if (decoded.ok) return decoded.value;
  fields.refuse(name, `does not decode: ${decoded.code}`);
  return null;
}
