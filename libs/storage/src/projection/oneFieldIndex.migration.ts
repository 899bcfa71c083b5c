import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One index by which fields are found by name, by what they are equal to, and by number. */
export class OneFieldIndex1795000000130 implements MigrationInterface {
  readonly name = 'OneFieldIndex1795000000130';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX provenance.event_field_by_name');
    await runner.query('DROP INDEX provenance.event_field_by_pair');
    await runner.query(
      'CREATE INDEX event_field_by_value ON provenance.event_field (name_hash, number, pair_hash, sequence)'
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX provenance.event_field_by_value');
    await runner.query('CREATE INDEX event_field_by_name ON provenance.event_field (name_hash, number, sequence)');
    await runner.query('CREATE INDEX event_field_by_pair ON provenance.event_field (pair_hash, sequence)');
  }
}
