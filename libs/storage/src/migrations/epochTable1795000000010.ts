import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The config of every epoch and where it begins. A ledger from before holds epoch 0 only, whose row the node writes when
 * it opens the database: its config is in the genesis file.
 */
export class EpochTable1795000000010 implements MigrationInterface {
  readonly name = 'EpochTable1795000000010';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE ledger.epoch (
         epoch bigint NOT NULL CONSTRAINT epoch_pkey PRIMARY KEY,
         start_height bigint NOT NULL,
         config bytea NOT NULL,
         previous_views bytea NOT NULL
       )`
    );
    await runner.query(
      `CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger.epoch
         FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change()`
    );
    await runner.query(
      `CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON ledger.epoch
         FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()`
    );
    for (const trigger of ['append_only', 'append_only_truncate']) {
      await runner.query(`ALTER TABLE ledger.epoch ENABLE ALWAYS TRIGGER ${trigger}`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE ledger.epoch');
  }
}
