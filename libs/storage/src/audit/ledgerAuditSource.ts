import type { DataSource } from 'typeorm';
import type {
  AuditBatchRow,
  AuditBlockRow,
  AuditCheckpointRow,
  AuditEpochRow,
  AuditEvidenceRow,
  AuditExtent,
  AuditGenesisRow,
  AuditOutcomeRow,
  AuditPosition,
  AuditSource,
  AuditStateRow,
  AuditTransactionRow
} from '@lading/engine';
import { decodeCbor, decodeCheckpoint, keyHash } from '@lading/ledger';
import { createDataSource } from '../database/dataSource.js';
import { asStorageFault } from '../ledgerStore/databaseError.js';
import { bytes, storedId } from '../ledgerStore/storedRows.js';
import { reckoned } from '../ledgerStore/transactionPacks.js';
import { sha256 } from '../sha256.js';

const EMPTY = new Uint8Array(0);
/** Of what is read at once, whatever its bytes. */
const PAGE_BLOCKS = 500;
const PAGE_TRANSACTIONS = 20_000;

/** That are read for a page of transactions: those of busy blocks hold more than it, those of quiet ones less. */
const PAGE_PACKS = 64;

/** The pack of the place that was read last, and some behind it. Of the view the server would sort all rows for each page. */
const ROWS_OF_PACKS = `
  SELECT p.height, ${reckoned('p.first_index + e.n - 1')} AS tx_index, p.ref_index,
    ${reckoned('p.first_in_batch + e.n - 1')} AS index_in_batch, e.encoded
  FROM (
    SELECT * FROM ledger.transaction_pack
    WHERE height BETWEEN $1 AND $4 AND (height, first_index) >= ($1, coalesce(
      (SELECT max(first_index) FROM ledger.transaction_pack WHERE height = $1 AND first_index <= $2), -2147483648))
    ORDER BY height, first_index LIMIT $3) AS p
  CROSS JOIN LATERAL unnest(p.encoded) WITH ORDINALITY AS e (encoded, n)
  WHERE p.height > $1 OR ${reckoned('p.first_index + e.n - 1')} > $2
  ORDER BY p.height, p.first_index, e.n LIMIT $5`;

type Row = Readonly<Record<string, Buffer | string | number | null>>;

/**
 * Raw rows for an auditor: what the tables hold, checked by nobody. Takes no lock and writes nothing, so it can look
 * while a node runs; a block being written appears whole or not at all.
 */
export class LedgerAuditSource implements AuditSource {
  /** Where the last page of state rows ended: a damaged key cannot be hashed to find its place again. */
  #stateEnd: { readonly key: string; readonly keyHash: Uint8Array } | null = null;

  private constructor(
    private readonly source: DataSource,
    private readonly last: number = Number.MAX_SAFE_INTEGER
  ) {}

  static async open(url: string): Promise<LedgerAuditSource> {
    const source = createDataSource({
      url,
      applicationName: 'lading-audit',
      poolSize: 2,
      statementTimeoutMs: 60_000,
      onPoolError: () => undefined
    });
    try {
      return new LedgerAuditSource(await source.initialize());
    } catch (error) {
      throw asStorageFault(error);
    }
  }

  close(): Promise<void> {
    return this.source.destroy();
  }

  /** The same rows up to and including a height; closed with this one. */
  through(height: number): LedgerAuditSource {
    return new LedgerAuditSource(this.source, height);
  }

