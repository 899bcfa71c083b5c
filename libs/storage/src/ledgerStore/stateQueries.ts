import { assert, compareBytes, concatBytes, decodeUtf8, encodeUtf8, equalBytes, toHex, type Sha256 } from '@lading/kernel';
import { bucketOf, bucketStart, ENTRY_BYTES, keyHash, PackedBuckets, valueHash } from '@lading/ledger';
import type { BucketEntry } from '@lading/engine';
import { byteaArray, int4Array } from './binaryArray.js';
import { HeldKeys } from './heldKeys.js';
import { bytes, corrupt, hash } from './storedRows.js';

/** Runs one SELECT. */
export type Select = <T>(sql: string, parameters: readonly unknown[]) => Promise<readonly T[]>;

/** Bytes of a key that state_prefix_idx covers. */
const INDEXED_BYTES = 256;
const CHUNK = 10_000;
/** Keys that state_prefix_idx covers, in the words of its definition, by which the planner knows that it may be used. */
const LISTED = `(substring(key FROM 1 FOR 9) = 'core/key/'::bytea OR substring(key FROM 1 FOR 12) = 'core/member/'::bytea)`;
const LISTED_PREFIXES = ['core/key/', 'core/member/'];
const HASH_BYTES = 32;

interface BucketRow {
  readonly bucket: number;
  readonly key_hash: Buffer;
  readonly value_hash: Buffer;
}

/** Reads of the current state. A value is checked against its hash; the hash is under the state root. */
export class StateQueries {
  /** Leading bits of a key hash that are the number of its bucket; undefined until asked, null until known. */
  #depth: number | null | undefined;

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
    const isListed = LISTED_PREFIXES.some((listed) => prefix.startsWith(listed));
    const rows = await this.select<{ key: Buffer; value: Buffer }>(
      `SELECT key, value FROM ledger.state
       WHERE substring(key FROM 1 FOR ${INDEXED_BYTES}) >= $1
         AND ($2::bytea IS NULL OR substring(key FROM 1 FOR ${INDEXED_BYTES}) < $2)
         AND substring(key FROM 1 FOR $3) = $4${isListed ? ` AND ${LISTED}` : ''}
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
    const depth = (this.#depth ??= await this.#depthOfRows());
    if (depth !== null) return packed(await this.#entriesOf(buckets, depth), depth);
    const found = new Map<number, BucketEntry[]>();
    const rows = await this.select<BucketRow>(
      'SELECT bucket, key_hash, value_hash FROM ledger.state WHERE bucket = ANY ($1::int[]) ORDER BY bucket, key_hash',
      [int4Array(buckets)]
    );
    for (const row of rows) {
      const entry = { keyHash: hash(row.key_hash, 'state'), valueHash: hash(row.value_hash, 'state') };
      const entries = found.get(row.bucket);
      if (entries === undefined) found.set(row.bucket, [entry]);
      else entries.push(entry);
    }
    return found;
  }

  /**
   * Buckets are ranges of the primary key, once it is known how many bits of a hash their numbers are. All entries come as one
   * value: rows with two texts each would take twice the time here.
   */
  async #entriesOf(buckets: readonly number[], depth: number): Promise<Uint8Array> {
    const [row] = await this.select<{ entries: Buffer | null; whole: boolean | null }>(
      `SELECT string_agg(s.key_hash || s.value_hash, ''::bytea) AS entries,
         bool_and(octet_length(s.key_hash) = ${HASH_BYTES} AND octet_length(s.value_hash) = ${HASH_BYTES}) AS whole
       FROM unnest($1::bytea[], $2::bytea[]) AS b (low, high) CROSS JOIN LATERAL (
         SELECT key_hash, value_hash FROM ledger.state WHERE key_hash >= b.low AND key_hash < b.high OFFSET 0) AS s`,
      [
        byteaArray(buckets.map((bucket) => bucketStart(bucket, depth))),
        byteaArray(buckets.map((bucket) => bucketStart(bucket + 1, depth)))
      ]
    );
    if (row === undefined || row.entries === null) return new Uint8Array(0);
    if (row.whole !== true) throw corrupt('the state', 'a hash has not 32 bytes');
    return row.entries;
  }

  /** Fixed for good; null while the rows do not tell. */
  async #depthOfRows(): Promise<number | null> {
    const [row] = await this.select<{ bucket: number; key_hash: Buffer }>(
      'SELECT bucket, key_hash FROM ledger.state WHERE bucket <> 0 LIMIT 1',
      []
    );
    if (row === undefined) return null;
    const bits = Math.clz32(row.bucket) - Math.clz32(row.key_hash.readUInt32BE(0));
    return 32 - bits;
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

/** Entries that lie end to end, by their buckets. They come bucket by bucket in order, unless the database changes its plan. */
function packed(entries: Uint8Array, depth: number, isSorted = false): PackedBuckets {
  const found = new PackedBuckets(entries.length / ENTRY_BYTES);
  let current = -1;
  for (let at = 0; at < entries.length; at += ENTRY_BYTES) {
    const bucket = bucketOf(entries, depth, at);
    const isKnown = bucket !== current && found.has(bucket);
    if (bucket !== current && !isKnown) found.add(bucket);
    current = bucket;
    if (!isKnown && found.append(entries, at)) continue;
    if (isSorted) throw corrupt('the state', 'a key twice');
    return packed(inOrder(entries), depth, true);
  }
  return found;
}

function inOrder(entries: Uint8Array): Uint8Array {
  const parts = Array.from({ length: entries.length / ENTRY_BYTES }, (_, i) => entries.subarray(ENTRY_BYTES * i, ENTRY_BYTES * (i + 1)));
  return concatBytes(...parts.sort(compareBytes));
}
