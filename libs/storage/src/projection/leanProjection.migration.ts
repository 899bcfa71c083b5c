import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Hashes of texts in the 16 bytes of a uuid, in place: rows stay. Indexes that repeat another one go; those over few
 * values, or over what only grows, take a form that costs next to nothing a row.
 */
export class LeanProjection1795000000100 implements MigrationInterface {
  readonly name = 'LeanProjection1795000000100';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  /** What was cut off hashes is in no table: the ledger gives the rows again. */
  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const HASHES: Readonly<Record<string, readonly string[]>> = {
  event: ['event_id_hash', 'biz_step_hash'],
  item: ['item_hash', 'label_hash'],
  event_item: ['item_hash'],
  event_field: ['name_hash', 'pair_hash'],
  vocabulary: ['value_hash'],
  place_link: ['parent_hash', 'child_hash'],
  capture: ['capture_id_hash']
};

const typed = (type: string, using: (column: string) => string): readonly string[] =>
  Object.entries(HASHES).map(([table, columns]) => {
    const changes = columns.map((column) => `ALTER COLUMN ${column} TYPE ${type} USING ${using(column)}`);
    return `ALTER TABLE provenance.${table} ${changes.join(', ')}`;
  });

const UP = [
  ...['event_by_biz_step', 'event_by_record_time', 'event_by_type', 'event_by_error', 'item_by_epc'].map(
    (index) => `DROP INDEX provenance.${index}`
  ),
  ...typed('uuid', (column) => `encode(substring(${column} FROM 1 FOR 16), 'hex')::uuid`),
  // Few values: an index that names each of them once. In the order of the ledger they come by the primary key.
  'CREATE INDEX event_by_type ON provenance.event (type)',
  'CREATE INDEX event_by_error ON provenance.event (sequence) WHERE error_declared',
  // Times of blocks only grow, as the table does.
  `CREATE INDEX event_by_record_time ON provenance.event USING brin (record_time_ms)
     WITH (pages_per_range = 16, autosummarize = on)`
];

const DOWN = [
  'TRUNCATE provenance.event_field, provenance.event_item, provenance.item, provenance.event, provenance.capture',
  'TRUNCATE provenance.vocabulary, provenance.place_link',
  'UPDATE provenance.position SET next_height = 1, next_index = 0, reflected_height = 0, events = 0',
  ...['event_by_record_time', 'event_by_type', 'event_by_error'].map((index) => `DROP INDEX provenance.${index}`),
  ...typed('bytea', (column) => `uuid_send(${column})`),
  'CREATE INDEX event_by_type ON provenance.event (type, sequence)',
  'CREATE INDEX event_by_error ON provenance.event (error_declared, sequence)',
  'CREATE INDEX event_by_record_time ON provenance.event (record_time_ms, sequence)',
  'CREATE INDEX event_by_biz_step ON provenance.event (biz_step_hash, sequence)',
  'CREATE INDEX item_by_epc ON provenance.item (is_epc, item_hash)'
];
