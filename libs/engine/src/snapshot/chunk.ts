import { compareBytes, ok, reject } from '@lading/kernel';
import type { Hash, Result, Sha256 } from '@lading/kernel';
import { bucketOf, CborFields, encodeCbor, keyHash, valueHash } from '@lading/ledger';
import type { StateChange } from '../ports.js';
import type { StateRow } from '../snapshotPorts.js';
import { SNAPSHOT_LIMITS } from './snapshotLimits.js';

const TAG = 'lading/state-chunk/1';
/** More than fit in the bytes of a chunk. */
const ENTRIES = SNAPSHOT_LIMITS.chunkBytesMax / 4;

/** Rows in ascending order of their key hashes (spec/ledger.md 8.2). */
export function encodeChunk(rows: readonly StateRow[]): Uint8Array {
  return encodeCbor([TAG, rows.map(({ key, value }) => [key, value])]);
}

/** Entries of one chunk with their hashes, strictly ascending and after `after`, the last key hash of the chunk before. */
export function decodeChunk(
  bytes: Uint8Array,
  after: Uint8Array,
  stateDepth: number,
  sha256: Sha256
): Result<readonly (StateChange & { readonly value: Uint8Array; readonly valueHash: Hash })[], 'SNAPSHOT_MALFORMED'> {
  if (bytes.length > SNAPSHOT_LIMITS.chunkBytesMax) return reject('SNAPSHOT_MALFORMED', 'chunk: too many bytes');
  const fields = CborFields.decode(bytes, 2, 'chunk');
  fields.tag(TAG);
  let last = after;
  const entries = fields.list('entries', ENTRIES, (list) => {
    const one = list.nested('entry', 2);
    const key = one.text('key', SNAPSHOT_LIMITS.chunkBytesMax);
    const value = one.bytesUpTo('value', SNAPSHOT_LIMITS.chunkBytesMax);
    const hash = keyHash(key, sha256);
    if (compareBytes(last, hash) >= 0) one.refuse('key', 'is not after the one before');
    last = hash;
    return { key, keyHash: hash, bucket: bucketOf(hash, stateDepth), value, valueHash: valueHash(value, sha256) };
  });
  if (fields.fault === null && entries.length === 0) fields.refuse('entries', 'are none');
  return fields.fault === null ? ok(entries) : reject('SNAPSHOT_MALFORMED', fields.fault);
}
