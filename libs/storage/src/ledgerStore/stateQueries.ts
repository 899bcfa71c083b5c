import { assert, decodeUtf8, encodeUtf8, equalBytes, toHex, type Sha256 } from '@lading/kernel';
import { keyHash, valueHash } from '@lading/ledger';
import type { BucketEntry } from '@lading/engine';
import { byteaArray, int4Array } from './binaryArray.js';
import { HeldKeys } from './heldKeys.js';
import { bytes, corrupt, hash } from './storedRows.js';

/** Runs one SELECT. */
export type Select = <T>(sql: string, parameters: readonly unknown[]) => Promise<readonly T[]>;

/** Bytes of a key that state_prefix_idx covers. */
const INDEXED_BYTES = 256;
const CHUNK = 10_000;

/** Reads of the current state. A value is checked against its hash; the hash is under the state root. */
export class StateQueries {
  /** `held` learns of all rows from {@link all}, which a start reads through; and whoever writes rows tells it of them. */
  constructor(
    private readonly select: Select,
    private readonly sha256: Sha256,
    private readonly held: HeldKeys = new HeldKeys()
  ) {}

  async values(keys: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
    const keyOf = new Map<string, string>();
    const hashes: Uint8Array[] = [];
    for (const key of keys) {
      const hashed = keyHash(key, this.sha256);
      if (!this.held.mayHold(hashed)) continue;
      hashes.push(hashed);
      keyOf.set(toHex(hashed), key);
    }
    if (hashes.length === 0) return new Map();
    const rows = await this.select<{ key_hash: Buffer; value: Buffer; value_hash: Buffer }>(
      'SELECT key_hash, value, value_hash FROM ledger.state WHERE key_hash = ANY ($1::bytea[])',
      [byteaArray(hashes)]
    );
    const found = new Map<string, Uint8Array>();
    for (const row of rows) {
      const key = keyOf.get(row.key_hash.toString('hex'));
      assert(key !== undefined, 'stateValues: a row that was not asked for');
      if (!equalBytes(valueHash(row.value, this.sha256), row.value_hash))
        throw corrupt(`state ${key}`, 'its hash differs');
      found.set(key, bytes(row.value));
    }
    return found;
  }

  /** Of the table with what is stored out of line, without indexes: a look at files, not at rows. */
  async tableBytes(): Promise<number> {
    const [row] = await this.select<{ size: string }>(`SELECT pg_table_size('ledger.state') AS size`, []);
    return Number(row?.size ?? 0);
  }

  async byPrefix(
    prefix: string,
    limit: number
  ): Promise<readonly { readonly key: string; readonly value: Uint8Array }[]> {
    const wanted = encodeUtf8(prefix);
    assert(wanted !== null, 'stateByPrefix: a prefix has no UTF-8');
    const head = wanted.subarray(0, INDEXED_BYTES);
    const rows = await this.select<{ key: Buffer; value: Buffer }>(
      `SELECT key, value FROM ledger.state
       WHERE substring(key FROM 1 FOR ${INDEXED_BYTES}) >= $1
         AND ($2::bytea IS NULL OR substring(key FROM 1 FOR ${INDEXED_BYTES}) < $2)
         AND substring(key FROM 1 FOR $3) = $4
       ORDER BY substring(key FROM 1 FOR ${INDEXED_BYTES}), key LIMIT $5`,
      [head, upperBound(head), wanted.length, wanted, limit]
    );
    return rows.map((row) => {
      const key = decodeUtf8(bytes(row.key));
      if (key === null) throw corrupt('a state key', 'not UTF-8');
      return { key, value: bytes(row.value) };
    });
  }

  async bucketEntries(asked: readonly number[]): Promise<ReadonlyMap<number, readonly BucketEntry[]>> {
    const buckets = asked.filter((bucket) => this.held.mayHoldBucket(bucket));
    if (buckets.length === 0) return new Map();
    const rows = await this.select<{ bucket: number; key_hash: Buffer; value_hash: Buffer }>(
      `SELECT bucket, key_hash, value_hash FROM ledger.state
       WHERE bucket = ANY ($1::int[]) ORDER BY bucket, key_hash`,
      [int4Array(buckets)]
    );
    const found = new Map<number, BucketEntry[]>();
    for (const row of rows) {
      const entry = { keyHash: hash(row.key_hash, 'state'), valueHash: hash(row.value_hash, 'state') };
      const entries = found.get(row.bucket);
      if (entries === undefined) found.set(row.bucket, [entry]);
      else entries.push(entry);
    }
    return found;
  }

  /** In key_hash order, which is (bucket, keyHash) order: the bucket is the first bits of the hash. */
  async *all(): AsyncIterable<readonly (BucketEntry & { readonly bucket: number })[]> {
    const complete = this.held.beginPass();
    let after: Uint8Array = new Uint8Array(0);
    for (;;) {
      const rows = await this.select<{ bucket: number; key_hash: Buffer; value_hash: Buffer }>(
        'SELECT bucket, key_hash, value_hash FROM ledger.state WHERE key_hash > $1 ORDER BY key_hash LIMIT $2',
        [after, CHUNK]
      );
      for (const row of rows) this.held.mark(row.bucket, row.key_hash);
      const last = rows.at(-1);
      if (rows.length < CHUNK) complete();
      if (last === undefined) return;
      yield rows.map((row) => ({
        bucket: row.bucket,
        keyHash: hash(row.key_hash, 'state'),
        valueHash: hash(row.value_hash, 'state')
      }));
      if (rows.length < CHUNK) return;
      after = last.key_hash;
    }
  }
}

/** The smallest byte string above all that start with `prefix`; null when there is none. UTF-8 has no byte 0xff. */
function upperBound(prefix: Uint8Array): Uint8Array | null {
  const last = prefix.at(-1);
  if (last === undefined) return null;
  const bound = prefix.slice();
  bound[bound.length - 1] = last + 1;
  return bound;
}
