import type { MigrationInterface, QueryRunner } from 'typeorm';
import { appendOnly, ensurePartitions } from './createLedger1795000000000.js';

export const TIP_OR_BASE = 'greatest((SELECT max(height) FROM ledger.block), (SELECT max(height) FROM ledger.base), 0)';

/** The snapshot that a node's ledger begins from. Partitions may be made for heights ahead of that, too. */
export class LedgerBase1795000000050 implements MigrationInterface {
  readonly name = 'LedgerBase1795000000050';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE TABLE ledger.base (height bigint NOT NULL CONSTRAINT base_pkey PRIMARY KEY, manifest bytea NOT NULL)'
    );
    for (const statement of appendOnly('base')) await runner.query(statement);
    await runner.query(ensurePartitions('CREATE OR REPLACE', TIP_OR_BASE));
  }

  /** Forward only: a node that began from a snapshot has no way back to one that did not. */
  down(): Promise<void> {
    return Promise.reject(new Error('the ledger schema has no way back; restore a backup instead'));
  }
}
