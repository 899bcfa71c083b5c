import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Schema `provenance` (made by runMigrations): query tables only. The node's role may also empty them (a rebuild is one
 * command), which it may never do to the ledger's own tables.
 */
export class CreateProjection1795000000001 implements MigrationInterface {
  readonly name = 'CreateProjection1795000000001';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['event_item', 'item', 'event', 'capture', 'position']) {
      await runner.query(`DROP TABLE provenance.${table}`);
    }
  }
}

const STATEMENTS = [
  `CREATE TABLE provenance.position (
     id smallint NOT NULL, next_height bigint NOT NULL, next_index integer NOT NULL,
     reflected_height bigint NOT NULL, events bigint NOT NULL, CONSTRAINT position_pkey PRIMARY KEY (id))`,
  'INSERT INTO provenance.position VALUES (1, 1, 0, 0, 0)',
  `CREATE TABLE provenance.event (
     sequence bigint NOT NULL, height bigint NOT NULL, index integer NOT NULL, event_index integer NOT NULL,
     tx_id bytea NOT NULL, organization text NOT NULL, member text NOT NULL, on_behalf_of text,
     record_time_ms bigint NOT NULL, event_time_ms bigint NOT NULL,
     event_id text NOT NULL, event_id_hash bytea NOT NULL, event_id_assigned boolean NOT NULL,
     type text NOT NULL, action text, biz_step text, biz_step_hash bytea, disposition text,
     read_point text, biz_location text, transformation_id text, error_declared boolean NOT NULL,
     content bytea NOT NULL, context text, CONSTRAINT event_pkey PRIMARY KEY (sequence))`,
  'CREATE UNIQUE INDEX event_by_place ON provenance.event (height, index, event_index)',
  'CREATE INDEX event_by_event_id ON provenance.event (event_id_hash)',
  'CREATE INDEX event_by_event_time ON provenance.event (event_time_ms, sequence)',
  'CREATE INDEX event_by_record_time ON provenance.event (record_time_ms, sequence)',
  'CREATE INDEX event_by_biz_step ON provenance.event (biz_step_hash, sequence)',
  `CREATE TABLE provenance.item (
     item_hash bytea NOT NULL, item text NOT NULL, label_hash bytea NOT NULL, is_class boolean NOT NULL,
     CONSTRAINT item_pkey PRIMARY KEY (item_hash))`,
  'CREATE INDEX item_by_label ON provenance.item (label_hash)',
  `CREATE TABLE provenance.event_item (
     sequence bigint NOT NULL, position integer NOT NULL, item_hash bytea NOT NULL, role text NOT NULL,
     quantity numeric, unit text, CONSTRAINT event_item_pkey PRIMARY KEY (sequence, position))`,
  'CREATE INDEX event_item_by_item ON provenance.event_item (item_hash, role, sequence)',
  `CREATE TABLE provenance.capture (
     height bigint NOT NULL, index integer NOT NULL, tx_id bytea NOT NULL, organization text NOT NULL,
     capture_id text NOT NULL, capture_id_hash bytea NOT NULL, behaviour text NOT NULL, status text NOT NULL,
     code text NOT NULL, detail text NOT NULL, event_count integer NOT NULL, record_time_ms bigint NOT NULL,
     CONSTRAINT capture_pkey PRIMARY KEY (height, index))`,
  'CREATE INDEX capture_by_id ON provenance.capture (organization, capture_id_hash)'
] as const;
