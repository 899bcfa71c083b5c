import { equalBytes, reject, ok } from '@lading/kernel';
import type { Hash, Result, Sha256 } from '@lading/kernel';
import { StateTreeBuilder } from '../execution/stateTreeBuilder.js';
import type { BucketEntry, StateChange } from '../ports.js';
import { decodeChunk } from './chunk.js';

/** Reads a chunk's bytes again; null when they are not there. */
export type ReadChunk = (index: number) => Promise<Uint8Array | null>;

type Faulty = 'SNAPSHOT_MALFORMED' | 'SNAPSHOT_FALSE';

/**
 * Rebuilds the state tree of all chunks and compares its root (spec/ledger.md 8.5). Nothing of a snapshot is believed, and
 * nothing is written, before this.
 */
export async function verifyState(
  chunks: readonly Hash[],
  treeRoot: Hash,
  stateDepth: number,
  read: ReadChunk,
  sha256: Sha256
): Promise<Result<null, Faulty>> {
  const builder = new StateTreeBuilder(stateDepth, sha256);
  for await (const rows of decodedChunks(chunks, stateDepth, read, sha256)) {
    if (!rows.ok) return rows;
    for (const row of rows.value) builder.add(row);
  }
  const root = builder.finish().root();
  return equalBytes(root, treeRoot) ? ok(null) : reject('SNAPSHOT_FALSE', 'the state has another root than is certified');
}

/** The entries of all chunks in order; ends with the first that is not the manifest's, or not in order. */
export async function* decodedChunks(
  chunks: readonly Hash[],
  stateDepth: number,
  read: ReadChunk,
  sha256: Sha256
): AsyncGenerator<Result<readonly (StateChange & BucketEntry)[], Faulty>> {
  let after: Uint8Array = new Uint8Array(0);
  for (const [index, hash] of chunks.entries()) {
    const bytes = await read(index + 1);
    if (bytes === null || !equalBytes(sha256(bytes), hash)) {
      yield reject('SNAPSHOT_FALSE', `chunk ${index + 1} is not the one that the manifest names`);
      return;
    }
    const decoded = decodeChunk(bytes, after, stateDepth, sha256);
    yield decoded;
    if (!decoded.ok) return;
    after = decoded.value.at(-1)?.keyHash ?? after;
  }
}
