import { asHash, equalBytes } from '@lading/kernel';
import type { Hash, Sha256 } from '@lading/kernel';
import { bucketHash, bucketOf, hashBuckets, keyHash, valueHash } from '@lading/ledger';
import type { StateEntry } from '@lading/ledger';
import type { HeldRow } from '../execution/pastStates.js';

export interface RowFinding {
  readonly key: string;
  readonly what: string;
}

const HASH_BYTES = 32;

/**
 * What is wrong with the rows of the buckets from `first` on (spec/compare.md 4.1), ascending by keyHash. `tree`: the hash of
 * each of these buckets in the state tree, after the block that the rows were read at.
 */
export function rowFindings(
  rows: readonly HeldRow[],
  first: number,
  tree: readonly Hash[],
  depth: number,
  sha256: Sha256
): readonly RowFinding[] {
  const findings: RowFinding[] = [];
  const keys = new Map<number, string[]>();
  const entries = new Map<number, StateEntry[]>();
  for (const row of rows) {
    const what = ownFault(row, sha256);
    if (what !== null) findings.push({ key: row.key, what });
    if (row.keyHash.length !== HASH_BYTES || row.valueHash.length !== HASH_BYTES) continue;
    const bucket = bucketOf(row.keyHash, depth);
    append(keys, bucket, row.key);
    append(entries, bucket, { keyHash: asHash(row.keyHash), valueHash: asHash(row.valueHash) });
  }
  const found = new Map<number, Uint8Array>();
  const { buckets, hashes } = hashBuckets(entries, sha256);
  for (const [i, bucket] of buckets.entries()) found.set(bucket, hashes.subarray(HASH_BYTES * i, HASH_BYTES * (i + 1)));
  const empty = bucketHash([], sha256);
  for (const [i, expected] of tree.entries()) {
    if (equalBytes(found.get(first + i) ?? empty, expected)) continue;
    findings.push(...bucketFindings(first + i, keys.get(first + i) ?? []));
  }
  return findings;
}

function bucketFindings(bucket: number, keys: readonly string[]): readonly RowFinding[] {
  if (keys.length === 0) return [{ key: `bucket ${bucket}`, what: 'the state tree has entries here, and the table no row' }];
  const others = keys.length === 1 ? '' : `, or another of the ${keys.length} in its bucket, or one is missing`;
  return keys.map((key) => ({ key, what: `the row is not what the state tree was made of${others}` }));
}

function ownFault(row: HeldRow, sha256: Sha256): string | null {
  if (!equalBytes(keyHash(row.key, sha256), row.keyHash)) return 'key_hash is not the hash of the key';
  if (!equalBytes(valueHash(row.value, sha256), row.valueHash)) return 'value_hash is not the hash of the value';
  return null;
}

function append<T>(lists: Map<number, T[]>, bucket: number, value: T): void {
  const list = lists.get(bucket);
  if (list === undefined) lists.set(bucket, [value]);
  else list.push(value);
}
