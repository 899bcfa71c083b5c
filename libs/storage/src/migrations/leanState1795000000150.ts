import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Transactions are found by the first 64 bits of their id, of which the index holds three times as many in a page; and pages of
 * the state leave less room, since what is written over was written a moment ago, or never. Contents stay as they are.
 */
export class LeanState1795000000150 implements MigrationInterface {
  readonly name = 'LeanState1795000000150';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX ledger.transaction_id_idx');
    await runner.query('CREATE INDEX transaction_id_idx ON ledger.transaction ((substring(tx_id FROM 1 FOR 8)::bigint))');
    await runner.query('ALTER TABLE ledger.state SET (fillfactor = 90)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE ledger.state SET (fillfactor = 80)');
    await runner.query('DROP INDEX ledger.transaction_id_idx');
    await runner.query('CREATE INDEX transaction_id_idx ON ledger.transaction (tx_id)');
  }
}
