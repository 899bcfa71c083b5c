import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The tree root beside a checkpoint: with it a receipt can be made at once after a restart, for any height below. */
export class CheckpointTreeRoot1795000000002 implements MigrationInterface {
  readonly name = 'CheckpointTreeRoot1795000000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE ledger.checkpoint ADD COLUMN tree_root bytea');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE ledger.checkpoint DROP COLUMN tree_root');
  }
}
