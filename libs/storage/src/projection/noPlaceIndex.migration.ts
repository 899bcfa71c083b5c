import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Nobody asks for an event by its place in the ledger, and the position keeps an event from coming twice. */
export class NoPlaceIndex1795000000120 implements MigrationInterface {
  readonly name = 'NoPlaceIndex1795000000120';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX provenance.event_by_place');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE UNIQUE INDEX event_by_place ON provenance.event (height, index, event_index)');
  }
}
