import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Everything that the EPCIS query language asks for, and what clients leave with a node. The query tables are emptied:
 * the projector fills them again from the ledger, now with these columns.
 */
export class QueryTables1795000000020 implements MigrationInterface {
  readonly name = 'QueryTables1795000000020';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const UP = [
  'TRUNCATE provenance.event_item, provenance.item, provenance.event, provenance.capture',
  'UPDATE provenance.position SET next_height = 1, next_index = 0, reflected_height = 0, events = 0',
  'ALTER TABLE provenance.item ADD COLUMN is_epc boolean NOT NULL',
  'CREATE INDEX item_by_epc ON provenance.item (is_epc, item_hash)',
  'CREATE INDEX event_by_type ON provenance.event (type, sequence)',
  'CREATE INDEX event_by_error ON provenance.event (error_declared, sequence)',
  `CREATE TABLE provenance.event_field (
     sequence bigint NOT NULL, position integer NOT NULL, name_hash bytea NOT NULL, pair_hash bytea,
     number numeric, text text, CONSTRAINT event_field_pkey PRIMARY KEY (sequence, position))`,
  'CREATE INDEX event_field_by_name ON provenance.event_field (name_hash, number, sequence)',
  'CREATE INDEX event_field_by_pair ON provenance.event_field (pair_hash, sequence)',
  `CREATE TABLE provenance.vocabulary (
     kind text NOT NULL, value_hash bytea NOT NULL, value text NOT NULL,
     CONSTRAINT vocabulary_pkey PRIMARY KEY (kind, value_hash))`,
  `CREATE TABLE provenance.place_link (
     parent_hash bytea NOT NULL, child_hash bytea NOT NULL, child text NOT NULL,
     CONSTRAINT place_link_pkey PRIMARY KEY (parent_hash, child_hash))`,
  `CREATE TABLE provenance.named_query (
     organization text NOT NULL, name text NOT NULL, definition text NOT NULL, member text NOT NULL,
     created_ms bigint NOT NULL, CONSTRAINT named_query_pkey PRIMARY KEY (organization, name))`,
  `CREATE TABLE provenance.subscription (
     id text NOT NULL, organization text NOT NULL, query text NOT NULL, target text NOT NULL, signature_token text,
     epc_format text NOT NULL, schedule text, report_if_empty boolean NOT NULL, initial_record_time_ms bigint,
     created_ms bigint NOT NULL, next_sequence bigint NOT NULL, last_run_ms bigint NOT NULL, last_notified_ms bigint,
     failures integer NOT NULL, retry_ms bigint, CONSTRAINT subscription_pkey PRIMARY KEY (id))`,
  'CREATE INDEX subscription_by_query ON provenance.subscription (organization, query)',
  'CREATE TABLE provenance.setting (name text NOT NULL, value bytea NOT NULL, CONSTRAINT setting_pkey PRIMARY KEY (name))'
] as const;

const DOWN = [
  ...['setting', 'subscription', 'named_query', 'place_link', 'vocabulary', 'event_field'].map(
    (table) => `DROP TABLE provenance.${table}`
  ),
  'DROP INDEX provenance.event_by_type',
  'DROP INDEX provenance.event_by_error',
  'DROP INDEX provenance.item_by_epc',
  'ALTER TABLE provenance.item DROP COLUMN is_epc'
] as const;
