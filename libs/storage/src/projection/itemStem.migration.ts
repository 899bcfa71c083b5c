import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The beginnings of GS1 identifiers in an order that patterns can be looked up in. The query tables are emptied: the
 * projector fills them again from the ledger, now with this column and with the attributes of master data.
 */
export class ItemStem1795000000070 implements MigrationInterface {
  readonly name = 'ItemStem1795000000070';

  async up(runner: QueryRunner): Promise<void> {
    const tables = ['event_field', 'event_item', 'item', 'event', 'capture', 'vocabulary', 'place_link'];
    await runner.query(`TRUNCATE ${tables.map((table) => `provenance.${table}`).join(', ')}`);
    await runner.query('UPDATE provenance.position SET next_height = 1, next_index = 0, reflected_height = 0, events = 0');
    await runner.query('ALTER TABLE provenance.item ADD COLUMN stem text COLLATE "C"');
    await runner.query('CREATE INDEX item_by_stem ON provenance.item (stem)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX provenance.item_by_stem');
    await runner.query('ALTER TABLE provenance.item DROP COLUMN stem');
  }
}
