import type { MigrationInterface, QueryRunner } from 'typeorm';
import { PACK_BYTES } from '../ledgerStore/transactionPacks.js';
import { appendOnly, ensurePartitions } from './createLedger1795000000000.js';
import { TIP_OR_BASE } from './ledgerBase1795000000050.js';
import { READ_WHOLE } from './quietVacuum1795000000160.js';

/**
 * Transactions of a batch stand together in rows that PostgreSQL compresses: alone, none of them is long enough. They are found
 * by the ids of their outcomes. What was stored is carried over; a ledger whose transactions and outcomes do not fit each other is not.
 */
export class TransactionPacks1795000000200 implements MigrationInterface {
  readonly name = 'TransactionPacks1795000000200';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [FITTING, PACKS, ...appendOnly('transaction_pack')]) await runner.query(statement);
    await runner.query('ALTER TABLE ledger.transaction_pack ALTER COLUMN encoded SET STATISTICS 0');
    await runner.query(partitions('transaction_pack'));
    await runner.query(COVER);
    await runner.query(FILL);
    await runner.query('DROP TABLE ledger.transaction');
    await runner.query(VIEW);
    await runner.query(ID_INDEX('outcome'));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX ledger.outcome_id_idx');
    await runner.query('ALTER VIEW ledger.transaction RENAME TO packed');
    for (const statement of [ROWS, ...appendOnly('transaction'), partitions('transaction'), COVER, ID_INDEX('transaction')])
      await runner.query(statement);
    await runner.query('INSERT INTO ledger.transaction SELECT * FROM ledger.packed ORDER BY height, tx_index');
    await runner.query('DROP VIEW ledger.packed');
    await runner.query('DROP TABLE ledger.transaction_pack');
  }
}

const partitions = (ofTransactions: string): string =>
  ensurePartitions('CREATE OR REPLACE', TIP_OR_BASE, READ_WHOLE, ['block', 'batch', ofTransactions, 'outcome']);

/** As far as the tables that there were. */
const COVER = `SELECT ledger.ensure_partitions(${TIP_OR_BASE})`;

const PACKS = `
  CREATE TABLE ledger.transaction_pack (
    height bigint NOT NULL,
    first_index integer NOT NULL,
    ref_index integer NOT NULL,
    first_in_batch integer NOT NULL,
    encoded bytea[] NOT NULL,
    CONSTRAINT transaction_pack_pkey PRIMARY KEY (height, first_index),
    CONSTRAINT transaction_pack_is_list CHECK (array_ndims(encoded) = 1 AND array_lower(encoded, 1) = 1)
  ) PARTITION BY RANGE (height)`;

/** An edited place would move a transaction beyond all integers, were it not for the least. */
const place = (first: string): string => `least(${first}::bigint + e.n - 1, 2147483647)::integer`;

const VIEW = `
  CREATE VIEW ledger.transaction AS
  SELECT p.height, ${place('p.first_index')} AS tx_index,
    (SELECT o.tx_id FROM ledger.outcome o WHERE o.height = p.height AND o.tx_index = p.first_index::bigint + e.n - 1) AS tx_id,
    p.ref_index, ${place('p.first_in_batch')} AS index_in_batch, e.encoded
  FROM ledger.transaction_pack p CROSS JOIN LATERAL unnest(p.encoded) WITH ORDINALITY AS e (encoded, n)`;

/** Places and ids that packs and outcomes would not tell any more were they wrong. */
const FITTING = `
  DO $$
  BEGIN
    IF EXISTS (
      SELECT FROM ledger.transaction t FULL JOIN ledger.outcome o ON o.height = t.height AND o.tx_index = t.tx_index
      WHERE t.tx_id IS DISTINCT FROM o.tx_id
    ) OR EXISTS (
      SELECT FROM ledger.transaction GROUP BY height, ref_index
      HAVING count(*) <> max(tx_index) - min(tx_index) + 1 OR min(index_in_batch) <> 0
        OR min(tx_index - index_in_batch) <> max(tx_index - index_in_batch)
    ) THEN
      RAISE EXCEPTION 'transactions and outcomes of this ledger do not fit each other: audit it with the version that wrote it';
    END IF;
  END $$`;

const FILL = `
  INSERT INTO ledger.transaction_pack (height, first_index, ref_index, first_in_batch, encoded)
  SELECT height, min(tx_index), ref_index, min(index_in_batch), array_agg(encoded ORDER BY tx_index)
  FROM (
    SELECT *, (sum(octet_length(encoded)::bigint) OVER (PARTITION BY height, ref_index ORDER BY tx_index)
      - octet_length(encoded))::bigint / ${PACK_BYTES} AS pack
    FROM ledger.transaction) AS placed
  GROUP BY height, ref_index, pack ORDER BY height, min(tx_index)`;

const ID_INDEX = (table: string): string =>
  `CREATE INDEX ${table}_id_idx ON ledger.${table} ((substring(tx_id FROM 1 FOR 8)::bigint))`;

const ROWS = `
  CREATE TABLE ledger.transaction (
    height bigint NOT NULL,
    tx_index integer NOT NULL,
    tx_id bytea NOT NULL,
    ref_index integer NOT NULL,
    index_in_batch integer NOT NULL,
    encoded bytea NOT NULL,
    CONSTRAINT transaction_pkey PRIMARY KEY (height, tx_index)
  ) PARTITION BY RANGE (height)`;
