import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Heights of one partition. A partition is made ahead of need by ledger.ensure_partitions. */
const PARTITION_BLOCKS = 1_000_000;

const PARTITIONED = ['block', 'batch', 'transaction', 'outcome'];

const TABLES = [
  `CREATE TABLE ledger.genesis (
     chain_id bytea NOT NULL CONSTRAINT genesis_pkey PRIMARY KEY,
     bytes bytea NOT NULL
   )`,
  `CREATE TABLE ledger.block (
     height bigint NOT NULL,
     block_hash bytea NOT NULL,
     encoded bytea NOT NULL,
     proof bytea NOT NULL,
     outcome_root bytea NOT NULL,
     state_root bytea NOT NULL,
     tx_count integer NOT NULL,
     CONSTRAINT block_pkey PRIMARY KEY (height)
   ) PARTITION BY RANGE (height)`,
  `CREATE TABLE ledger.batch (
     height bigint NOT NULL,
     ref_index integer NOT NULL,
     lane smallint NOT NULL,
     seq bigint NOT NULL,
     batch_hash bytea NOT NULL,
     header bytea NOT NULL,
     signature bytea NOT NULL,
     first_index integer NOT NULL,
     tx_count integer NOT NULL,
     CONSTRAINT batch_pkey PRIMARY KEY (height, ref_index)
   ) PARTITION BY RANGE (height)`,
  'CREATE INDEX batch_hash_idx ON ledger.batch (batch_hash)',
  `CREATE TABLE ledger.transaction (
     height bigint NOT NULL,
     tx_index integer NOT NULL,
     tx_id bytea NOT NULL,
     ref_index integer NOT NULL,
     index_in_batch integer NOT NULL,
     encoded bytea NOT NULL,
     CONSTRAINT transaction_pkey PRIMARY KEY (height, tx_index)
   ) PARTITION BY RANGE (height)`,
  'CREATE INDEX transaction_id_idx ON ledger.transaction (tx_id)',
  `CREATE TABLE ledger.outcome (
     height bigint NOT NULL,
     tx_index integer NOT NULL,
     tx_id bytea NOT NULL,
     status text NOT NULL,
     code text NOT NULL,
     detail bytea NOT NULL,
     CONSTRAINT outcome_pkey PRIMARY KEY (height, tx_index)
   ) PARTITION BY RANGE (height)`,
  // Room in the pages lets an update of a value stay on its page (heap-only tuples).
  `CREATE TABLE ledger.state (
     key_hash bytea NOT NULL CONSTRAINT state_pkey PRIMARY KEY,
     key bytea NOT NULL,
     bucket integer NOT NULL,
     value bytea NOT NULL,
     value_hash bytea NOT NULL
   ) WITH (fillfactor = 80)`,
  'CREATE INDEX state_bucket_idx ON ledger.state (bucket, key_hash)',
  // Keys have no length limit, index rows do.
  'CREATE INDEX state_prefix_idx ON ledger.state (substring(key FROM 1 FOR 256))',
  `CREATE TABLE ledger.checkpoint (
     height bigint NOT NULL CONSTRAINT checkpoint_pkey PRIMARY KEY,
     encoded bytea NOT NULL
   )`,
  `CREATE TABLE ledger.evidence (
     digest bytea NOT NULL CONSTRAINT evidence_pkey PRIMARY KEY,
     kind text NOT NULL,
     first bytea NOT NULL,
     second bytea NOT NULL,
     recorded_at timestamp with time zone NOT NULL DEFAULT now()
   )`
];

const REFUSE_CHANGE = `
  CREATE FUNCTION ledger.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'ledger.% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'LD001';
  END $$`;

