import { equalBytes, type Hash, type Height, type Sha256 } from '@lading/kernel';
import { assembleBatchBytes, batchHashOfBytes, type OutcomeRecord } from '@lading/ledger';
import type { StoredBatchHeader, StoredBlock, StoredTransaction } from '@lading/engine';
import { byteaArray } from './binaryArray.js';
import type { Select } from './stateQueries.js';
import { packAt, reckoned } from './transactionPacks.js';
import {
  bytes,
  corrupt,
  hash,
  toOutcome,
  toStoredBlock,
  toStoredTransaction,
  type BlockRow,
  type OutcomeRow,
  type TransactionRow
} from './storedRows.js';

/** Blocks of one answer at most, whatever their size. */
const BLOCKS = 1024;

/**
 * Batch and outcome are looked up for each row that is answered: joined as tables, the planner may read both of them from the
 * beginning of the ledger, and the answer then takes longer the longer that is.
 */
const BATCH = `LEFT JOIN LATERAL (
    SELECT batch_hash FROM ledger.batch WHERE height = t.height AND ref_index = t.ref_index LIMIT 1) b ON true`;

/** One by one out of their packs, from a place on: only packs that are needed are looked at. */
const FROM_PLACE = `
  SELECT t.height, t.tx_index, t.index_in_batch, t.encoded, b.batch_hash, o.status, o.code, o.detail, o.tx_id
  FROM (
    SELECT p.height, p.first_index, e.n, ${reckoned('p.first_index + e.n - 1')} AS tx_index, p.ref_index,
      ${reckoned('p.first_in_batch + e.n - 1')} AS index_in_batch, e.encoded
    FROM ledger.transaction_pack p CROSS JOIN LATERAL unnest(p.encoded) WITH ORDINALITY AS e (encoded, n)
    WHERE p.height >= $1 AND (p.height, p.first_index) >= ($1, coalesce(
        (SELECT max(first_index) FROM ledger.transaction_pack WHERE height = $1 AND first_index <= $2), 0))
      AND (p.height > $1 OR p.first_index + e.n - 1 >= $2)
    ORDER BY p.height, p.first_index, e.n LIMIT $3) AS t
  ${BATCH}
  LEFT JOIN LATERAL (
    SELECT status, code, detail, tx_id FROM ledger.outcome WHERE height = t.height AND tx_index = t.tx_index LIMIT 1) o ON true
  ORDER BY t.height, t.first_index, t.n`;

/** That outcome `o` is of the transaction with the id of a parameter, in the words of its index: that knows the first 64 bits. */
export const hasId = (parameter: string): string =>
  `substring(o.tx_id FROM 1 FOR 8)::bigint = substring(${parameter}::bytea FROM 1 FOR 8)::bigint AND o.tx_id = ${parameter}`;

const BY_ID = `
  SELECT t.height, t.tx_index, ${reckoned('t.first_in_batch::bigint + t.tx_index - t.first_index')} AS index_in_batch,
    t.encoded[${reckoned('t.tx_index::bigint - t.first_index + 1')}] AS encoded, b.batch_hash, t.status, t.code, t.detail, t.tx_id
  FROM (SELECT o.*, p.* FROM ledger.outcome o LEFT JOIN LATERAL (${packAt('o.height', 'o.tx_index')}) AS p ON true
    WHERE ${hasId('$1')}) AS t
  ${BATCH}
  ORDER BY t.height, t.tx_index`;

/** Reads of the append-only tables. What comes back has been decoded and hashed again, or is STORE_CORRUPT. */
export class ChainQueries {
  constructor(
    private readonly select: Select,
    private readonly sha256: Sha256
  ) {}

  async blocks(from: Height, to: Height, maxBytes: number): Promise<readonly StoredBlock[]> {
    const rows = await this.select<BlockRow>(
      `SELECT * FROM (
         SELECT height, block_hash, encoded, proof, outcome_root, state_root,
                sum(octet_length(encoded) + octet_length(proof)) OVER (ORDER BY height) AS total
         FROM ledger.block WHERE height BETWEEN $1 AND $2 ORDER BY height LIMIT ${BLOCKS}) AS sized
       WHERE total <= $3 OR height = $1 ORDER BY height`,
      [from, to, maxBytes]
    );
    return rows.map((row) => toStoredBlock(row, this.sha256));
  }

  async blockHashes(from: Height, to: Height): Promise<readonly Hash[]> {
    const rows = await this.select<{ height: string; block_hash: Buffer }>(
      'SELECT height, block_hash FROM ledger.block WHERE height BETWEEN $1 AND $2 ORDER BY height',
      [from, to]
    );
    return rows.map((row) => hash(row.block_hash, `block ${row.height}`));
  }