  /** The last height of what can be read at once from a height on: about so many bytes of transactions. Null above the head. */
  async pageEnd(from: number, bytes: number): Promise<number | null> {
    const rows = await this.#rows(
      `WITH next AS (SELECT height, tx_count, sum(tx_count) OVER (ORDER BY height) AS total
         FROM (SELECT height, tx_count FROM ledger.block WHERE height >= $1 ORDER BY height LIMIT ${PAGE_BLOCKS}) AS few)
       SELECT height, (SELECT coalesce(sum(octet_length(encoded)), 0) FROM ledger.transaction t WHERE t.height = next.height) AS bytes
       FROM next WHERE total - tx_count < ${PAGE_TRANSACTIONS} ORDER BY height`,
      [from]
    );
    let left = bytes;
    for (const [index, row] of rows.entries()) {
      left -= Number(row['bytes']);
      if (left < 0) return Number(rows[Math.max(0, index - 1)]?.['height']);
    }
    return rows.length === 0 ? null : Number(rows.at(-1)?.['height']);
  }

  async genesisBytes(): Promise<Uint8Array | null> {
    const [row] = await this.#rows('SELECT bytes FROM ledger.genesis LIMIT 1', []);
    return row === undefined ? null : binary(row['bytes']);
  }

  async genesisRows(): Promise<readonly AuditGenesisRow[]> {
    const rows = await this.#rows('SELECT chain_id, bytes FROM ledger.genesis LIMIT 10', []);
    return rows.map((row) => ({ chainId: binary(row['chain_id']), bytes: binary(row['bytes']) }));
  }

  async extent(): Promise<AuditExtent> {
    const [row] = await this.#rows('SELECT max(height) AS last, sum(tx_count) AS transactions FROM ledger.block', []);
    return { lastHeight: Number(row?.['last'] ?? -1), transactions: Number(row?.['transactions'] ?? 0) };
  }

  async blocks(from: number, limit: number): Promise<readonly AuditBlockRow[]> {
    const rows = await this.#rows(
      'SELECT * FROM ledger.block WHERE height BETWEEN $1 AND $3 ORDER BY height LIMIT $2',
      [from, limit, this.last]
    );
    return rows.map((row) => ({
      height: Number(row['height']),
      blockHash: binary(row['block_hash']),
      encoded: binary(row['encoded']),
      proof: binary(row['proof']),
      outcomeRoot: binary(row['outcome_root']),
      stateRoot: binary(row['state_root']),
      txCount: Number(row['tx_count'])
    }));
  }

  async batches(from: number, to: number): Promise<readonly AuditBatchRow[]> {
    const rows = await this.#rows(
      'SELECT * FROM ledger.batch WHERE height BETWEEN $1 AND $2 ORDER BY height, ref_index',
      [from, Math.min(to, this.last)]
    );
    return rows.map((row) => ({
      height: Number(row['height']),
      refIndex: Number(row['ref_index']),
      lane: Number(row['lane']),
      seq: Number(row['seq']),
      batchHash: binary(row['batch_hash']),
      headerBytes: binary(row['header']),
      signature: binary(row['signature']),
      firstIndex: Number(row['first_index']),
      txCount: Number(row['tx_count'])
    }));
  }

  async transactions(after: AuditPosition, limit: number): Promise<readonly AuditTransactionRow[]> {
    const packs = 1 + Math.min(limit, PAGE_PACKS);
    const rows = await this.#rows(ROWS_OF_PACKS, [after.height, after.index, packs, this.last, limit]);
    return rows.map((row) => {
      const encoded = binary(row['encoded']);
      return {
        height: Number(row['height']),
        index: Number(row['tx_index']),
        txId: storedId(encoded, sha256) ?? EMPTY,
        refIndex: Number(row['ref_index']),
        indexInBatch: Number(row['index_in_batch']),
        encoded
      };
    });
  }

  async outcomes(after: AuditPosition, limit: number): Promise<readonly AuditOutcomeRow[]> {
    const rows = await this.#rows(
      `SELECT * FROM ledger.outcome
       WHERE height BETWEEN $1 AND $4 AND (height, tx_index) > ($1, $2) ORDER BY height, tx_index LIMIT $3`,
      [after.height, after.index, limit, this.last]
    );
    return rows.map((row) => {
      const detail = decodeCbor(binary(row['detail']));
      return {
        height: Number(row['height']),
        index: Number(row['tx_index']),
        txId: binary(row['tx_id']),
        status: String(row['status']),
        code: String(row['code']),
        detail: detail.ok ? detail.value : null
      };
    });
  }

  async state(after: string, limit: number): Promise<readonly AuditStateRow[]> {
    const rows = await this.#rows(
      `SELECT key_hash, key, bucket, value, value_hash FROM ledger.state
       WHERE key_hash > $1 ORDER BY key_hash LIMIT $2`,
      [this.#statePlace(after), limit]
    );
    const found = rows.map((row) => ({
      key: text(binary(row['key'])),
      keyHash: binary(row['key_hash']),
      bucket: Number(row['bucket']),
      value: binary(row['value']),
      valueHash: binary(row['value_hash'])
    }));
    this.#stateEnd = found.at(-1) ?? null;
    return found;
  }

  async checkpoints(from: number, limit: number): Promise<readonly AuditCheckpointRow[]> {
    const rows = await this.#rows(
      'SELECT height, encoded, tree_root FROM ledger.checkpoint WHERE height >= $1 ORDER BY height LIMIT $2',
      [lowest(from), limit]
    );
    return rows.map((row) => {
      const encoded = binary(row['encoded']);
      const decoded = decodeCheckpoint(encoded);
      return {
        height: Number(row['height']),
        blockHash: decoded.ok ? decoded.value.blockHash : EMPTY,
        stateRoot: decoded.ok ? decoded.value.stateRoot : EMPTY,
        encoded,
        treeRoot: row['tree_root'] === null ? null : binary(row['tree_root'])
      };
    });
  }

  async epochs(from: number, limit: number): Promise<readonly AuditEpochRow[]> {
    const rows = await this.#rows(
      'SELECT epoch, start_height, config, previous_views FROM ledger.epoch WHERE epoch >= $1 ORDER BY epoch LIMIT $2',
      [lowest(from), limit]
    );
    return rows.map((row) => ({
      epoch: Number(row['epoch']),
      startHeight: Number(row['start_height']),
      encoded: binary(row['config']),
      previousViews: binary(row['previous_views'])
    }));
  }

  async evidence(from: number, limit: number): Promise<readonly AuditEvidenceRow[]> {
    const rows = await this.#rows(
      'SELECT * FROM ledger.evidence WHERE number >= $1 ORDER BY number LIMIT $2',
      [lowest(from), limit]
    );
    return rows.map((row) => ({
      ...{ number: Number(row['number']), digest: binary(row['digest']), kind: String(row['kind']) },
      ...{ epoch: Number(row['epoch']), validator: Number(row['validator']), slot: String(row['slot']) },
      encoded: binary(row['encoded'])
    }));
  }

  async bases(): Promise<readonly number[]> {
    const rows = await this.#rows('SELECT height FROM ledger.base ORDER BY height LIMIT 10', []);
    return rows.map((row) => Number(row['height']));
  }

  #statePlace(after: string): Uint8Array {
    if (after === '') return EMPTY;
    if (this.#stateEnd?.key === after) return this.#stateEnd.keyHash;
    return keyHash(after, sha256);
  }

  async #rows(sql: string, parameters: readonly unknown[]): Promise<readonly Row[]> {
    try {
      return await this.source.query<Row[]>(sql, [...parameters]);
    } catch (error) {
      throw asStorageFault(error);
    }
  }
}

const binary = (value: Row[string] | undefined): Uint8Array => (Buffer.isBuffer(value) ? bytes(value) : EMPTY);

/** Rows below all safe integers are seen, too: nobody but an intruder writes them. */
const lowest = (from: number): number | string => (from <= Number.MIN_SAFE_INTEGER ? '-9223372036854775808' : from);

/** Replacement characters where the bytes are not UTF-8: the auditor sees that the key does not fit its hash. */
const text = (key: Uint8Array): string => new TextDecoder().decode(key);