/** ALWAYS: also under session_replication_role = replica. Row triggers are cloned to partitions, TRUNCATE's are not. */
export const appendOnly = (table: string): string[] => [
  `CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger.${table}
     FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change()`,
  `CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON ledger.${table}
     FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()`,
  `ALTER TABLE ledger.${table} ENABLE ALWAYS TRIGGER append_only`,
  `ALTER TABLE ledger.${table} ENABLE ALWAYS TRIGGER append_only_truncate`
];

/**
 * Makes the partitions that cover heights 0 … up_to and returns the first height that is not covered. Runs with the
 * owner's rights, because the node's role has no DDL; so it refuses to be driven far ahead of the chain, whose `tip` is an SQL term.
 * `settings`: of each partition's storage; `tables`: those that are partitioned.
 */
export const ensurePartitions = (
  verb: 'CREATE' | 'CREATE OR REPLACE',
  tip: string,
  settings = 'autovacuum_enabled',
  tables: readonly string[] = PARTITIONED
): string => `
  ${verb} FUNCTION ledger.ensure_partitions(up_to bigint) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  DECLARE
    size CONSTANT bigint := ${PARTITION_BLOCKS};
    tip bigint;
    parent text;
    part text;
    number bigint;
  BEGIN
    SELECT ${tip} INTO tip;
    IF up_to < 0 OR up_to > tip + 2 * size THEN
      RAISE EXCEPTION 'partitions up to height % are too far ahead of height %', up_to, tip USING ERRCODE = 'LD003';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('ledger.ensure_partitions'));
    FOREACH parent IN ARRAY ARRAY[${tables.map((table) => `'${table}'`).join(', ')}] LOOP
      FOR number IN 0 .. up_to / size LOOP
        part := format('%s_p%s', parent, lpad(number::text, 6, '0'));
        CONTINUE WHEN to_regclass(format('ledger.%I', part)) IS NOT NULL;
        EXECUTE format('CREATE TABLE ledger.%I PARTITION OF ledger.%I FOR VALUES FROM (%s) TO (%s) WITH (${settings})',
                       part, parent, number * size, (number + 1) * size);
        EXECUTE format('CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON ledger.%I
                        FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()', part);
        EXECUTE format('ALTER TABLE ledger.%I ENABLE ALWAYS TRIGGER append_only_truncate', part);
      END LOOP;
    END LOOP;
    RETURN (up_to / size + 1) * size;
  END $$`;

/** Guard of the commit statement: fails it unless the last block is the one it builds on. */
const REQUIRE_TIP = `
  CREATE FUNCTION ledger.require_tip(expected_height bigint, expected_hash bytea) RETURNS bigint
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
  DECLARE
    tip record;
  BEGIN
    SELECT height, block_hash INTO tip FROM ledger.block ORDER BY height DESC LIMIT 1;
    IF coalesce(tip.height, -1) <> expected_height
       OR (expected_height >= 0 AND tip.block_hash <> expected_hash) THEN
      RAISE EXCEPTION 'the last block is %, not %', coalesce(tip.height, -1), expected_height USING ERRCODE = 'LD002';
    END IF;
    RETURN expected_height;
  END $$`;

export class CreateLedger1795000000000 implements MigrationInterface {
  readonly name = 'CreateLedger1795000000000';

  async up(runner: QueryRunner): Promise<void> {
    const triggers = [...PARTITIONED, 'genesis', 'evidence'].flatMap(appendOnly);
    const partitions = ensurePartitions('CREATE', '(SELECT coalesce(max(height), 0) FROM ledger.block)');
    const statements = [...TABLES, REFUSE_CHANGE, ...triggers, partitions, REQUIRE_TIP];
    for (const statement of statements) await runner.query(statement);
    await runner.query('REVOKE ALL ON FUNCTION ledger.ensure_partitions(bigint) FROM PUBLIC');
    await runner.query('SELECT ledger.ensure_partitions(0)');
  }

  /** Forward only: a ledger is not un-made. */
  down(): Promise<void> {
    return Promise.reject(new Error('the ledger schema has no way back; restore a backup instead'));
  }
}