  async outcomeRoots(
    from: Height,
    to: Height
  ): Promise<readonly { readonly blockHash: Hash; readonly txCount: number; readonly outcomeRoot: Hash }[]> {
    const rows = await this.select<{ height: string; block_hash: Buffer; tx_count: number; outcome_root: Buffer }>(
      `SELECT height, block_hash, tx_count, outcome_root FROM ledger.block
       WHERE height BETWEEN $1 AND $2 ORDER BY height`,
      [from, to]
    );
    return rows.map((row) => ({
      blockHash: hash(row.block_hash, `block ${row.height}`),
      txCount: row.tx_count,
      outcomeRoot: hash(row.outcome_root, `block ${row.height}`)
    }));
  }

  async batchesByHash(hashes: readonly Hash[]): Promise<ReadonlyMap<string, Uint8Array>> {
    const rows = await this.select<{ batch_hash: Buffer; header: Buffer; signature: Buffer; encoded: Buffer | null }>(
      `SELECT b.batch_hash, b.header, b.signature, e.encoded
       FROM ledger.batch b
       CROSS JOIN LATERAL (
         SELECT first_index, encoded FROM ledger.transaction_pack
         WHERE height = b.height AND first_index >= b.first_index AND first_index < b.first_index::bigint + b.tx_count OFFSET 0) AS p
       CROSS JOIN LATERAL unnest(p.encoded) WITH ORDINALITY AS e (encoded, n)
       WHERE b.batch_hash = ANY ($1::bytea[]) ORDER BY b.height, b.ref_index, p.first_index, e.n`,
      [byteaArray(hashes)]
    );
    const parts = new Map<string, { header: Uint8Array; signature: Uint8Array; transactions: Uint8Array[] }>();
    for (const row of rows) {
      const name = row.batch_hash.toString('hex');
      if (row.encoded === null) throw corrupt(`batch ${name}`, 'bytes of a transaction are missing');
      const known = parts.get(name);
      if (known !== undefined) {
        known.transactions.push(bytes(row.encoded));
        continue;
      }
      const header = bytes(row.header);
      const intact = equalBytes(batchHashOfBytes(header, this.sha256), row.batch_hash);
      if (!intact) throw corrupt(`batch ${name}`, 'its hash differs');
      parts.set(name, { header, signature: bytes(row.signature), transactions: [bytes(row.encoded)] });
    }
    const found = new Map<string, Uint8Array>();
    for (const [name, part] of parts)
      found.set(name, assembleBatchBytes(part.header, part.signature, part.transactions));
    return found;
  }

  async batchHeaders(height: Height): Promise<readonly StoredBatchHeader[]> {
    const rows = await this.select<{
      ref_index: number;
      lane: number;
      seq: string;
      batch_hash: Buffer;
      header: Buffer;
      signature: Buffer;
    }>(
      `SELECT ref_index, lane, seq, batch_hash, header, signature FROM ledger.batch
       WHERE height = $1 ORDER BY ref_index`,
      [height]
    );
    const batchHash = (row: (typeof rows)[number]): Hash => hash(row.batch_hash, `batch ${height}/${row.ref_index}`);
    return rows.map((row) => ({
      height,
      refIndex: row.ref_index,
      ref: { lane: row.lane, seq: Number(row.seq), batchHash: batchHash(row) },
      headerBytes: bytes(row.header),
      signature: bytes(row.signature)
    }));
  }

  async transactionsById(txId: Hash): Promise<readonly StoredTransaction[]> {
    return (await this.select<TransactionRow>(BY_ID, [txId])).map((row) => toStoredTransaction(row, this.sha256));
  }

  async transactions(
    from: { readonly height: Height; readonly index: number },
    limit: number
  ): Promise<readonly StoredTransaction[]> {
    const rows = await this.select<TransactionRow>(FROM_PLACE, [from.height, from.index, limit]);
    let { height, index } = from;
    return rows.map((row) => {
      const stored = toStoredTransaction(row, this.sha256);
      // Packs that were moved or lost would leave out what is read in order.
      if (stored.height > height) [height, index] = [stored.height, 0];
      if (stored.index !== index) throw corrupt(`transaction ${height}/${index}`, 'it is not in its place');
      index += 1;
      return stored;
    });
  }

  async outcomes(height: Height): Promise<readonly OutcomeRecord[]> {
    const rows = await this.select<OutcomeRow>(
      `SELECT height, tx_index, tx_id, status, code, detail FROM ledger.outcome
       WHERE height = $1 ORDER BY tx_index`,
      [height]
    );
    return rows.map(toOutcome);
  }
}
