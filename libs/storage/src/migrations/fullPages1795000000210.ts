import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Indexes that only ever grow at their end. */
const ASCENDING = ['provenance.event_pkey', 'provenance.event_item_pkey', 'provenance.capture_pkey'];

/**
 * Pages are filled: those of the state get room by what expires and by versions of rows that are over, which is where a changed row
 * goes; and nothing is put between what only grows. Pages that there are stay as they are.
 */
export class FullPages1795000000210 implements MigrationInterface {
  readonly name = 'FullPages1795000000210';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE ledger.state SET (fillfactor = 100)');
    for (const index of ASCENDING) await runner.query(`ALTER INDEX ${index} SET (fillfactor = 100)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const index of ASCENDING) await runner.query(`ALTER INDEX ${index} RESET (fillfactor)`);
    await runner.query('ALTER TABLE ledger.state SET (fillfactor = 90)');
  }
}
