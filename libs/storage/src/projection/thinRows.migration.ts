import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What the ledger or another column says is not stored a second time: identifiers that captures are given by their transaction,
 * beginnings of items, hashes of event ids. Texts of events stay where they are; of new ones those lie in the transaction
 * that are short. Rows are carried over.
 */
export class ThinRows1795000000140 implements MigrationInterface {
  readonly name = 'ThinRows1795000000140';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  /** Texts that were left in transactions are in no table: the ledger gives the rows again. */
  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

/** Base64url of the transaction id (RFC 4648 §5, without padding). */
const OWN_ID = `rtrim(translate(encode(tx_id, 'base64'), '+/', '-_'), '=')`;

const UP = [
  ...['capture_by_id', 'item_by_stem', 'event_by_event_id'].map((index) => `DROP INDEX provenance.${index}`),
  'ALTER TABLE provenance.capture ALTER COLUMN capture_id DROP NOT NULL',
  `ALTER TABLE provenance.capture DROP COLUMN capture_id_hash,
     ALTER COLUMN capture_id TYPE text USING nullif(capture_id, ${OWN_ID})`,
  `CREATE INDEX capture_by_id ON provenance.capture (hashtextextended(capture_id, 0)) WHERE capture_id IS NOT NULL`,
  'ALTER TABLE provenance.item DROP COLUMN stem',
  // Behind the 19 characters that all of them begin with.
  `CREATE INDEX item_by_stem ON provenance.item (substring(item FROM 20 FOR 45) COLLATE "C")
     WHERE starts_with(item, 'https://id.gs1.org/')`,
  `ALTER TABLE provenance.event DROP COLUMN event_id_hash, ALTER COLUMN content DROP NOT NULL,
     ADD COLUMN content_at integer, ADD COLUMN content_size integer`,
  'CREATE INDEX event_by_event_id ON provenance.event (hashtextextended(event_id, 0))'
];

const DOWN = [
  'TRUNCATE provenance.event_field, provenance.event_item, provenance.item, provenance.event, provenance.capture',
  'TRUNCATE provenance.vocabulary, provenance.place_link',
  'UPDATE provenance.position SET next_height = 1, next_index = 0, reflected_height = 0, events = 0',
  ...['capture_by_id', 'item_by_stem', 'event_by_event_id'].map((index) => `DROP INDEX provenance.${index}`),
  `ALTER TABLE provenance.event ADD COLUMN event_id_hash uuid NOT NULL, ALTER COLUMN content SET NOT NULL,
     DROP COLUMN content_at, DROP COLUMN content_size`,
  'CREATE INDEX event_by_event_id ON provenance.event (event_id_hash)',
  'ALTER TABLE provenance.item ADD COLUMN stem text COLLATE "C"',
  'CREATE INDEX item_by_stem ON provenance.item (stem)',
  'ALTER TABLE provenance.capture ADD COLUMN capture_id_hash uuid NOT NULL, ALTER COLUMN capture_id SET NOT NULL',
  'CREATE INDEX capture_by_id ON provenance.capture (organization, capture_id_hash)'
];
