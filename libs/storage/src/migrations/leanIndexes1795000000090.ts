import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The state keeps one index of its own order: buckets are ranges of the primary key, and only members and their keys are
 * ever listed by what their keys begin with. Contents stay as they are.
 */
export class LeanIndexes1795000000090 implements MigrationInterface {
  readonly name = 'LeanIndexes1795000000090';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX ledger.state_bucket_idx');
    await runner.query('DROP INDEX ledger.state_prefix_idx');
    await runner.query(
      `CREATE INDEX state_prefix_idx ON ledger.state (substring(key FROM 1 FOR 256))
       WHERE (substring(key FROM 1 FOR 9) = 'core/key/'::bytea OR substring(key FROM 1 FOR 12) = 'core/member/'::bytea)`
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX ledger.state_prefix_idx');
    await runner.query('CREATE INDEX state_prefix_idx ON ledger.state (substring(key FROM 1 FOR 256))');
    await runner.query('CREATE INDEX state_bucket_idx ON ledger.state (bucket, key_hash)');
  }
}
